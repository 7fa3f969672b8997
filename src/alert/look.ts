/** One look at how things are: opens, refreshes and closes alerts, and writes down whom to tell. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { Db } from '../infra/db.ts';
import { unlessLocked } from '../infra/lock-wait.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { ALERT_KINDS, isOfRuns, keyOf, objectOf, runOf, severityOf } from './cause.ts';
import type { AlertKind, Cause } from './cause.ts';
import { findCauses, isUndecided } from './find-causes.ts';
import { momentIn } from '../infra/moment.ts';
import { PHRASES } from './phrases/index.ts';
import type { Language, Recovery } from './phrases/index.ts';
import { readFacts } from './read-facts.ts';
import type { Facts } from './read-facts.ts';
import { ALERT_SETTING, AlertSettings } from './settings.ts';

const OPEN = loadSql(import.meta.url, 'open-alerts.sql');
const REFRESH = loadSql(import.meta.url, 'refresh-alerts.sql');
const CLOSE = loadSql(import.meta.url, 'close-alerts.sql');
const KNOW = loadSql(import.meta.url, 'know-channels.sql');
const PLAN = loadSql(import.meta.url, 'plan-deliveries.sql');

export interface LookOptions {
  readonly language: Language;
  readonly timezone: string;
  /** The names of the channels that people are told by. */
  readonly channels: readonly string[];
  /** The triggers of runs that take people off beside those of the sync. */
  readonly sideTriggers: readonly string[];
  readonly now: Date;
}

export interface Looked {
  readonly opened: number;
  readonly closed: number;
  readonly open: number;
}

/**
 * However many look at once: one at a time, each at what the others have written. Where another
 * one does not come to its end within two seconds, this one leaves it to the next.
 */
export async function look(db: Db, options: LookOptions): Promise<Looked> {
  const looked = await unlessLocked(db, async (client) => {
    await client.query('LOCK TABLE alert IN SHARE ROW EXCLUSIVE MODE');
    const settings = await readSettings(client);
    const facts = await readFacts(client, settings, options.sideTriggers, options.now);
    const causes = findCauses(facts, settings, options.now);
    const looked = await write(client, { causes, facts }, options);
    const { channels } = options;
    await runSql(client, KNOW, { channels });
    await runSql(client, PLAN, {
      channels,
      now: options.now,
      reminder_hours: settings.reminderHours,
    });
    return looked;
  });
  if (looked !== null) return looked;
  const open = await db.prisma.alert.count({ where: { closedAt: null } });
  return { opened: 0, closed: 0, open };
}

async function readSettings(client: Pick<ClientBase, 'query'>): Promise<AlertSettings> {
  const { rows } = await client.query<{ value: unknown }>(
    'SELECT value FROM setting WHERE key = $1',
    [ALERT_SETTING],
  );
  return AlertSettings.parse(rows[0]?.value ?? {});
}

const OpenRow = z.object({
  cause: z.string(),
  kind: z.enum(ALERT_KINDS),
  object_name: z.string().nullable(),
  run_id: z.string().nullable(),
});
type OpenRow = z.infer<typeof OpenRow>;

async function write(
  client: Pick<ClientBase, 'query'>,
  seen: { readonly causes: readonly Cause[]; readonly facts: Facts },
  { language, timezone, now }: LookOptions,
): Promise<Looked> {
  const { rows } = await client.query(
    'SELECT cause, kind, object_name, run_id::text AS run_id FROM alert WHERE closed_at IS NULL',
  );
  const open = z.array(OpenRow).parse(rows);
  const phrases = PHRASES[language];
  const moment = momentIn(timezone);
  const found = seen.causes.map((cause) => {
    const { sentence, nextStep } = phrases.describe(cause, moment);
    const object = objectOf(cause);
    return {
      cause: keyOf(cause),
      kind: cause.kind,
      severity: severityOf(cause),
      object_kind: object.kind,
      object_name: object.name,
      run_id: runOf(cause),
      sentence,
      next_step: nextStep,
    };
  });
  const known = new Set(open.map(({ cause }) => cause));
  const there = new Set(found.map(({ cause }) => cause));
  const opened = found.filter(({ cause }) => !known.has(cause));
  const gone = open.filter(
    ({ cause, kind, object_name: name }) =>
      !there.has(cause) && !isUndecided(kind, name, seen.facts),
  );
  const closed = gone.map((row) => ({
    cause: row.cause,
    recovery: phrases.recovered(recoveryOf(row, seen), moment),
  }));
  const stays = found.filter(({ cause }) => known.has(cause));
  if (stays.length > 0) await runSql(client, REFRESH, { alerts: JSON.stringify(stays) });
  if (opened.length > 0) await runSql(client, OPEN, { alerts: JSON.stringify(opened), now });
  if (closed.length > 0) await runSql(client, CLOSE, { alerts: JSON.stringify(closed), now });
  const left = open.length + opened.length - closed.length;
  return { opened: opened.length, closed: closed.length, open: left };
}

/** Kinds that a pause closes. */
const OF_THE_SYNC: readonly AlertKind[] = [
  'run-failed',
  'run-held',
  'run-incomplete',
  'schedule-missed',
  'drift',
];

function recoveryOf(
  { kind, object_name: name, run_id: runId }: OpenRow,
  { causes, facts }: { readonly causes: readonly Cause[]; readonly facts: Facts },
): Recovery {
  const sync = OF_THE_SYNC.includes(kind)
    ? facts.runs.find((each) => each.sync === name)
    : undefined;
  const good = sync?.good ?? null;
  const isNewer = good !== null && (runId === null || BigInt(good.id) > BigInt(runId));
  const other = isOfRuns(kind)
    ? causes.find((cause) => isOfRuns(cause.kind) && objectOf(cause).name === name)
    : undefined;
  return {
    kind,
    name,
    paused: sync?.paused === true,
    goodRun: isNewer ? { id: good.id, at: good.finishedAt ?? good.startedAt } : null,
    replacedBy: other?.kind ?? null,
  };
}
