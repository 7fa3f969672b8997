/** The row that says that a list is being rewritten: what a run left open is seen by the next. */
import { z } from 'zod';
import type { Db } from '../infra/db.ts';

/** How far the rewriting of a list is. */
export interface OpenReplacement {
  readonly runId: bigint;
  readonly startedAt: Date;
  readonly state: 'sending' | 'settling' | 'sweeping';
  readonly sweepRequestId: string | null;
}

const State = z.enum(['sending', 'settling', 'sweeping']);

export async function openReplacement(db: Db, audienceId: string): Promise<OpenReplacement | null> {
  const row = await db.prisma.replacement.findUnique({
    where: { audienceId },
    select: { runId: true, startedAt: true, state: true, sweepRequestId: true },
  });
  return row === null ? null : { ...row, state: State.parse(row.state) };
}

/** Written before the first part leaves, so that a crash leaves a mark. */
export async function beginReplacement(
  db: Db,
  replacement: { readonly audienceId: string; readonly runId: bigint; readonly startedAt: Date },
): Promise<void> {
  const { audienceId, ...begun } = replacement;
  const state = { ...begun, state: 'sending', sweepRequestId: null };
  await db.prisma.replacement.upsert({
    where: { audienceId },
    create: { audienceId, ...state },
    update: state,
    select: { audienceId: true },
  });
}

export async function moveReplacement(
  db: Db,
  audienceId: string,
  to:
    | { readonly state: 'settling' }
    | { readonly state: 'sweeping'; readonly sweepRequestId: string },
): Promise<void> {
  await db.prisma.replacement.update({
    where: { audienceId },
    data: to,
    select: { audienceId: true },
  });
}

export async function endReplacement(db: Db, audienceId: string): Promise<void> {
  await db.prisma.replacement.deleteMany({ where: { audienceId } });
}
