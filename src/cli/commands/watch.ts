/** `runs watch ID`: a run until its end, whichever process does it. */
import type { Command } from 'commander';
import { showRun } from '../../services/show-run.ts';
import { watchRun } from '../../services/watch-run.ts';
import { command } from '../command.ts';
import { print } from '../output.ts';
import { progress } from '../progress.ts';
import { describeRun } from '../run-text.ts';
import { showProgress } from '../run-watch.ts';
import { runId } from './run-id.ts';

/** @param runs the command that it is a part of */
export function addWatchCommand(runs: Command, program: Command): void {
  runs
    .command('watch')
    .argument('<id>', 'the number of the run', runId)
    .description('a run until its end; with --json, a line each time it has come further')
    .action((id: bigint) =>
      command(program, {}, async ({ context }, { json }) => {
        const bar = progress(`Run ${id}`);
        const show = json ? undefined : showProgress(bar);
        try {
          for await (const step of watchRun(context, { run: id })) {
            if (show === undefined) print(JSON.stringify(step));
            else show(step);
          }
        } finally {
          bar.stop();
        }
        const run = await showRun(context, { run: id });
        return {
          json: undefined,
          text: describeRun(run).join('\n'),
          ok: run.state === 'succeeded',
        };
      }),
    );
}
