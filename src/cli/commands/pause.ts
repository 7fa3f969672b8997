/** `pause SYNC`, `resume SYNC`. */
import type { Command } from 'commander';
import { pauseSync, resumeSync } from '../../services/pause-sync.ts';
import { command } from '../command.ts';

export function addPauseCommands(program: Command): void {
  program
    .command('pause <sync>')
    .description('start no runs of a sync by schedule, and stop the one under way')
    .action((sync: string) =>
      command(program, {}, async ({ context }) => {
        const paused = await pauseSync(context, { sync });
        const stopping =
          paused.stopping === null
            ? ''
            : ` Run ${paused.stopping} sends what is in flight and stops.`;
        const unqueued = paused.unqueued ? ' The run that waited in the queue is taken out.' : '';
        return {
          json: paused,
          text: paused.changed
            ? `"${sync}" is paused: rekindle resume ${sync} lets it go on.${stopping}${unqueued}`
            : `"${sync}" was paused already.${unqueued}`,
        };
      }),
    );

  program
    .command('resume <sync>')
    .description('let a paused sync go on')
    .action((sync: string) =>
      command(program, {}, async ({ context }) => {
        const resumed = await resumeSync(context, { sync });
        const next = resumed.runs ? ' A worker runs it now, since the pause cut a run short.' : '';
        return {
          json: resumed,
          text: resumed.changed
            ? `"${sync}" goes on by its schedule.${next}`
            : `"${sync}" was not paused.`,
        };
      }),
    );
}
