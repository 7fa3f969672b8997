/** A sync with everything a run of it needs to know. */
import { z } from 'zod';
import type { DestinationAccount } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { IDENTIFIER_KINDS } from '../identity/index.ts';
import type { IdentifierKind } from '../identity/index.ts';
import type { Db } from '../infra/db.ts';
import type { Holdout } from '../membership/index.ts';
import { SegmentDefinitionSchema } from '../segment/index.ts';
import type { SegmentDefinition } from '../segment/index.ts';

export interface Sync {
  readonly id: string;
  readonly name: string;
  readonly segmentName: string;
  readonly segment: SegmentDefinition;
  readonly destination: DestinationAccount;
  readonly audienceId: string;
  readonly audienceName: string;
  readonly identifiers: readonly IdentifierKind[];
  readonly holdout: Holdout;
  /** Share of the members that a run may take off without asking. */
  readonly maxShrink: number;
}

const Identifiers = z.array(z.enum(IDENTIFIER_KINDS));
const Credentials = z.record(z.string(), z.string());

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
      audience: { select: { id: true } },
      segment: { select: { name: true, template: true, params: true } },
      destination: { select: { name: true, platform: true, account: true, credentials: true } },
    },
  });
  if (row === null || row.audience === null) {
    const known = await db.prisma.sync.findMany({
      select: { name: true },
      orderBy: { name: 'asc' },
    });
    const names = known.map((sync) => sync.name).join(', ');
    throw new RekindleError(
      'not-found',
      `There is no sync "${name}". ${names === '' ? 'None is set up yet: write one in YAML and apply it.' : `There are: ${names}.`}`,
    );
  }
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
    },
    audienceId: row.audience.id,
    audienceName: row.audienceName,
    identifiers: Identifiers.parse(row.identifiers),
    holdout: { share: row.holdout.toNumber(), salt: row.salt },
    maxShrink: row.maxShrink.toNumber(),
  };
}
