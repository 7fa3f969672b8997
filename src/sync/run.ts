/**
 * One run of a sync: customer → segment → arm → identity → membership → delivery. The steps up to
 * the ledger are in plan.ts; match and lift follow in their own time.
 */
import { findApproval, isApproved } from './approval.ts';
import { catchUp, deliveryOptions } from './catch-up.ts';
import type { DeliverySurroundings } from './catch-up.ts';
import type { DeliveryOptions } from '../delivery/index.ts';
import { deliverRun } from './deliver-run.ts';
import type { RunEnd } from './deliver-run.ts';
import { inTransaction } from '../infra/db.ts';
import { exclusively } from './exclusive.ts';
import type { Fenced } from './exclusive.ts';
import type { Hold } from './guardrails.ts';
import { takeOffOptOuts } from './opt-outs.ts';
import type { OptOuts } from './opt-outs.ts';
import { previewPlan, writePlan } from './plan.ts';
import type { Plan } from './plan.ts';
import { finishRun, insertRun, storeFigures } from './record.ts';
import type { RunMode } from './record.ts';
import { beginNewList, isListGone, modeOf } from './list-work.ts';
import type { ListWork } from './list-work.ts';
import type { Sync } from './sync.ts';

export interface RunOptions extends DeliverySurroundings {
  /** The moment that segments are taken at; the clock's now unless somebody asked for another. */
  readonly asOf: Date;
  /** IANA zone of the days that segments count in. */
  readonly timezone: string;
  readonly trigger: string;
  /** A person has seen what a guardrail held, and wants it done; nothing worse than that is. */
  readonly approved: boolean;
  /** The held run that was seen; by default the newest of the sync. */
  readonly heldRun?: bigint;
  /** Send what differs, write the whole list anew, or begin a new list for one that is gone. */
  readonly list: ListWork;
}

/**
 * Runs a sync now and waits for its end. Answers that a platform owes from before are asked for
 * first, and a run that was cut off is ended as incomplete; this one sends what it did not.
 *
 * @throws RekindleError `not-found` that lists the syncs, `run.in-progress` when another process
 *   runs it, `secret.missing` when the destination's credentials are not set, `run.impossible` for
 *   a list that cannot be written anew, or is still there, or for an approval of what is no longer
 *   held; the signal's reason when aborted, after which the next run sends what this one did not.
 */
export async function runSync(name: string, options: RunOptions): Promise<RunEnd> {
  return exclusively(options, name, async (sync, held) => {
    const approved = options.approved
      ? await findApproval(options.db, sync, options.heldRun)
      : null;
    const delivery = deliveryOptions(sync, held);
    await catchUp(sync, delivery);
    const now = options.surroundings.clock.now();
    const { connector } = delivery;
    const newList = options.list === 'new' && (await isListGone(sync, delivery));
    if (newList) {
      // What a guardrail holds leaves no list behind, so that the approval is about the same thing.
      const plan = await previewPlan(sync, { ...held, connector, now, mode: 'again', newList });
      if (plan.hold !== null && !isApproved(plan.hold, 'changes', approved)) {
        return recordHold(sync, plan, { ...held, mode: 'changes', optOuts: NO_OPT_OUTS }, delivery);
      }
      await beginNewList(sync, delivery, held.fence);
    }
    const mode = await modeOf(sync, options.list, delivery);
    const plan = await writePlan(sync, { ...held, approved, connector, now, mode, newList });
    if (plan.runId === null) {
      const optOuts =
        mode === 'replace' ? NO_OPT_OUTS : await takeOffOptOuts(sync, delivery, held.fence);
      return recordHold(sync, plan, { ...held, mode, optOuts }, delivery);
    }
    const { wanted, unchanged, waiting, added, removed } = plan.figures;
    const planned = { mode, wanted, unchanged, waiting, added, removed };
    delivery.onEvent?.({ kind: 'run-planned', run: plan.runId, ...planned });
    return deliverRun(sync, { id: plan.runId, mode }, delivery);
  });
}

const NO_OPT_OUTS: OptOuts = { outcome: 'none' };

/** A held plan was rolled back; what stays is a run that says so, with the figures that tripped it. */
async function recordHold(
  sync: Sync,
  plan: Plan,
  options: RunOptions & Fenced & { readonly mode: RunMode; readonly optOuts: OptOuts },
  { onEvent }: DeliveryOptions,
): Promise<RunEnd> {
  const now = options.surroundings.clock.now();
  const hold = plan.hold === null ? null : tellingOptOuts(plan.hold, options.optOuts);
  // All of it or none: a process that dies in between leaves no run that never ends.
  const runId = await inTransaction(options.db, async (client) => {
    const id = await insertRun(client, sync, { ...options, now });
    await storeFigures(client, id, 'held', plan.figures);
    await finishRun(client, id, { state: 'held', problem: hold, now });
    await options.fence(client);
    return id;
  });
  const problem = hold === null ? null : { code: hold.guardrail, message: hold.message };
  const rows = { accepted: 0, rejected: 0, unknown: 0, notSent: plan.figures.added };
  onEvent?.({ kind: 'run-ended', run: runId, state: 'held', ...rows, problem });
  return { runId, state: 'held' };
}

/** A hold that says as well what became of those who said no. */
function tellingOptOuts(hold: Hold, optOuts: OptOuts): Hold {
  switch (optOuts.outcome) {
    case 'none':
      return hold;
    case 'taken-off': {
      const { people, end } = optOuts;
      const off = end.state === 'succeeded' ? 'were taken off' : 'are being taken off';
      const message = `${hold.message} ${people} who said no, or had left before, ${off} all the same, by run ${end.runId}.`;
      return { ...hold, message };
    }
    case 'held': {
      const message = `${hold.message} Among those who stay until then are ${optOuts.people} who said no: more than may leave at once without being asked about.`;
      return { ...hold, message };
    }
  }
}
