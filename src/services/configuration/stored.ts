/** The configuration as the database holds it, in the shape of the file. */
import { z } from 'zod';
import { ALERT_SETTING, AlertSettings } from '../../alert/index.ts';
import type { PrismaDb } from '../../infra/db.ts';
import {
  CONTACT_POLICY_SETTING,
  ConsentSettings,
  ContactSettings,
  resolveContactPolicy,
} from '../../sync/index.ts';

/** The key under which the global holdout is kept, and the salt it is always drawn with. */
export const GLOBAL_HOLDOUT = { key: 'global-holdout', salt: 'global:v1' } as const;

/** One object of the configuration: its kind, its name, and its fields as plain values. */
export interface ConfigurationObject {
  readonly kind: 'setting' | 'destination' | 'segment' | 'sync';
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const GlobalHoldoutValue = z.object({ share: z.number() });

/** One setting as an object of its own. */
export function setting(
  name: 'globalHoldout' | 'contactPolicy' | 'alerts',
  fields: ConfigurationObject['fields'],
): ConfigurationObject {
  return { kind: 'setting', name, fields };
}

/** Everything configured, by kind and name. */
export async function readConfiguration(db: PrismaDb): Promise<ConfigurationObject[]> {
  const [settings, destinations, segments, syncs] = [
    await readSettings(db),
    await db.destination.findMany({
      orderBy: { name: 'asc' },
      select: {
        name: true,
        platform: true,
        account: true,
        credentials: true,
        options: true,
        consentPolicy: true,
      },
    }),
    await db.segment.findMany({
      orderBy: { name: 'asc' },
      select: { name: true, template: true, params: true, schedule: true, timezone: true },
    }),
    await db.sync.findMany({
      orderBy: { name: 'asc' },
      select: {
        name: true,
        audienceName: true,
        identifiers: true,
        schedule: true,
        timezone: true,
        holdout: true,
        maxShrink: true,
        maxGrowth: true,
        allowSmall: true,
        priority: true,
        exclusiveGroup: true,
        contactPolicy: true,
        segment: { select: { name: true } },
        destination: { select: { name: true } },
      },
    }),
  ];
  return [
    ...settings,
    ...destinations.map(({ name, consentPolicy, ...fields }) => ({
      kind: 'destination' as const,
      name,
      fields: { ...fields, consent: ConsentSettings.parse(consentPolicy) },
    })),
    ...segments.map(({ name, ...fields }) => ({ kind: 'segment' as const, name, fields })),
    ...syncs.map((sync) => ({
      kind: 'sync' as const,
      name: sync.name,
      fields: {
        segment: sync.segment.name,
        destination: sync.destination.name,
        audience: sync.audienceName,
        identifiers: sync.identifiers,
        schedule: sync.schedule,
        timezone: sync.timezone,
        holdout: sync.holdout.toNumber(),
        maxShrink: sync.maxShrink.toNumber(),
        maxGrowth: sync.maxGrowth?.toNumber() ?? null,
        allowSmall: sync.allowSmall,
        priority: sync.priority,
        exclusiveGroup: sync.exclusiveGroup,
        contactPolicy: ContactSettings.parse(sync.contactPolicy),
      },
    })),
  ];
}

async function readSettings(db: PrismaDb): Promise<ConfigurationObject[]> {
  const rows = await db.setting.findMany({
    where: { key: { in: [GLOBAL_HOLDOUT.key, CONTACT_POLICY_SETTING, ALERT_SETTING] } },
    select: { key: true, value: true },
  });
  const valueOf = (wanted: string): unknown => rows.find(({ key }) => key === wanted)?.value;
  const holdout = valueOf(GLOBAL_HOLDOUT.key);
  const contact = valueOf(CONTACT_POLICY_SETTING);
  const alerts = valueOf(ALERT_SETTING);
  return [
    ...(holdout === undefined
      ? []
      : [setting('globalHoldout', { share: GlobalHoldoutValue.parse(holdout).share })]),
    ...(contact === undefined
      ? []
      : [
          setting('contactPolicy', { ...resolveContactPolicy(ContactSettings.parse(contact), {}) }),
        ]),
    ...(alerts === undefined ? [] : [setting('alerts', AlertSettings.parse(alerts))]),
  ];
}
