/** A person who approves of whatever is held. */
import type { ServiceContext } from '../../src/services/context.ts';
import { runSync } from '../../src/services/run-sync.ts';
import type { RunInput } from '../../src/services/run-sync.ts';
import type { RunDetails } from '../../src/services/show-run.ts';

/** Runs a sync; what a guardrail holds is seen and then approved. */
export async function runApproved(
  context: ServiceContext,
  input: Omit<RunInput, 'approved'>,
): Promise<RunDetails> {
  const run = await runSync(context, { ...input, approved: false });
  return run.state === 'held' ? runSync(context, { ...input, approved: true }) : run;
}
