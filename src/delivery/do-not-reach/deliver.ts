/**
 * An account's do-not-reach list, against the suppressions of an e-mail or a phone that hold now.
 *
 * The table `do_not_reach` knows every key that may be on the platform. A key is unconfirmed from
 * before a request about it leaves until the platform has taken one, and whatever is unconfirmed is
 * sent: as an addition where it is suppressed at that moment, else as a removal. So a process may
 * die anywhere, and the next call ends right.
 */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { ConnectorFailure, DoNotReach } from '../../../connectors/connector.ts';
import type { Db } from '../../infra/db.ts';
import { awaitLease } from '../../infra/lease.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { withAccount } from '../account.ts';
import type { DeliveryOptions } from '../deliver.ts';
import { findList, isListReplaced, keepList, keepNewList } from './list.ts';
import { sendKeys } from './send.ts';
import type { KeyBatch } from './send.ts';
import type { Problem } from '../outcome.ts';

const TABLE = loadSql(import.meta.url, 'table.sql');
const PLAN = loadSql(import.meta.url, 'plan.sql');
const FIGURES = loadSql(import.meta.url, 'figures.sql');
const MARK = loadSql(import.meta.url, 'mark.sql');
const NEXT = loadSql(import.meta.url, 'next.sql');

/** Sent again so long before the platform forgets: a command that people run is run late. */
const RENEWAL_MARGIN_DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;

/** What a list needs. Every figure but `leftOut` counts keys, of which a mailbox may have several. */
export interface DoNotReachFigures {
  /**
   * Whether the list that was filled is no longer the one on the platform, so that everything is
   * sent once more; null where the platform was not to be asked.
   */
  readonly listReplaced: boolean | null;
  /** Not on the platform's list for certain. */
  readonly toAdd: number;
  /** On it, and sent again before the platform forgets them. */
  readonly toRenew: number;
  /** There by an earlier call, and no longer suppressed by their address. */
  readonly toRemove: number;
  readonly unchanged: number;
  /** What would be uploaded, which is `toAdd` and `toRenew`, by kind. */
  readonly uploads: { readonly email: number; readonly phone: number };
  /** Suppressions that hold and have no address of their own, so that nothing of them is sent. */
  readonly leftOut: { readonly customer: number; readonly domain: number };
}

/** What became of the keys that were to be sent or taken off; the four counts add up to them. */
export interface DoNotReachDelivery {
  readonly accepted: number;
  readonly rejected: number;
  /** The platform may have taken them, and has not said so. */
  readonly unknown: number;
  readonly notSent: number;
  /** The first one, null where everything was accepted. */
  readonly problem: Problem | null;
}

/**
 * Holds an account's list for the length of `work`, once nobody else does: an addition and a removal
 * of one key that are under way at the same time could arrive in either order. Tells `work` the
 * platform's id of the list, null for none, or why the platform did not say, and gives it options whose
 * signal says when the list is no longer held.
 */
export async function whileHoldingDoNotReach<T>(
  { platform, account }: { readonly platform: string; readonly account: string },
  list: DoNotReach,
  options: DeliveryOptions,
  work: (listId: string | null | ConnectorFailure, held: DeliveryOptions) => Promise<T>,
): Promise<T> {
  const key = `account:${platform}:do-not-reach:${account}`;
  const lease = await awaitLease(options.db, key, options.context.signal);
  try {
    const signal = AbortSignal.any([options.context.signal, lease.signal]);
    const held = { ...options, context: { ...options.context, signal } };
    return await work(await findList(list, held), held);
  } finally {
    await lease.release();
  }
}

/**
 * What a destination's list needs at the moment `now`, worked out in tables of the caller's
 * transaction. Sends and keeps nothing.
 *
 * @param again everything once more, for a list that is no longer as we left it
 * @param found the list that is there now; null where nobody knows
 */
export async function planDoNotReach(
  client: Pick<ClientBase, 'query'>,
  asked: {
    readonly destinationId: string;
    readonly again: boolean;
    readonly found: { readonly id: string | null } | null;
  },
  { lifetimeDays }: DoNotReach,
  now: Date,
): Promise<DoNotReachFigures> {
  const { destinationId, again, found } = asked;
  const listReplaced =
    found === null ? null : await isListReplaced(client, destinationId, found.id);
  await runSql(client, TABLE);
  await runSql(client, PLAN, {
    destination_id: destinationId,
    again: again || listReplaced === true,
    now,
    renew_up_to: new Date(now.getTime() - (lifetimeDays - RENEWAL_MARGIN_DAYS) * DAY_MS),
  });
  const row = Figures.parse((await runSql(client, FIGURES, { now })).rows[0]);
  return {
    listReplaced,
    toAdd: row.to_add,
    toRenew: row.to_renew,
    toRemove: row.to_remove,
    unchanged: row.unchanged,
    uploads: { email: row.emails, phone: row.phones },
    leftOut: { customer: row.customers, domain: row.domains },
  };
}

const Figures = z.object({
  to_add: z.int(),
  to_renew: z.int(),
  to_remove: z.int(),
  unchanged: z.int(),
  emails: z.int(),
  phones: z.int(),
  customers: z.int(),
  domains: z.int(),
});

/**
 * Writes down, in the transaction of its plan, what is about to be sent, and the list that it goes
 * to: whatever was on another is planned `again` and no longer confirmed.
 */
export async function markDoNotReach(
  client: Pick<ClientBase, 'query'>,
  { destinationId, listId }: { readonly destinationId: string; readonly listId: string | null },
  now: Date,
): Promise<void> {
  await keepList(client, destinationId, listId);
  await runSql(client, MARK, { destination_id: destinationId, now });
}

/**
 * Sends and takes off what a plan has marked, a page at a time. What a platform does not take stays
 * marked, and is sent by the next call.
 *
 * @param due how many keys the plan marked
 * @param listId the list that was there when it was planned; null for none, which an addition makes
 * @throws the signal's reason when aborted, after which the next call carries on.
 */
export async function deliverDoNotReach(
  destinationId: string,
  { due, listId }: { readonly due: number; readonly listId: string | null },
  list: DoNotReach,
  options: DeliveryOptions,
): Promise<DoNotReachDelivery> {
  const { db, clock, context, onProgress } = options;
  const sum = { accepted: 0, rejected: 0, unknown: 0 };
  let problem: Problem | null = null;
  // Nobody waits for the account for nothing.
  if (due === 0) return { ...sum, notSent: 0, problem };

  await withAccount(options, async (account) => {
    let known = listId;
    let after = '';
    let seen = 0;
    for (;;) {
      context.signal.throwIfAborted();
      const page = await readPage(db, { destinationId, after, rows: list.rows, now: clock.now() });
      const last = page.at(-1);
      if (last === undefined) return;
      const batches: KeyBatch[] = (['remove', 'add'] as const).map((operation) => {
        const wanted = page.filter(({ suppressed }) => suppressed === (operation === 'add'));
        return { destinationId, operation, keys: wanted.map(({ key }) => key) };
      });
      // What turns on the way is appended, as a batch of the other operation.
      for (const batch of batches) {
        if (batch.keys.length === 0) continue;
        const sent = await sendKeys(batch, list, account, options);
        sum.accepted += sent.accepted;
        sum.rejected += sent.rejected;
        sum.unknown += sent.unknown;
        problem ??= sent.problem;
        const operation = batch.operation === 'add' ? 'remove' : 'add';
        batches.push({ destinationId, operation, keys: sent.turned });
        if (sent.stops) return;
        if (known === null && batch.operation === 'add' && sent.accepted > 0) {
          known = await keepNewList(destinationId, list, account, options);
        }
      }
      after = last.key;
      seen += page.length;
      onProgress?.({ rowsDone: seen, rowsTotal: due });
    }
  });
  const notSent = due - sum.accepted - sum.rejected - sum.unknown;
  return { ...sum, notSent, problem };
}

const Page = z.array(z.object({ key: z.string(), suppressed: z.boolean() }));

async function readPage(
  db: Db,
  from: {
    readonly destinationId: string;
    /** The last key of the page before, as hexadecimal digits. */
    readonly after: string;
    readonly rows: number;
    readonly now: Date;
  },
): Promise<z.infer<typeof Page>> {
  const result = await runSql(db.pool, NEXT, {
    destination_id: from.destinationId,
    after: Buffer.from(from.after, 'hex'),
    rows: from.rows,
    now: from.now,
  });
  return Page.parse(result.rows);
}
