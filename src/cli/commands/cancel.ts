/** `runs cancel ID`. */
import type { Command } from 'commander';
import { cancelRun } from '../../services/cancel-run.ts';
import { command } from '../command.ts';
import { runId } from './run-id.ts';

/** @param runs the command that it is a part of */
export function addCancelCommand(runs: Command, program: Command): void {
  runs
    .command('cancel')
    .argument('<id>', 'the number of the run', runId)
    .description('stop a run that is under way: what is in flight is sent, and nothing more')
    .action((id: bigint) =>
      command(program, {}, async ({ context }) => {
        await cancelRun(context, { run: id });
        return {
          json: { run: String(id), cancelled: true },
          text: `Run ${id} stops before its next request; the next run of its sync decides anew what is sent.`,
        };
      }),
    );
}
