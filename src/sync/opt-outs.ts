/**
 * Whoever said no comes off the list although a guardrail holds the run that would have taken them
 * off: a hold may last for days, and their no does not wait for it.
 */
import type { Connector } from '../../connectors/connector.ts';
import { planOptOuts, writeLedger } from '../membership/index.ts';
import type { PlanFigures } from '../membership/index.ts';
import type { DeliveryOptions } from '../delivery/index.ts';
import { refreshIdentities } from '../identity/index.ts';
import type { Db } from '../infra/db.ts';
import { inTransaction } from '../infra/db.ts';
import { deliverRun } from './deliver-run.ts';
import type { RunEnd } from './deliver-run.ts';
import type { Fenced } from './exclusive.ts';
import { guardrailsOf, tripped } from './guardrails.ts';
import { FOR_WHOLE_SETS } from './plan.ts';
import { screeningOf } from './screening.ts';
import { OPT_OUT_TRIGGER, beginSideRun } from './side-runs.ts';
import type { Sync } from './sync.ts';

/**
 * What became of those who said no: `none` has to leave; they are `taken-off` by a run of their own,
 * as far as `end` says; or they are `held` themselves, being more than may leave at once: a file of
 * consents that was read wrongly is what the guardrail is for.
 */
export type OptOuts =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'taken-off'; readonly people: number; readonly end: RunEnd }
  | { readonly outcome: 'held'; readonly people: number };

/**
 * Takes off whoever of the list said no. The caller holds the sync, and no list is being written anew.
 *
 * @throws the signal's reason when aborted; `lease.lost`.
 */
export async function takeOffOptOuts(
  sync: Sync,
  delivery: DeliveryOptions,
  fence: Fenced['fence'],
): Promise<OptOuts> {
  const { db, connector, clock } = delivery;
  const planned = await writeOptOuts(sync, { db, connector, fence, now: clock.now() });
  if (planned.outcome !== 'planned') return planned;
  const end = await deliverRun(sync, { id: planned.runId, mode: 'changes' }, delivery);
  return { outcome: 'taken-off', people: planned.people, end };
}

type Planned =
  | Exclude<OptOuts, { readonly outcome: 'taken-off' }>
  | { readonly outcome: 'planned'; readonly people: number; readonly runId: bigint };

async function writeOptOuts(
  sync: Sync,
  options: Fenced & { readonly db: Db; readonly connector: Connector; readonly now: Date },
): Promise<Planned> {
  const { db, connector, now, fence } = options;
  await refreshIdentities(db, { now });
  return inTransaction<Planned>(
    db,
    async (client) => {
      await client.query(FOR_WHOLE_SETS);
      const figures = await planOptOuts(client, await screeningOf(client, sync, options));
      const people = figures.removed;
      if (people === 0) return { outcome: 'none' };
      if (isTooMany(figures, sync, connector)) return { outcome: 'held', people };
      const side = { trigger: OPT_OUT_TRIGGER, removed: people, now };
      const runId = await beginSideRun(client, sync, side);
      const { audienceId } = sync;
      const { rows: batchRows, keysPerMember } = connector.limits;
      await writeLedger(client, { runId, audienceId, batchRows, keysPerMember, added: 0, now });
      await fence(client);
      return { outcome: 'planned', people, runId };
    },
    ({ outcome }) => outcome === 'planned',
  );
}

/** Whether a run of the sync would be held for these alone. */
function isTooMany(figures: PlanFigures, sync: Sync, connector: Connector): boolean {
  const { members, leaving } = figures;
  return tripped({ ...figures, wanted: members - leaving }, guardrailsOf(sync, connector)) !== null;
}
