/** What a run does with its list as a whole: fill it, write it anew, or begin another. */
import { findOrMakeAudience, openReplacement, withAccount } from '../delivery/index.ts';
import type { DeliveryOptions } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { Fenced } from './exclusive.ts';
import type { RunMode } from './record.ts';
import type { Sync } from './sync.ts';

const FORGET_LIST = loadSql(import.meta.url, 'forget-list.sql');

/**
 * changes: what differs from the ledger is sent. again: whoever is wanted is sent again, for a list
 * that may have lost people. replace: the whole list is written anew, and strangers on it go. new:
 * the list is gone from the platform, and another takes its place.
 */
export type ListWork = 'changes' | 'again' | 'replace' | 'new';

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
    if (asked !== 'replace') return asked === 'again' ? 'again' : 'changes';
    throw new RekindleError(
      'run.impossible',
      `${connector.title} has no way to write a list anew. To begin another, delete "${sync.audienceName}" there and run with --new-list.`,
    );
  }
  if (asked === 'replace') return 'replace';
  const open =
    connector.replace.kind === 'parts' ? await openReplacement(db, sync.audienceId) : null;
  if (open !== null) return 'replace';
  return asked === 'again' ? 'again' : 'changes';
}

/**
 * Asks whether a sync's list is gone, so that another may take its place; false where none was made.
 *
 * @throws RekindleError `run.impossible` where the platform still has the list: the people on it
 *   could not be taken off any more. ConnectorFailure when the platform does not say.
 */
export async function isListGone(sync: Sync, options: DeliveryOptions): Promise<boolean> {
  const { db, connector, context } = options;
  const { name, remoteId } = await db.prisma.audience.findUniqueOrThrow({
    where: { id: sync.audienceId },
    select: { name: true, remoteId: true },
  });
  if (remoteId === null) return false;
  const reading = await withAccount(options, (account) =>
    account.spend(() => connector.readMatch(context, { name, remoteId })),
  );
  if (reading.kind === 'unknown' && reading.reason === 'gone') return true;
  throw stillThere(connector.title, name, remoteId);
}

/**
 * Begins another list for one of which `isListGone` says so, and which the platform does not show any
 * more among those of the account. Only then is the old one forgotten: nothing of anybody is there,
 * erasures that wait for it are through, and the run fills the new one.
 *
 * @throws RekindleError `run.impossible` where the platform shows the list. ConnectorFailure when it
 *   gives none.
 */
export async function beginNewList(
  sync: Sync,
  options: DeliveryOptions,
  fence: Fenced['fence'],
): Promise<void> {
  const { db, connector } = options;
  const audience = await db.prisma.audience.findUniqueOrThrow({
    where: { id: sync.audienceId },
    select: { name: true, remoteId: true },
  });
  const { name, remoteId } = audience;
  const made = await findOrMakeAudience({ id: sync.audienceId, name }, options);
  if (remoteId !== null && made.remoteId === remoteId)
    throw stillThere(connector.title, name, remoteId);
  await inTransaction(db, async (client) => {
    await runSql(client, FORGET_LIST, {
      audience_id: sync.audienceId,
      remote_id: made.remoteId,
      now: options.clock.now(),
    });
    await fence(client);
  });
}

function stillThere(platform: string, name: string, remoteId: string): RekindleError {
  return new RekindleError(
    'run.impossible',
    `The audience "${name}" (${remoteId}) is still on ${platform}. Delete it there first, or run without --new-list.`,
  );
}
