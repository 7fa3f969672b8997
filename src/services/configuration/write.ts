/** Writes one change of the configuration into the database. */
import { z } from 'zod';
import { ALERT_SETTING, AlertSettings } from '../../alert/index.ts';
import { KEY_KINDS } from '../../identity/index.ts';
import { CONTACT_POLICY_SETTING, ConsentSettings, ContactSettings } from '../../sync/index.ts';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { Change } from './changes.ts';
import { GLOBAL_HOLDOUT } from './stored.ts';

type Transaction = Prisma.TransactionClient;

const Fields = {
  globalHoldout: z.object({ share: z.number() }),
  destination: z.object({
    platform: z.string(),
    account: z.string(),
    credentials: z.record(z.string(), z.string()),
    options: z.record(z.string(), z.string()),
    consent: ConsentSettings,
  }),
  segment: z.object({
    template: z.string(),
    params: z.record(z.string(), z.json()),
    schedule: z.string().nullable(),
    timezone: z.string().nullable(),
  }),
  sync: z.object({
    segment: z.string(),
    destination: z.string(),
    audience: z.string(),
    identifiers: z.array(z.enum(KEY_KINDS)),
    schedule: z.string().nullable(),
    timezone: z.string(),
    holdout: z.number(),
    maxShrink: z.number(),
    maxGrowth: z.number().nullable(),
    allowSmall: z.boolean(),
    priority: z.number(),
    exclusiveGroup: z.string().nullable(),
    contactPolicy: ContactSettings,
  }),
};

export async function writeChange(tx: Transaction, change: Change, at: Date): Promise<void> {
  switch (change.kind) {
    case 'setting':
      return writeSetting(tx, settingRow(change), at);
    case 'destination':
      return writeDestination(tx, change, at);
    case 'segment':
      return writeSegment(tx, change, at);
    case 'sync':
      return writeSync(tx, change, at);
  }
}

interface SettingRow {
  readonly key: string;
  readonly value: Prisma.InputJsonObject;
}

function settingRow({ name, after }: Change): SettingRow {
  if (name === 'contactPolicy') {
    return { key: CONTACT_POLICY_SETTING, value: ContactSettings.parse(after) };
  }
  if (name === 'alerts') return { key: ALERT_SETTING, value: AlertSettings.parse(after) };
  const { share } = Fields.globalHoldout.parse(after);
  return { key: GLOBAL_HOLDOUT.key, value: { share, salt: GLOBAL_HOLDOUT.salt } };
}

async function writeSetting(tx: Transaction, { key, value }: SettingRow, at: Date): Promise<void> {
  await tx.setting.upsert({
    where: { key },
    create: { key, value, updatedAt: at },
    update: { value, updatedAt: at },
    select: { key: true },
  });
}

async function writeDestination(tx: Transaction, change: Change, at: Date): Promise<void> {
  const { consent, ...fields } = Fields.destination.parse(change.after);
  const columns = { ...fields, consentPolicy: consent, updatedAt: at };
  await tx.destination.upsert({
    where: { name: change.name },
    create: { name: change.name, ...columns, createdAt: at },
    update: columns,
    select: { id: true },
  });
}

async function writeSegment(tx: Transaction, change: Change, at: Date): Promise<void> {
  const fields = Fields.segment.parse(change.after);
  const params: Prisma.InputJsonObject = z.record(z.string(), z.any()).parse(fields.params);
  const columns = { ...fields, ...scheduleSince(change, at), params, updatedAt: at };
  await tx.segment.upsert({
    where: { name: change.name },
    create: { name: change.name, ...columns, createdAt: at },
    update: columns,
    select: { id: true },
  });
}

async function writeSync(tx: Transaction, change: Change, at: Date): Promise<void> {
  const { segment, destination, audience, ...fields } = Fields.sync.parse(change.after);
  const segmentId = (
    await tx.segment.findUniqueOrThrow({ where: { name: segment }, select: { id: true } })
  ).id;
  const destinationId = (
    await tx.destination.findUniqueOrThrow({ where: { name: destination }, select: { id: true } })
  ).id;
  const columns = {
    ...fields,
    ...scheduleSince(change, at),
    segmentId,
    destinationId,
    audienceName: audience,
    updatedAt: at,
  };
  const sync = await tx.sync.upsert({
    where: { name: change.name },
    create: { ...columns, name: change.name, salt: saltOf(change.name), createdAt: at },
    update: columns,
    select: { id: true },
  });
  await tx.audience.upsert({
    where: { syncId: sync.id },
    create: { syncId: sync.id, name: audience, createdAt: at },
    update: { name: audience },
    select: { id: true },
  });
}

/** A schedule counts from the moment it is given: what it came to before is not made up for. */
function scheduleSince({ action, fields }: Change, at: Date): { scheduleSince?: Date } {
  const isNew =
    action === 'create' || fields.some(({ field }) => ['schedule', 'timezone'].includes(field));
  return isNew ? { scheduleSince: at } : {};
}

/** Different for every sync, so that not the same people are held out everywhere. */
function saltOf(syncName: string): string {
  return `sync:${syncName}:v1`;
}
