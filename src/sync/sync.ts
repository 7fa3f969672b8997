/** A sync with everything a run of it needs to know. */
import { z } from 'zod';
import type { DestinationAccount } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { KEY_KINDS } from '../identity/index.ts';
import type { KeyKind } from '../identity/index.ts';
import type { Db } from '../infra/db.ts';
import type { Holdout } from '../membership/index.ts';
import { SegmentDefinitionSchema } from '../segment/index.ts';
import type { SegmentDefinition } from '../segment/index.ts';
import { ConsentSettings, resolveConsentPolicy } from './consent-policy.ts';
import type { ConsentPolicy } from './consent-policy.ts';
import { CONTACT_POLICY_SETTING, ContactSettings, resolveContactPolicy } from './contact-policy.ts';
import type { ContactPolicy } from './contact-policy.ts';

export interface Sync {
  readonly id: string;
  readonly name: string;
  readonly segmentName: string;
  readonly segment: SegmentDefinition;
  readonly destination: DestinationAccount;
  readonly audienceId: string;
  readonly audienceName: string;
  readonly identifiers: readonly KeyKind[];
  readonly holdout: Holdout;
  /** Share of the members that a run may take off without asking. */
  readonly maxShrink: number;
  /** How many times as large a run may make the audience without asking; null for any size. */
  readonly maxGrowth: number | null;
  /** Whether its list may be begun with fewer people than the platform shows ads to. */
  readonly allowSmall: boolean;
  /** What its destination does about people whose consent is not known. */
  readonly consentPolicy: ConsentPolicy;
  /** Its own rules before those of all syncs. */
  readonly contactPolicy: ContactPolicy;
  /** 1 goes before 2, where a person may be on few audiences. */
  readonly priority: number;
  /** Of the syncs of one group, a person is on the audience of one; null for none. */
  readonly exclusiveGroup: string | null;
}

const Identifiers = z.array(z.enum(KEY_KINDS));
const Credentials = z.record(z.string(), z.string());
const Options = z.record(z.string(), z.string());

/**
 * The sync of a name.
 *
 * @throws RekindleError `not-found` that lists the syncs there are.
 */
export async function loadSync(db: Db, name: string): Promise<Sync> {
  const row = await db.prisma.sync.findUnique({
    where: { name },
    select: {
      id: true,
      name: true,
      audienceName: true,
      identifiers: true,
      holdout: true,
      salt: true,
      maxShrink: true,
      maxGrowth: true,
      allowSmall: true,
      priority: true,
      exclusiveGroup: true,
      contactPolicy: true,
      audience: { select: { id: true } },
      segment: { select: { name: true, template: true, params: true } },
      destination: {
        select: {
          name: true,
          platform: true,
          account: true,
          credentials: true,
          options: true,
          consentPolicy: true,
        },
      },
    },
  });
  if (row === null || row.audience === null) throw await noSuchSync(db, name);
  return {
    id: row.id,
    name: row.name,
    segmentName: row.segment.name,
    segment: SegmentDefinitionSchema.parse({
      template: row.segment.template,
      params: row.segment.params,
    }),
    destination: {
      name: row.destination.name,
      platform: row.destination.platform,
      account: row.destination.account,
      credentials: Credentials.parse(row.destination.credentials),
      options: Options.parse(row.destination.options),
    },
    audienceId: row.audience.id,
    audienceName: row.audienceName,
    identifiers: Identifiers.parse(row.identifiers),
    holdout: { share: row.holdout.toNumber(), salt: row.salt },
    maxShrink: row.maxShrink.toNumber(),
    maxGrowth: row.maxGrowth?.toNumber() ?? null,
    allowSmall: row.allowSmall,
    consentPolicy: resolveConsentPolicy(ConsentSettings.parse(row.destination.consentPolicy)),
    contactPolicy: resolveContactPolicy(
      await readContactSetting(db),
      ContactSettings.parse(row.contactPolicy),
    ),
    priority: row.priority,
    exclusiveGroup: row.exclusiveGroup,
  };
}

/**
 * Which sync has a name, without what a run of it needs.
 *
 * @throws RekindleError `not-found` that lists the syncs there are.
 */
export async function findSync(db: Db, name: string): Promise<Pick<Sync, 'id' | 'name'>> {
  const select = { id: true, name: true } as const;
  const row = await db.prisma.sync.findUnique({ where: { name }, select });
  if (row === null) throw await noSuchSync(db, name);
  return row;
}

async function noSuchSync(db: Db, name: string): Promise<RekindleError> {
  const known = await db.prisma.sync.findMany({
    select: { name: true },
    orderBy: { name: 'asc' },
  });
  const names = known.map((sync) => sync.name).join(', ');
  return new RekindleError(
    'not-found',
    `There is no sync "${name}". ${names === '' ? 'None is set up yet: write one in YAML and apply it.' : `There are: ${names}.`}`,
  );
}

/** The rules of all syncs; none where they were never set. */
async function readContactSetting(db: Db): Promise<ContactSettings> {
  const setting = await db.prisma.setting.findUnique({
    where: { key: CONTACT_POLICY_SETTING },
    select: { value: true },
  });
  return ContactSettings.parse(setting?.value ?? {});
}
