/**
 * Which list on the platform holds the keys that the table calls confirmed. Somebody may delete it
 * there, or make another; nobody tells us, so that every call looks.
 */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { ConnectorFailure } from '../../../connectors/connector.ts';
import type { DoNotReach } from '../../../connectors/connector.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { withAccount } from '../account.ts';
import type { Account } from '../account.ts';
import type { DeliveryOptions } from '../deliver.ts';
import { withRetries } from '../retry.ts';

const KNOWN = loadSql(import.meta.url, 'known-list.sql');
const KEEP = loadSql(import.meta.url, 'keep-list.sql');

type Client = Pick<ClientBase, 'query'>;

/**
 * The platform's id of the account's list, null for none, or why nobody knows.
 *
 * @throws the signal's reason when aborted.
 */
export async function findList(
  list: DoNotReach,
  options: DeliveryOptions,
): Promise<string | null | ConnectorFailure> {
  return orFailure(withAccount(options, (account) => askForList(list, account, options)));
}

/**
 * Keeps the id of a list that an addition has just made, once it can be had. Without it, the next
 * call takes the list for another and sends everything once more.
 */
export async function keepNewList(
  destinationId: string,
  list: DoNotReach,
  account: Account,
  options: DeliveryOptions,
): Promise<string | null> {
  const id = await orFailure(askForList(list, account, options));
  if (id === null || id instanceof ConnectorFailure) return null;
  await keepList(options.db.pool, destinationId, id);
  return id;
}

async function askForList(
  list: DoNotReach,
  account: Account,
  { context, clock, random }: Pick<DeliveryOptions, 'context' | 'clock' | 'random'>,
): Promise<string | null> {
  return withRetries(() => account.spend(() => list.listId(context)), {
    clock,
    random,
    signal: context.signal,
  });
}

const Known = z.object({ id: z.string().nullable(), has_keys: z.boolean() });

/** Whether keys are confirmed on a list other than the one that is there now. */
export async function isListReplaced(
  client: Client,
  destinationId: string,
  id: string | null,
): Promise<boolean> {
  const { rows } = await runSql(client, KNOWN, { destination_id: destinationId });
  const known = Known.parse(rows[0]);
  return known.has_keys && (id === null || id !== known.id);
}

/** Keeps which list it is that keys are confirmed on from now on. */
export async function keepList(
  client: Client,
  destinationId: string,
  id: string | null,
): Promise<void> {
  await runSql(client, KEEP, { destination_id: destinationId, list_id: id });
}

async function orFailure<T>(asked: Promise<T>): Promise<T | ConnectorFailure> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ConnectorFailure) return error;
    throw error;
  }
}
