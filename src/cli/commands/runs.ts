/** `plan SYNC`, `run SYNC`, `runs` and `runs show ID`. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { listRuns } from '../../services/list-runs.ts';
import { planSync } from '../../services/plan-sync.ts';
import { runSync } from '../../services/run-sync.ts';
import type { RunInput } from '../../services/run-sync.ts';
import { settleUploads } from '../../services/settle-uploads.ts';
import type { SettledSync } from '../../services/settle-uploads.ts';
import { showRun } from '../../services/show-run.ts';
import { AS_OF_HELP, command } from '../command.ts';
import { count, countOf, table } from '../output.ts';
import { noProgress, note, progress } from '../progress.ts';
import { describeFigures, describeRun, isErasure } from '../run-text.ts';
import { positive } from './segments.ts';

export function addRunCommands(program: Command): void {
  program
    .command('plan <sync>')
    .description('what a run would do now; nothing is sent')
    .option('--as-of <moment>', AS_OF_HELP)
    .option('--replace', 'as a run that writes the whole list anew')
    .action((sync: string, { asOf, ...options }: RunFlags) =>
      command(program, { asOf }, async ({ context }, flags) => {
        const plan = await planSync(context, { sync, asOf: flags.asOf, ...listWork(options) });
        const held = plan.hold === null ? [] : [`A guardrail would hold it: ${plan.hold.message}`];
        return {
          json: plan,
          text: [...describeFigures(plan.figures), ...held, 'Dry run: nothing was sent.'].join(
            '\n',
          ),
        };
      }),
    );

  program
    .command('run <sync>')
    .description('run a sync now and wait for its end')
    .option('--as-of <moment>', AS_OF_HELP)
    .option('--approve', 'do it although a guardrail asks')
    .addOption(
      new Option('--replace', 'write the whole list anew, so that strangers on it go').conflicts(
        'newList',
      ),
    )
    .option('--new-list', 'begin another list, since this one is gone from the platform')
    .action((sync: string, options: RunFlags) =>
      command(program, { asOf: options.asOf }, async ({ context }, { json, asOf }) => {
        const bar = json ? noProgress : progress(`Sending ${sync}`);
        try {
          const run = await runSync(context, {
            sync,
            asOf,
            approved: options.approve === true,
            ...listWork(options),
            onProgress: ({ rowsDone, rowsTotal }) => bar.update(rowsDone, rowsTotal),
            ...(json ? {} : TOLD),
          });
          return { json: run, text: describeRun(run).join('\n'), ok: run.state === 'succeeded' };
        } finally {
          bar.stop();
        }
      }),
    );

  program
    .command('settle [sync]')
    .description('ask platforms about uploads that they are still working on')
    .option('--now', 'also about those that are not due to be asked about yet')
    .action((sync: string | undefined, { now = false }: { now?: boolean }) =>
      command(program, {}, async ({ context }) => {
        const settled = await settleUploads(context, {
          now,
          ...(sync === undefined ? {} : { sync }),
        });
        return {
          json: { syncs: settled },
          text: settled.length === 0 ? 'No platform owes an answer.' : settled.map(said).join('\n'),
          ok: settled.every(({ problem }) => problem === null),
        };
      }),
    );

  const runs = program
    .command('runs')
    .description('the latest runs')
    .option('--sync <name>', 'of this sync alone')
    .option('--limit <n>', 'at most this many', positive, 20)
    .action(({ sync, limit }: { sync?: string; limit: number }) =>
      command(program, {}, async ({ context }) => {
        const list = await listRuns(context, { limit, ...(sync === undefined ? {} : { sync }) });
        return {
          json: { runs: list },
          text:
            list.length === 0
              ? 'No runs yet.'
              : table(
                  ['run', 'sync', 'for', 'state', 'as of', 'wanted', 'added', 'removed'],
                  list.map((run) => [
                    run.id,
                    run.sync,
                    isErasure(run) ? 'an erasure' : 'the segment',
                    run.state,
                    run.asOf.toISOString(),
                    isErasure(run) ? '–' : count(run.wanted),
                    isErasure(run) ? '–' : count(run.added),
                    count(run.removed),
                  ]),
                ),
        };
      }),
    );

  runs
    .command('show')
    .argument('<id>', 'the number of the run', runId)
    .description('one run with its batches')
    .action((id: bigint) =>
      command(program, {}, async ({ context }) => {
        const run = await showRun(context, { run: id });
        return {
          json: run,
          text: [
            ...describeRun(run),
            table(
              ['batch', 'operation', 'state', 'rows', 'accepted', 'rejected', 'unknown', 'request'],
              run.batches.map((batch) => [
                String(batch.seq),
                batch.operation,
                batch.state,
                count(batch.rows),
                count(batch.accepted),
                count(batch.rejected),
                count(batch.unknown),
                batch.requestId ?? '',
              ]),
            ),
          ].join('\n'),
        };
      }),
    );
}

function said({ sync, answered, stillPending, nextAskAt, problem }: SettledSync): string {
  if (problem !== null) return `${sync}: could not be asked about. ${problem}`;
  const next = nextAskAt === null ? '' : `, asked about again after ${nextAskAt.toISOString()}`;
  return `${sync}: ${countOf(answered, 'request')} answered, ${count(stillPending)} still open${next}`;
}

/** What keeps a person at the terminal waiting. */
const TOLD: Pick<RunInput, 'onWait' | 'onBusy'> = {
  onWait: ({ until, problem }) =>
    note(`The account waits until ${until.toISOString()} (${problem.code}); the run goes on then.`),
  onBusy: () => note('Another process uses this account; the run goes on behind it.'),
};

interface RunFlags {
  readonly asOf?: string;
  readonly approve?: boolean;
  readonly replace?: boolean;
  readonly newList?: boolean;
}

function listWork({ replace, newList }: RunFlags): { list?: 'replace' | 'new' } {
  if (replace === true) return { list: 'replace' };
  return newList === true ? { list: 'new' } : {};
}

function runId(text: string): bigint {
  if (!/^\d{1,18}$/u.test(text)) throw new InvalidArgumentError('A run has a number.');
  return BigInt(text);
}
