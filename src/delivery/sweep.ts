/**
 * Rewrites a list on a platform that has no such request, but can take off whoever was added before
 * a moment: everybody is added again, the platform works through all of it, and then the rest goes.
 */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Audience, Replace } from '../../connectors/connector.ts';
import { withAccount } from './account.ts';
import type { AccountOptions } from './account.ts';
import { deliverBatches } from './deliver.ts';
import type { DeliveryOptions } from './deliver.ts';
import { problemOf } from './outcome.ts';
import type { Problem } from './outcome.ts';
import {
  beginReplacement,
  endReplacement,
  moveReplacement,
  openReplacement,
} from './replacement.ts';
import type { OpenReplacement } from './replacement.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { z } from 'zod';

const PROOF = loadSql(import.meta.url, 'sweep-proof.sql');
const ProofRow = z.object({
  pending: z.int(),
  unproven: z.int(),
  accepted: z.int(),
  rows: z.int(),
});

/**
 * Share of the people of a rewriting whom the platform may refuse by name before that is rather a
 * fault of the requests than of so many people: then nobody is swept off.
 */
const MOST_REFUSED = 0.1;

/**
 * How far our clock may be ahead of the platform's without anybody being swept off who was added
 * after the beginning by ours. Whoever was added in this time before it is not swept.
 */
const CLOCKS_MS = 15 * 60_000;

type Sweep = Extract<Replace, { readonly kind: 'sweep' }>;

/**
 * Sends the removals of a run and adds everybody again. Gives the problem that stopped it; then, and
 * where the platform did not take everybody, nothing is swept: the list holds no less than before.
 */
export async function replaceBySweep(
  run: { readonly id: bigint; readonly audienceId: string; readonly audience: Audience },
  options: DeliveryOptions,
): Promise<Problem | null> {
  const { db, clock } = options;
  // Before anything is added: whoever is added from here on stays.
  await beginReplacement(db, { audienceId: run.audienceId, runId: run.id, startedAt: clock.now() });
  const problem = await deliverBatches(run, options);
  if (problem === null) await moveReplacement(db, run.audienceId, { state: 'settling' });
  else await endReplacement(db, run.audienceId);
  return problem;
}

/**
 * Goes on with a rewriting: sweeps when everybody was taken, and ends it when the platform has swept.
 * Gives the problem of one that comes to nothing.
 */
export async function continueSweep(
  audience: { readonly id: string; readonly name: string; readonly remoteId: string },
  sweep: Sweep,
  options: AccountOptions,
): Promise<Problem | null> {
  const { db } = options;
  const open = await openReplacement(db, audience.id);
  if (open === null) return null;
  switch (open.state) {
    case 'sending':
      // Its process died before everybody was sent; there is nothing to sweep for.
      await endReplacement(db, audience.id);
      return UNFINISHED;
    case 'settling':
      return sweepWhenProven(audience, open, sweep, options);
    case 'sweeping':
      return endWhenSwept(audience.id, open, options);
  }
}

async function sweepWhenProven(
  audience: { readonly id: string; readonly name: string; readonly remoteId: string },
  { runId, startedAt }: OpenReplacement,
  sweep: Sweep,
  options: AccountOptions,
): Promise<Problem | null> {
  const { db, context } = options;
  const proof = ProofRow.parse((await runSql(db.pool, PROOF, { run_id: runId })).rows[0]);
  if (proof.pending > 0) return null;
  if (proof.unproven > 0 || proof.accepted < proof.rows * (1 - MOST_REFUSED)) {
    await endReplacement(db, audience.id);
    return UNPROVEN;
  }
  return withAccount(options, async (account) => {
    try {
      const sweepRequestId = await account.spend(() =>
        sweep.sweep(
          context,
          { name: audience.name, remoteId: audience.remoteId },
          new Date(startedAt.getTime() - CLOCKS_MS),
        ),
      );
      await moveReplacement(db, audience.id, { state: 'sweeping', sweepRequestId });
      return null;
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw error;
      return problemOf(error);
    }
  });
}

async function endWhenSwept(
  audienceId: string,
  { sweepRequestId: requestId }: OpenReplacement,
  options: AccountOptions,
): Promise<Problem | null> {
  const { db, connector, context } = options;
  const settle = connector.settle?.bind(connector);
  if (settle === undefined || requestId === null) return null;
  return withAccount(options, async (account) => {
    try {
      const receipt = await account.spend(() =>
        settle(context, { requestId, rows: 0, operation: 'remove' }),
      );
      if (receipt.state === 'pending') return null;
      await endReplacement(db, audienceId);
      const failed = receipt.rejected.length > 0 || (receipt.reasons ?? []).length > 0;
      return failed ? UNSWEPT : null;
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw error;
      return problemOf(error);
    }
  });
}

const AGAIN = 'Run the sync again with --replace.';
const UNFINISHED: Problem = {
  kind: 'replace-unfinished',
  code: 'replace-unfinished',
  message:
    'The process that rewrote the list ended before everybody was sent; nobody was swept off.',
  nextStep: AGAIN,
  healsItself: false,
};
const UNPROVEN: Problem = {
  kind: 'replace-unproven',
  code: 'replace-unproven',
  message:
    'The platform did not take everybody who was to stay, so nobody was swept off: the list may still hold strangers.',
  nextStep: `Look at the run's codes. ${AGAIN}`,
  healsItself: false,
};
const UNSWEPT: Problem = {
  kind: 'replace-unswept',
  code: 'replace-unswept',
  message: 'The platform did not sweep off whoever was added before.',
  nextStep: AGAIN,
  healsItself: false,
};
