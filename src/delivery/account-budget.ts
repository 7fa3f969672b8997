/** The state of an account's budget in the database: for other processes, and for people. */
import { Prisma } from '../../prisma/generated/client.ts';
import type { Db } from '../infra/db.ts';
import type { Budget, Holder } from './budget.ts';
import { ProblemSchema } from './outcome.ts';
import type { Wait } from './wait.ts';

/** What any process last learnt of a budget. */
export async function readBudget(
  db: Db,
  whose: Holder,
): Promise<{ readonly used: number | null; readonly wait: Wait | null }> {
  const row = await db.prisma.accountBudget.findUnique({
    where: { platform_holder: whose },
    select: { used: true, waitsUntil: true, reason: true },
  });
  const used = row?.used ?? null;
  if (row === null || row.waitsUntil === null) return { used, wait: null };
  return { used, wait: { until: row.waitsUntil, problem: ProblemSchema.parse(row.reason) } };
}

/** Writes down what this process knows. A budget of which nothing is known leaves no row. */
export async function storeBudget(db: Db, budget: Budget, now: Date): Promise<void> {
  const wait = budget.wait();
  const state = {
    used: budget.used(),
    waitsUntil: wait?.until ?? null,
    reason: wait === null ? Prisma.DbNull : { ...wait.problem },
    updatedAt: now,
  };
  if (wait === null && state.used === null) {
    await db.prisma.accountBudget.updateMany({ where: budget.whose, data: state });
    return;
  }
  await db.prisma.accountBudget.upsert({
    where: { platform_holder: budget.whose },
    create: { ...budget.whose, ...state },
    update: state,
    select: { platform: true },
  });
}
