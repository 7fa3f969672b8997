/** `verify SYNC` and `resync SYNC`. */
import type { Command } from 'commander';
import { planResync, resyncSync } from '../../services/resync-sync.ts';
import { verifySync } from '../../services/verify-sync.ts';
import { AS_OF_HELP, command } from '../command.ts';
import { describeResync, describeVerification } from '../drift-text.ts';
import { noProgress, progress } from '../progress.ts';
import { describeRun } from '../run-text.ts';
import { runId } from './run-id.ts';

export function addDriftCommands(program: Command): void {
  program
    .command('verify <sync>')
    .description('compare what the platform says of a list with what was sent')
    .action((sync: string) =>
      command(program, {}, async ({ context }) => {
        const verification = await verifySync(context, { sync });
        return {
          json: verification,
          text: describeVerification(verification).join('\n'),
          ok: !verification.drift,
        };
      }),
    );

  program
    .command('resync <sync>')
    .description('rebuild a list; says how, and does it with --yes')
    .option('--as-of <moment>', AS_OF_HELP)
    .option('--yes', 'do it')
    .option('--approve', 'do what a guardrail held, as it was shown')
    .option('--held-run <id>', 'the held run that was seen; the newest by default', runId)
    .action((sync: string, { asOf: moment, yes, approve, heldRun }: ResyncFlags) =>
      command(program, { asOf: moment }, async ({ context }, { json, asOf }) => {
        if (yes !== true) {
          const plan = await planResync(context, { sync, asOf });
          return { json: plan, text: describeResync(plan).join('\n') };
        }
        const bar = json ? noProgress : progress(`Sending ${sync}`);
        try {
          const { way, run } = await resyncSync(context, {
            sync,
            asOf,
            approved: approve === true,
            ...(heldRun === undefined ? {} : { heldRun }),
            onProgress: ({ rowsDone, rowsTotal }) => bar.update(rowsDone, rowsTotal),
          });
          return {
            json: { way, run },
            text: describeRun(run).join('\n'),
            ok: run.state === 'succeeded',
          };
        } finally {
          bar.stop();
        }
      }),
    );
}

interface ResyncFlags {
  readonly asOf?: string;
  readonly yes?: boolean;
  readonly approve?: boolean;
  readonly heldRun?: bigint;
}
