/** One request's worth of keys to or from a do-not-reach list, and what the table then says of them. */
import { z } from 'zod';
import { ConnectorFailure } from '../../../connectors/connector.ts';
import type { DoNotReach, Member, Receipt, Rejection } from '../../../connectors/connector.ts';
import { readKey } from '../../identity/index.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import type { Account } from '../account.ts';
import type { Db } from '../../infra/db.ts';
import type { DeliveryOptions } from '../deliver.ts';
import { outcomeOfFailure, outcomeOfReceipt, problemOf } from '../outcome.ts';
import type { Problem } from '../outcome.ts';
import { withRetries } from '../retry.ts';
import { NotNow } from '../wait.ts';

const DOUBT = loadSql(import.meta.url, 'doubt.sql');
const CONFIRM = loadSql(import.meta.url, 'confirm.sql');
const SUPPRESSED = loadSql(import.meta.url, 'suppressed.sql');
const FORGET = loadSql(import.meta.url, 'forget.sql');

/** Keys that are unconfirmed in the table, as hexadecimal digits. */
export interface KeyBatch {
  readonly destinationId: string;
  readonly operation: 'add' | 'remove';
  readonly keys: readonly string[];
}

export interface KeysSent {
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly problem: Problem | null;
  /** Keys that were not sent: since they were read, they have come to need the other operation. */
  readonly turned: readonly string[];
  /** Whether further requests would fare the same. */
  readonly stops: boolean;
}

/** Requests that a platform may refuse for the sake of single rows before the batch is given up. */
const MOST_ROUNDS = 50;

/**
 * Sends until the platform answers or it is no use. Keys it has taken are confirmed, or forgotten
 * where they were taken off; of all others the table keeps that they may be there.
 */
export async function sendKeys(
  batch: KeyBatch,
  list: DoNotReach,
  account: Account,
  options: DeliveryOptions,
): Promise<KeysSent> {
  const { db, context, clock, random } = options;
  const { destinationId, operation } = batch;
  const dropped: Rejection[] = [];
  const turned: string[] = [];
  let open = batch.keys;
  let sentAt = clock.now();
  let left = false;
  let mayHaveArrived = false;

  async function push(): Promise<Receipt> {
    try {
      return await account.spend(async () => {
        // An account may have stood by for minutes, in which people change their minds.
        sentAt = clock.now();
        const suppressed = await suppressedOf(db, open, sentAt);
        const stays = (key: string) => suppressed.has(key) === (operation === 'add');
        turned.push(...open.filter((key) => !stays(key)));
        open = open.filter(stays);
        if (open.length === 0) return NOTHING_LEFT;
        left = true;
        return list.push(context, { operation, members: open.map(memberOf) });
      });
    } catch (error) {
      mayHaveArrived ||=
        error instanceof ConnectorFailure &&
        error.kind === 'transient' &&
        !(error instanceof NotNow);
      throw error;
    }
  }

  /** Leaves out the keys for whose sake the platform refused the others too. */
  async function pushWithoutCulprits(): Promise<Receipt> {
    for (let round = 1; ; round += 1) {
      if (open.length === 0) return NOTHING_LEFT;
      try {
        return await push();
      } catch (error) {
        if (!(error instanceof ConnectorFailure) || round > MOST_ROUNDS) throw error;
        const culprits = error.culprits.filter(({ position }) => open[position] !== undefined);
        if (culprits.length === 0) throw error;
        const positions = new Set(culprits.map(({ position }) => position));
        dropped.push(...culprits.map(({ code }) => ({ code, count: 1 })));
        open = open.filter((_, position) => !positions.has(position));
      }
    }
  }

  // Before it leaves, since it counts from the moment at which it may arrive.
  if (operation === 'remove') {
    await runSql(db.pool, DOUBT, { destination_id: destinationId, keys: bytesOf(open) });
  }
  try {
    const receipt = await withRetries(pushWithoutCulprits, {
      clock,
      random,
      signal: context.signal,
    });
    const keys = bytesOf(takenOf(receipt, open));
    await (operation === 'add'
      ? runSql(db.pool, CONFIRM, { destination_id: destinationId, keys, sent_at: sentAt })
      : runSql(db.pool, FORGET, { destination_id: destinationId, keys }));
    return { ...outcomeOfReceipt(receipt, dropped), turned, stops: false };
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    if (error instanceof NotNow && !left) {
      const none = { accepted: 0, rejected: 0, unknown: 0 };
      return { ...none, problem: problemOf(error), turned, stops: true };
    }
    const outcome = outcomeOfFailure(error, open.length, mayHaveArrived, dropped);
    const forThisBatch = error.kind === 'invalid' || error.kind === 'transient';
    return { ...outcome, turned, stops: error instanceof NotNow || !forThisBatch };
  }
}

const Keys = z.array(z.object({ key: z.string() }));

async function suppressedOf(db: Db, keys: readonly string[], now: Date): Promise<Set<string>> {
  const { rows } = await runSql(db.pool, SUPPRESSED, { keys: bytesOf(keys), now });
  return new Set(Keys.parse(rows).map(({ key }) => key));
}

/** The keys that the platform has taken for certain. */
function takenOf(receipt: Receipt, keys: readonly string[]): readonly string[] {
  if (receipt.state === 'pending' || receipt.unknown > 0) return [];
  const rejected = receipt.rejected.reduce((sum, { count }) => sum + count, 0);
  const refused = new Set((receipt.refused ?? []).map(({ position }) => position));
  return rejected === refused.size ? keys.filter((_, position) => !refused.has(position)) : [];
}

/**
 * One key is one row: X takes off whoever came along with a key that is removed ("matched on any
 * keys that were present when adding", Ads API, Audiences), and one address of a person can be
 * lifted without the others.
 */
function memberOf(hex: string): Pick<Member, 'email' | 'phone'> {
  const key = readKey(hex);
  if (key.kind === 'email') return { email: [key.value], phone: [] };
  if (key.kind === 'phone') return { email: [], phone: [key.value] };
  throw new RangeError('A do-not-reach list holds a key that is neither e-mail nor phone.');
}

function bytesOf(keys: readonly string[]): Buffer[] {
  return keys.map((key) => Buffer.from(key, 'hex'));
}

const NOTHING_LEFT: Receipt = {
  state: 'final',
  requestId: null,
  accepted: 0,
  rejected: [],
  unknown: 0,
};
