/** Reads an audience's match figure and keeps it with its date and denominator. */
import type { Audience, MatchReading } from '../../connectors/connector.ts';
import { settlePending, withAccount } from '../delivery/index.ts';
import type { Budgets, ReadyConnector } from '../delivery/index.ts';
import type { Clock } from '../infra/clock.ts';
import type { Db } from '../infra/db.ts';
import { readAccepted } from './accepted.ts';
import { matchRate } from './rate.ts';
import type { Accepted, MatchRate } from './rate.ts';

/** One observation: what the platform said, of how many people, and when. */
export interface MatchObservation {
  readonly observedAt: Date;
  readonly accepted: Accepted;
  /** People whose batch the platform is still working on. */
  readonly pending: number;
  readonly reading: MatchReading;
  readonly rate: MatchRate;
}

/**
 * Asks about pending batches first, then for the match figure, and stores the observation. Asked
 * twice at the same moment, the second answer replaces the first.
 *
 * @throws ConnectorFailure when the platform does not answer.
 */
export async function observeMatch(
  audienceId: string,
  options: {
    readonly db: Db;
    readonly ready: ReadyConnector;
    readonly budgets: Budgets;
    readonly clock: Clock;
  },
): Promise<MatchObservation> {
  const { db, ready, budgets, clock } = options;
  const account = { db, budgets, clock, ...ready };
  const readNow = (wanted: Audience): Promise<MatchReading> =>
    withAccount(account, ({ spend }) =>
      spend(() => ready.connector.readMatch(ready.context, wanted)),
    );
  await settlePending(audienceId, account);
  const audience = await db.prisma.audience.findUniqueOrThrow({
    where: { id: audienceId },
    select: { name: true, remoteId: true },
  });
  const reading: MatchReading =
    audience.remoteId === null
      ? { kind: 'unknown', reason: 'not-reported', detail: 'Nothing was sent yet.' }
      : await readNow({ name: audience.name, remoteId: audience.remoteId });
  const { accepted, pending } = await readAccepted(db, audienceId);
  const observedAt = clock.now();
  await storeObservation(db, audienceId, observedAt, accepted, reading);
  return {
    observedAt,
    accepted,
    pending,
    reading,
    rate: matchRate(reading, accepted),
  };
}

async function storeObservation(
  db: Db,
  audienceId: string,
  observedAt: Date,
  accepted: Accepted,
  reading: MatchReading,
): Promise<void> {
  const figures = {
    kind: reading.kind,
    lower: reading.kind === 'unknown' ? null : reading.lower,
    upper: reading.kind === 'unknown' ? null : reading.upper,
    acceptedLower: accepted.lower,
    acceptedUpper: accepted.upper,
    reason: reading.kind === 'unknown' ? reading.reason : null,
    meaning: reading.kind === 'unknown' ? reading.detail : reading.meaning,
  };
  await db.prisma.matchObservation.upsert({
    where: { audienceId_observedAt: { audienceId, observedAt } },
    create: { audienceId, observedAt, ...figures },
    update: figures,
    select: { id: true },
  });
}
