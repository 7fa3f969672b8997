/** `plan SYNC`, `run SYNC`, `runs` and `runs show ID`. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { listRuns } from '../../services/list-runs.ts';
import { planSync } from '../../services/plan-sync.ts';
import { requestRun } from '../../services/request-run.ts';
import type { RequestedRun } from '../../services/request-run.ts';
import { runOrJoin } from '../../services/run-or-join.ts';
import type { RunInput } from '../../services/run-sync.ts';
import { settleUploads } from '../../services/settle-uploads.ts';
import type { SettledSync } from '../../services/settle-uploads.ts';
import { showRun } from '../../services/show-run.ts';
import { AS_OF_HELP, command } from '../command.ts';
import type { Outcome } from '../command.ts';
import { count, countOf, table } from '../output.ts';
import { noProgress, note, progress } from '../progress.ts';
import { describeFigures, describeHold, besideTheSegment, describeRun } from '../run-text.ts';
import { showProgress } from '../run-watch.ts';
import { runId } from './run-id.ts';
import { positive } from './segments.ts';
import { addCancelCommand } from './cancel.ts';
import { addWatchCommand } from './watch.ts';

export function addRunCommands(program: Command): void {
  program
    .command('plan <sync>')
    .description('what a run would do now; nothing is sent')
    .option('--as-of <moment>', AS_OF_HELP)
    .option('--replace', 'as a run that writes the whole list anew')
    .action((sync: string, { asOf, ...options }: RunFlags) =>
      command(program, { asOf }, async ({ context }, flags) => {
        const plan = await planSync(context, { sync, asOf: flags.asOf, ...listWork(options) });
        const held = describeHold(plan.hold);
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
    .option('--approve', 'do what a guardrail held, as it was shown')
    .option('--held-run <id>', 'the held run that was seen; the newest by default', runId)
    .addOption(
      new Option('--replace', 'write the whole list anew, so that strangers on it go').conflicts(
        'newList',
      ),
    )
    .option('--new-list', 'begin another list, since this one is gone from the platform')
    .addOption(
      new Option(
        '--join',
        'where another process runs it already, wait for the end of that run',
      ).conflicts(['approve', 'replace', 'newList']),
    )
    .addOption(
      new Option('--queue', 'let a worker run it, and do not wait').conflicts([
        'asOf',
        'approve',
        'replace',
        'newList',
        'join',
      ]),
    )
    .action((sync: string, options: RunFlags) =>
      command(program, { asOf: options.asOf }, async ({ context }, { json, asOf }) => {
        if (options.queue === true) return queued(await requestRun(context, { sync }));
        const bar = json ? noProgress : progress(`Sending ${sync}`);
        try {
          const run = await runOrJoin(context, {
            sync,
            asOf,
            approved: options.approve === true,
            ...(options.heldRun === undefined ? {} : { heldRun: options.heldRun }),
            ...listWork(options),
            join: options.join === true,
            onProgress: ({ rowsDone, rowsTotal }) => bar.update(rowsDone, rowsTotal),
            ...(json ? {} : { ...TOLD, onJoined: showProgress(bar) }),
          });
          const unseen = options.approve === true && run.state === 'held' ? [NOT_APPROVED] : [];
          return {
            json: run,
            text: [...describeRun(run), ...unseen].join('\n'),
            ok: run.state === 'succeeded',
          };
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
                    besideTheSegment(run) ?? 'the segment',
                    run.state,
                    run.asOf.toISOString(),
                    besideTheSegment(run) !== undefined ? '–' : count(run.wanted),
                    besideTheSegment(run) !== undefined ? '–' : count(run.added),
                    count(run.removed),
                  ]),
                ),
        };
      }),
    );

  addWatchCommand(runs, program);
  addCancelCommand(runs, program);

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

/** An approval is of figures that were shown, and of nothing worse. */
const NOT_APPROVED =
  'These figures are new, or worse than those of the run that was held before: look at them, then run again with --approve.';

/** What keeps a person at the terminal waiting. */
const TOLD: Pick<RunInput, 'onWait' | 'onBusy'> = {
  onWait: ({ until, problem }) =>
    note(`The account waits until ${until.toISOString()} (${problem.code}); the run goes on then.`),
  onBusy: () => note('Another process uses this account; the run goes on behind it.'),
};

interface RunFlags {
  readonly asOf?: string;
  readonly approve?: boolean;
  readonly heldRun?: bigint;
  readonly replace?: boolean;
  readonly newList?: boolean;
  readonly join?: boolean;
  readonly queue?: boolean;
}

function queued(requested: RequestedRun): Outcome {
  const { sync, joined } = requested;
  return {
    json: requested,
    text: joined
      ? `A run of "${sync}" waits for a worker already.`
      : `The next worker that is free runs "${sync}"; rekindle runs --sync ${sync} shows it.`,
  };
}

function listWork({ replace, newList }: RunFlags): { list?: 'replace' | 'new' } {
  if (replace === true) return { list: 'replace' };
  return newList === true ? { list: 'new' } : {};
}
