/** What a run does with its list as a whole: fill it, write it anew, or begin another. */
import { openReplacement, withAccount } from '../delivery/index.ts';
import type { DeliveryOptions } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { RunMode } from './record.ts';
import type { Sync } from './sync.ts';

const FORGET_LIST = loadSql(import.meta.url, 'forget-list.sql');

/**
 * changes: what differs from the ledger is sent. replace: the whole list is written anew, and
 * strangers on it go. new: the list is gone from the platform, and another takes its place.
 */
export type ListWork = 'changes' | 'replace' | 'new';

/**
 * How a run is carried out. A list that was begun to be written anew, and of which the platform has
 * only a part, is written to the end whatever was asked for.
 *
 * @throws RekindleError `run.impossible` where the platform has no way to write a list anew.
 */
export async function modeOf(
  sync: Sync,
  asked: ListWork,
  { db, connector }: Pick<DeliveryOptions, 'db' | 'connector'>,
): Promise<RunMode> {
  if (connector.replace === undefined) {
    if (asked !== 'replace') return 'changes';
    throw new RekindleError(
      'run.impossible',
      `${connector.title} has no way to write a list anew. To begin another, delete "${sync.audienceName}" there and run with --new-list.`,
    );
  }
  if (asked === 'replace') return 'replace';
  const open =
    connector.replace.kind === 'parts' ? await openReplacement(db, sync.audienceId) : null;
  return open === null ? 'changes' : 'replace';
}

/**
 * Forgets a list that the platform says is gone: nothing of anybody is there any more, and the run
 * makes another list and fills it.
 *
 * @throws RekindleError `run.impossible` where the platform still has the list: the people on it
 *   could not be taken off any more. ConnectorFailure when the platform does not say.
 */
export async function beginNewList(sync: Sync, options: DeliveryOptions): Promise<void> {
  const { db, connector, context } = options;
  const audience = await db.prisma.audience.findUniqueOrThrow({
    where: { id: sync.audienceId },
    select: { name: true, remoteId: true },
  });
  const { name, remoteId } = audience;
  if (remoteId === null) return;
  const reading = await withAccount(options, (account) =>
    account.spend(() => connector.readMatch(context, { name, remoteId })),
  );
  if (reading.kind !== 'unknown' || reading.reason !== 'gone') {
    throw new RekindleError(
      'run.impossible',
      `The audience "${name}" (${remoteId}) is still on ${connector.title}. Delete it there first, or run without --new-list.`,
    );
  }
  await inTransaction(db, (client) =>
    runSql(client, FORGET_LIST, { audience_id: sync.audienceId }),
  );
}
