/** What a sync's ads added, by its holdout. */
import { conversionLift, describeLift, readOutcomes } from '../lift/index.ts';
import type { ConversionLift } from '../lift/index.ts';
import { findSync } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';
import { momentThatHasCome } from './moment.ts';

export interface SyncLift {
  readonly sync: string;
  readonly asOf: Date;
  /** IANA zone that its day is told in. */
  readonly timezone: string;
  readonly windowDays: number;
  readonly lift: ConversionLift;
  /** The result as a sentence. */
  readonly sentence: string;
  /** People who entered but whose window has not passed; in neither arm's figures. */
  readonly waiting: number;
  /** People who entered under an earlier holdout share; not pooled with these. */
  readonly otherPhases: number;
}

/**
 * @throws RekindleError `not-found` that lists the syncs there are; `input.invalid` for a moment to
 *   come, since windows that have not passed would count as passed.
 */
export async function computeLift(
  context: ServiceContext,
  input: { readonly sync: string; readonly asOf: Date; readonly windowDays: number },
): Promise<SyncLift> {
  const now = context.surroundings.clock.now();
  const asOf = momentThatHasCome(input.asOf, now, 'Lift');
  const sync = await findSync(context.db, input.sync);
  const { holdout, treatment, control, waiting, otherPhases } = await readOutcomes(
    context.db.pool,
    {
      syncId: sync.id,
      windowDays: input.windowDays,
      asOf,
    },
  );
  const lift = conversionLift({ treatment, control, holdoutShare: holdout });
  return {
    sync: sync.name,
    asOf,
    timezone: context.timezone,
    windowDays: input.windowDays,
    lift,
    sentence:
      lift.kind === 'not-enough-data' && waiting > 0
        ? `No lift yet: nobody's ${input.windowDays} days have passed.`
        : describeLift(lift),
    waiting,
    otherPhases,
  };
}
