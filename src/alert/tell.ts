/**
 * Tells what is due on a channel. Whoever has the turn sends; what was sent is written down after,
 * so that a process that dies between the two makes the next one say it again, never nobody.
 */
import { z } from 'zod';
import type { Clock } from '../infra/clock.ts';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { ALERT_KINDS } from './cause.ts';
import type { Channel, Sent } from './channel.ts';
import { messageOf } from './message.ts';
import type { Notification, Voice } from './message.ts';
import { inWindow, retryAfter, takeTurn } from './pace.ts';

const CLAIM = loadSql(import.meta.url, 'claim-channel.sql');
const DUE = loadSql(import.meta.url, 'due.sql');
const TOLD = loadSql(import.meta.url, 'mark-told.sql');
const RELEASE = loadSql(import.meta.url, 'release-channel.sql');

/** Longer than a turn takes: three messages, each with two requests at most. */
const TURN_MS = 5 * 60_000;

/** What a turn on a channel came to. */
export interface Told {
  readonly channel: Channel['name'];
  /** Messages that went out. */
  readonly messages: number;
  /** Why the last one did not. */
  readonly problem: string | null;
}

const Claimed = z.object({
  failures: z.int(),
  problem: z.string().nullable(),
  recent: z.array(z.date()),
});

/** Nothing is told by a channel whose turn another process has, or that is left alone for now. */
export async function tell(
  channel: Channel,
  voice: Voice,
  options: { readonly db: Db; readonly clock: Clock },
): Promise<Told> {
  const { pool } = options.db;
  const { name } = channel;
  const now = options.clock.now();
  const until = new Date(now.getTime() + TURN_MS);
  const { rows } = await runSql(pool, CLAIM, { channel: name, now, until });
  if (rows.length === 0) return { channel: name, messages: 0, problem: null };
  const claimed = Claimed.parse(rows[0]);
  const recent = inWindow(claimed.recent, now);
  let state = {
    failures: claimed.failures,
    problem: claimed.problem,
    retryAt: null as Date | null,
  };
  let messages = 0;
  let problem: string | null = null;
  try {
    for (const matters of takeTurn(await readDue(options.db, name), recent, now)) {
      const sent = await channel.send(
        messageOf(
          matters.map(({ notification }) => notification),
          voice,
        ),
      );
      const at = options.clock.now();
      await markTold(options.db, name, matters, sent, at);
      if (!sent.ok) {
        const failures = state.failures + 1;
        const retryAt = new Date(at.getTime() + retryAfter(failures, sent.retryAfterMs));
        state = { failures, problem: sent.problem, retryAt };
        problem = sent.problem;
        break;
      }
      messages += 1;
      recent.push(at);
      state = { failures: 0, problem: sent.note ?? null, retryAt: null };
    }
  } finally {
    await runSql(pool, RELEASE, {
      channel: name,
      failures: state.failures,
      problem: state.problem,
      retry_at: state.retryAt,
      recent,
    });
  }
  return { channel: name, messages, problem };
}

const DueRow = z.object({
  alert_id: z.string(),
  event: z.enum(['opened', 'reminder', 'closed']),
  due_at: z.date(),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(['urgent', 'warning']),
  object_kind: z.enum(['sync', 'destination', 'erasures']),
  object_name: z.string().nullable(),
  run_id: z.string().nullable(),
  opened_at: z.date(),
  closed_at: z.date().nullable(),
  sentence: z.string(),
  next_step: z.string(),
  recovery: z.string().nullable(),
  replaced: z.boolean(),
});
type DueRow = z.infer<typeof DueRow>;

/** What is to be said of one alert, and the rows that are told by it. */
interface Matter {
  readonly notification: Notification;
  readonly rows: readonly DueRow[];
}

/** One matter an alert: its end covers what was not told before it. */
async function readDue(db: Db, channel: string): Promise<Matter[]> {
  const { rows } = await runSql(db.pool, DUE, { channel });
  const byAlert = new Map<string, DueRow[]>();
  for (const row of z.array(DueRow).parse(rows)) {
    byAlert.set(row.alert_id, [...(byAlert.get(row.alert_id) ?? []), row]);
  }
  return Array.from(byAlert.values(), (rowsOfOne) => ({
    notification: notificationOf(rowsOfOne),
    rows: rowsOfOne,
  }));
}

function notificationOf(rows: readonly DueRow[]): Notification {
  const last = rows.at(-1);
  if (last === undefined) throw new Error('An alert that is due has a delivery.');
  return {
    event: last.event,
    kind: last.kind,
    severity: last.severity,
    objectKind: last.object_kind,
    objectName: last.object_name,
    runId: last.run_id,
    openedAt: last.opened_at,
    closedAt: last.closed_at,
    sentence: last.sentence,
    nextStep: last.next_step,
    recovery: last.recovery,
    replaced: last.replaced,
    untold: last.event === 'closed' && rows.some(({ event }) => event === 'opened'),
  };
}

async function markTold(
  db: Db,
  channel: string,
  matters: readonly Matter[],
  sent: Sent,
  at: Date,
): Promise<void> {
  const rows = matters.flatMap((matter) => matter.rows);
  await runSql(db.pool, TOLD, {
    channel,
    alert_ids: rows.map((row) => row.alert_id),
    events: rows.map((row) => row.event),
    due_ats: rows.map((row) => row.due_at),
    at: sent.ok ? at : null,
    problem: sent.ok ? (sent.note ?? null) : sent.problem,
  });
}
