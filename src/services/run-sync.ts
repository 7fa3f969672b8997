/** Runs a sync now and waits for its end. */
import type { DeliveryProgress, Wait } from '../delivery/index.ts';
import { findSync, runSync as runExclusively } from '../sync/index.ts';
import type { ListWork } from '../sync/index.ts';
import { audit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { continueErasures } from './erase-customer.ts';
import { momentThatHasCome } from './moment.ts';
import { showRun } from './show-run.ts';
import type { RunDetails } from './show-run.ts';

export interface RunInput {
  readonly sync: string;
  readonly asOf: Date;
  /**
   * A person has seen the figures of a run that a guardrail held, and wants it done. A plan that is
   * worse by now, or that nobody has seen, is held again.
   */
  readonly approved: boolean;
  /** The held run that was seen; by default the newest of the sync. */
  readonly heldRun?: bigint;
  /** What to do with the list as a whole; by default, what differs is sent. */
  readonly list?: ListWork;
  /** What a run follows from that nobody stands behind, e.g. its schedule. */
  readonly trigger?: string;
  readonly onProgress?: (progress: DeliveryProgress) => void;
  /** Told whenever the run stands by because its account waits. */
  readonly onWait?: (wait: Wait) => void;
  /** Told when another process speaks to the account, and is waited for. */
  readonly onBusy?: () => void;
}

/**
 * @throws RekindleError `input.invalid` for a moment to come, `not-found`, `run.in-progress`,
 *   `run.impossible`, `secret.missing`; the signal's reason when interrupted, after which the next run carries on.
 */
export async function runSync(context: ServiceContext, input: RunInput): Promise<RunDetails> {
  const { db, actor, surroundings } = context;
  const asOf = momentThatHasCome(input.asOf, surroundings.clock.now(), 'A run');
  const sync = await findSync(db, input.sync);
  if (input.trigger === undefined)
    await audit(db.prisma, actor, surroundings.clock.now(), {
      verb: input.approved ? 'run-approved' : 'run',
      objectKind: 'sync',
      objectName: sync.name,
      after: {
        asOf: asOf.toISOString(),
        ...(input.list === undefined ? {} : { list: input.list }),
        ...(input.heldRun === undefined ? {} : { heldRun: String(input.heldRun) }),
      },
    });
  const end = await runExclusively(sync.name, {
    db,
    surroundings,
    random: context.random,
    asOf,
    timezone: context.timezone,
    trigger: input.trigger ?? `${actor.kind}:${actor.name}`,
    approved: input.approved,
    ...(input.heldRun === undefined ? {} : { heldRun: input.heldRun }),
    list: input.list ?? 'changes',
    ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
    ...(input.onWait === undefined ? {} : { onWait: input.onWait }),
    ...(input.onBusy === undefined ? {} : { onBusy: input.onBusy }),
  });
  // The run has taken off whoever is being erased: their erasures may be through by it.
  try {
    await continueErasures(context, { afterRunOf: sync.name });
  } catch (error) {
    surroundings.signal.throwIfAborted();
    context.log.error({ err: error, sync: sync.name }, 'an erasure could not go on after the run');
  }
  return showRun(context, { run: end.runId });
}
