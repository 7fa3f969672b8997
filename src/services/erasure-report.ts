/** What became of erasures: the receipt of each audience, without a word about who it was. */
import { z } from 'zod';
import type { Db } from '../infra/db.ts';

const ReceiptProblem = z.looseObject({ message: z.string(), nextStep: z.string().optional() });

const ReceiptState = z.enum(['waiting', 'clear', 'removed', 'gone']);

/** The answer for one audience. */
export interface ErasureReceipt {
  readonly sync: string;
  readonly platform: string;
  readonly account: string;
  readonly audience: string;
  /**
   * waiting: not answered for yet; clear: nothing of the person was there; removed: every key of
   * theirs that nobody else there carries was taken off; gone: a person said that the list is no
   * more.
   */
  readonly state: z.infer<typeof ReceiptState>;
  /** Null before the answer, and where a run took them off, which counts people and not keys. */
  readonly keysRemoved: number | null;
  /** Keys that stay, since somebody else on the audience carries them. */
  readonly keysShared: number;
  /** The platform's own ids of the requests, for its support. */
  readonly requestIds: readonly string[];
  readonly attempts: number;
  readonly updatedAt: Date;
  readonly problem: z.infer<typeof ReceiptProblem> | null;
}

export interface ErasureReport {
  readonly id: string;
  readonly state: 'pending' | 'done';
  /** Only while it is pending: afterwards nobody can tell. */
  readonly customer: string | null;
  readonly requestedAt: Date;
  readonly finishedAt: Date | null;
  readonly receipts: readonly ErasureReceipt[];
}

/** Erasures, the latest first; of one id, or all there are. */
export async function readErasures(
  db: Db,
  filter: { readonly id?: string; readonly pendingOnly?: boolean; readonly limit?: number } = {},
): Promise<ErasureReport[]> {
  const rows = await db.prisma.erasure.findMany({
    where: {
      ...(filter.id === undefined ? {} : { id: filter.id }),
      ...(filter.pendingOnly === true ? { finishedAt: null } : {}),
    },
    orderBy: { requestedAt: 'desc' },
    ...(filter.limit === undefined ? {} : { take: filter.limit }),
    select: {
      id: true,
      customerId: true,
      requestedAt: true,
      finishedAt: true,
      receipts: {
        orderBy: { audience: { sync: { name: 'asc' } } },
        select: {
          state: true,
          keysRemoved: true,
          keysShared: true,
          requestIds: true,
          attempts: true,
          updatedAt: true,
          problem: true,
          audience: {
            select: {
              name: true,
              sync: {
                select: {
                  name: true,
                  destination: { select: { platform: true, account: true } },
                },
              },
            },
          },
        },
      },
    },
  });
  return rows.map(({ id, customerId, requestedAt, finishedAt, receipts }) => ({
    id,
    state: finishedAt === null ? 'pending' : 'done',
    customer: customerId,
    requestedAt,
    finishedAt,
    receipts: receipts.map(({ audience, state, problem, keysRemoved, ...receipt }) => ({
      sync: audience.sync.name,
      platform: audience.sync.destination.platform,
      account: audience.sync.destination.account,
      audience: audience.name,
      state: ReceiptState.parse(state),
      problem: problem === null ? null : ReceiptProblem.parse(problem),
      keysRemoved: state === 'waiting' ? null : keysRemoved,
      ...receipt,
    })),
  }));
}
