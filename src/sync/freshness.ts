/** How long platforms remember people, and whom they would forget next. */
import { z } from 'zod';
import type { Limits } from '../../connectors/connector.ts';
import type { KeyKind } from '../identity/index.ts';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';

const OLDEST_MEMBERS = loadSql(import.meta.url, 'oldest-members.sql');
const OldestRow = z.object({ audience_id: z.string(), oldest: z.date(), people: z.int() });

const DAY_MS = 86_400_000;

/** Days before a platform would forget people that any run sends them again. */
export const RESEND_MARGIN_DAYS = 30;

/**
 * Days before it that somebody has to start a run, where the sync has a schedule of its own. By then
 * its slots have had half of the margin, and either none came or none got through.
 */
const LAST_CALL_DAYS = RESEND_MARGIN_DAYS / 2;

/** Days after which a platform forgets people sent with these kinds of key; null for never. */
export function lifetimeDays(
  identifiers: readonly KeyKind[],
  limits: Pick<Limits, 'memberLifetimeDays' | 'keyLifetimeDays'>,
): number | null {
  const lifetimes = [
    limits.memberLifetimeDays,
    ...identifiers.map((kind) => limits.keyLifetimeDays?.[kind] ?? null),
  ].filter((days) => days !== null);
  return lifetimes.length === 0 ? null : Math.min(...lifetimes);
}

/** Members sent before this moment are sent again by a run now; null where the platform never forgets. */
export function resendLimit(
  identifiers: readonly KeyKind[],
  limits: Pick<Limits, 'memberLifetimeDays' | 'keyLifetimeDays'>,
  now: Date,
): Date | null {
  const days = lifetimeDays(identifiers, limits);
  return days === null ? null : after(now, RESEND_MARGIN_DAYS - days);
}

/** An audience on a platform that forgets people. */
export interface Forgetful {
  readonly audienceId: string;
  readonly lifetimeDays: number;
  /** Whether runs of its sync start by themselves. */
  readonly scheduled: boolean;
}

/** Those on an audience who would be forgotten first. */
export interface Oldest {
  readonly audienceId: string;
  readonly oldestSentAt: Date;
  readonly expiresAt: Date;
  /** How many people a run would send again now, lest they be forgotten. */
  readonly people: number;
  /** Whether a run has to be started, since none is sure to come by itself in time. */
  readonly isDue: boolean;
}

/** Whom platforms would forget first, of each audience that has anybody. */
export async function oldestMembers(
  db: Db,
  audiences: readonly Forgetful[],
  now: Date,
): Promise<Oldest[]> {
  if (audiences.length === 0) return [];
  const result = await runSql(db.pool, OLDEST_MEMBERS, {
    audience_ids: audiences.map(({ audienceId }) => audienceId),
    resend_before: audiences.map((audience) =>
      after(now, RESEND_MARGIN_DAYS - audience.lifetimeDays),
    ),
  });
  const rows = new Map(
    z
      .array(OldestRow)
      .parse(result.rows)
      .map((row) => [row.audience_id, row]),
  );
  return audiences.flatMap(({ audienceId, lifetimeDays: days, scheduled }) => {
    const row = rows.get(audienceId);
    if (row === undefined) return [];
    const { oldest: oldestSentAt, people } = row;
    const expiresAt = after(oldestSentAt, days);
    const dueAt = after(expiresAt, scheduled ? -LAST_CALL_DAYS : -RESEND_MARGIN_DAYS);
    return [{ audienceId, oldestSentAt, expiresAt, people, isDue: now > dueAt }];
  });
}

function after(at: Date, days: number): Date {
  return new Date(at.getTime() + days * DAY_MS);
}
