/** Asks about batches whose outcome the platform promised for later. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Connector, Receipt } from '../../connectors/connector.ts';
import { withAccount } from './account.ts';
import type { Account, AccountOptions } from './account.ts';
import { recordOutcome } from './batches.ts';
import { outcomeEvent } from './events.ts';
import { ReasonSchema, outcomeOfReceipt, problemOf } from './outcome.ts';
import type { Problem } from './outcome.ts';
import { NotNow } from './wait.ts';
import { z } from 'zod';

/** Google, the one platform that answers later, asks to be left alone for half an hour. */
const FIRST_ASK_MS = 30 * 60_000;
const LONGEST_PAUSE_MS = 4 * 60 * 60_000;

/**
 * Google works on a request for up to 24 hours; what it does not know after twice that, it will not
 * tell any more.
 */
const GIVE_UP_MS = 48 * 60 * 60_000;

/**
 * Until when a request that got no answer may still be carried out; null on a platform that works at
 * once.
 */
export function ghostOf({ capabilities }: Connector, sentAt: Date): Date | null {
  return capabilities.receipts === 'later' ? new Date(sentAt.getTime() + GIVE_UP_MS) : null;
}

/** When a batch that was just taken is first asked about. */
export function firstAskAt(sentAt: Date): Date {
  return new Date(sentAt.getTime() + FIRST_ASK_MS);
}

/** When a batch without an answer is asked about again: after twice the time that it has taken. */
export function nextAskAt(sentAt: Date, now: Date): Date {
  const waited = now.getTime() - sentAt.getTime();
  return new Date(now.getTime() + Math.min(Math.max(waited, FIRST_ASK_MS), LONGEST_PAUSE_MS));
}

/** What became of the batches of an audience that a platform works on. */
export interface Settled {
  readonly answered: number;
  readonly stillPending: number;
  /** When the platform is asked next; null where it owes nothing. */
  readonly nextAskAt: Date | null;
  /** Why it could not be asked, the first of them; null where it could. */
  readonly problem: Problem | null;
}

const NOTHING_OWED: Settled = { answered: 0, stillPending: 0, nextAskAt: null, problem: null };

/**
 * Writes down what the platform says by now of the batches that are due to be asked about; what it
 * has not worked through stays pending. Where the platform cannot be asked, so does all of it.
 */
export async function settlePending(
  audienceId: string,
  options: AccountOptions,
  when: 'due' | 'now' = 'due',
): Promise<Settled> {
  const { db, connector, clock } = options;
  if (connector.settle === undefined) return NOTHING_OWED;
  const pending = await db.prisma.batch.findMany({
    where: { audienceId, state: 'pending', requestId: { not: null } },
    orderBy: { id: 'asc' },
    select: {
      id: true,
      requestId: true,
      unknown: true,
      operation: true,
      sentAt: true,
      askAt: true,
      reasons: true,
      runId: true,
    },
  });
  const now = clock.now();
  const due = pending.filter(({ askAt }) => when === 'now' || askAt === null || askAt <= now);
  const told =
    due.length === 0
      ? []
      : await withAccount(options, async (account) => {
          const ends: (Problem | 'answered' | 'pending')[] = [];
          for (const batch of due) ends.push(await settleOne(batch, account, options));
          return ends;
        });
  const answered = told.filter((end) => end === 'answered').length;
  const problem = told.find((end) => typeof end === 'object') ?? null;
  const { _min } = await db.prisma.batch.aggregate({
    where: { audienceId, state: 'pending' },
    _min: { askAt: true },
  });
  const stillPending = pending.length - answered;
  return { answered, stillPending, nextAskAt: _min.askAt, problem };
}

interface PendingRow {
  readonly id: bigint;
  readonly requestId: string | null;
  /** Rows that the platform took, of which it will say more. */
  readonly unknown: number;
  readonly operation: string;
  readonly sentAt: Date | null;
  readonly reasons: unknown;
  readonly runId: bigint;
}

/** How it ended: with an answer, with none yet, or with what kept the platform from being asked. */
async function settleOne(
  { id, requestId, unknown: rows, operation, sentAt, reasons, runId }: PendingRow,
  account: Account,
  options: AccountOptions,
): Promise<Problem | 'answered' | 'pending'> {
  const { db, connector, context, clock, onEvent } = options;
  if (connector.settle === undefined || requestId === null) return 'pending';
  const settle = connector.settle.bind(connector);
  const asked = {
    requestId,
    rows,
    operation: operation === 'remove' ? ('remove' as const) : ('add' as const),
  };
  const at = clock.now();
  const since = sentAt ?? at;
  let receipt: Receipt;
  let problem: Problem | null = null;
  try {
    receipt = await account.spend(() => settle(context, asked));
  } catch (error) {
    // The batch stays pending and is asked about again in its time; whatever else the account has,
    // the caller's own requests will say.
    if (!(error instanceof ConnectorFailure)) throw error;
    if (error instanceof NotNow) return problemOf(error);
    problem = problemOf(error);
    receipt = { state: 'pending', requestId, rows };
  }
  if (receipt.state === 'pending' && at.getTime() - since.getTime() < GIVE_UP_MS) {
    const askAt = nextAskAt(since, at);
    await db.prisma.batch.update({ where: { id }, data: { askAt }, select: { id: true } });
    return problem ?? 'pending';
  }
  const before = z
    .array(ReasonSchema)
    .parse(reasons)
    .filter((reason) => reason.rows === 'rejected');
  const answer = receipt.state === 'pending' ? neverAnswered(receipt) : receipt;
  const outcome = outcomeOfReceipt(answer, before);
  await recordOutcome(db, id, outcome, { at, askAt: null });
  onEvent?.({ run: runId, ...outcomeEvent({ id, operation: asked.operation }, outcome) });
  return 'answered';
}

function neverAnswered({ requestId, rows }: { requestId: string; rows: number }): Receipt {
  const reasons = [{ code: 'NO_ANSWER_IN_48_HOURS', count: rows }];
  return { state: 'final', requestId, accepted: 0, rejected: [], unknown: rows, reasons };
}
