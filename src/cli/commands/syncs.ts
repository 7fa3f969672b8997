/** `sync list`. */
import type { Command } from 'commander';
import { momentIn } from '../../infra/moment.ts';
import { listSyncs } from '../../services/list-syncs.ts';
import type { SyncState } from '../../services/list-syncs.ts';
import { command } from '../command.ts';
import { table } from '../output.ts';

export function addSyncCommands(program: Command): void {
  program
    .command('sync')
    .description('what fills which audience, and when')
    .command('list')
    .description('all, when each runs next, whether it is paused, and how it did last')
    .action(() =>
      command(program, {}, async ({ context }) => {
        const syncs = await listSyncs(context);
        return { json: { syncs }, text: listed(syncs) };
      }),
    );
}

function listed(syncs: readonly SyncState[]): string {
  if (syncs.length === 0) return 'There is no sync yet: write one in YAML and apply it.';
  const rows = syncs.map((sync) => [
    sync.name,
    sync.segment,
    sync.destination,
    nextOf(sync),
    sync.last === null
      ? 'never ran'
      : `${sync.last.state} (run ${sync.last.id}, ${momentIn(sync.timezone)(sync.last.startedAt)})`,
  ]);
  return table(['sync', 'segment', 'destination', 'next', 'last run'], rows);
}

function nextOf({ schedule, nextAt, pausedAt, queued, timezone }: SyncState): string {
  const moment = momentIn(timezone);
  if (queued) return 'now: in the queue, or a worker is at it';
  if (pausedAt !== null) return `paused since ${moment(pausedAt)}`;
  if (nextAt !== null) return moment(nextAt);
  return schedule === null ? 'on demand' : 'after a refresh of its segment';
}
