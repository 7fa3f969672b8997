/** What the database knows of everything that may be the matter. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { loadSql, runSql } from '../infra/sql.ts';
import type { SyncMatch } from './match-causes.ts';
import type { Drift, MissedSlot, PendingErasures, TokenFact } from './other-causes.ts';
import { readRuns } from './read-runs.ts';
import type { SyncRuns } from './run-causes.ts';
import type { AlertSettings } from './settings.ts';

const MATCHES = loadSql(import.meta.url, 'matches.sql');
const ERASURES = loadSql(import.meta.url, 'erasures.sql');
const SLOTS = loadSql(import.meta.url, 'slots.sql');
const DRIFTS = loadSql(import.meta.url, 'drifts.sql');

export interface Facts {
  readonly runs: readonly SyncRuns[];
  readonly matches: readonly SyncMatch[];
  readonly tokens: readonly TokenFact[];
  readonly slots: readonly MissedSlot[];
  readonly erasures: readonly PendingErasures[];
  readonly drifts: readonly Drift[];
}

type Queryable = Pick<ClientBase, 'query'>;

/** Days of readings among which the best match rate is looked for. */
const MATCH_DAYS = 28;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param sideTriggers the triggers of runs that take people off beside those of the sync */
export async function readFacts(
  client: Queryable,
  settings: AlertSettings,
  sideTriggers: readonly string[],
  now: Date,
): Promise<Facts> {
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  return {
    runs: await readRuns(client, sideTriggers),
    matches: await readMatches(client, ago(MATCH_DAYS * DAY_MS), now),
    tokens: await readTokens(client),
    slots: await readSlots(client, sideTriggers, ago(settings.lateMinutes * MINUTE_MS)),
    erasures: await readErasures(client, ago(settings.erasureHours * HOUR_MS)),
    drifts: await readDrifts(client),
  };
}

const MatchRow = z.object({
  sync: z.string(),
  kind: z.enum(['count', 'rate']),
  observed_at: z.date(),
  lower: z.number(),
  upper: z.number(),
  accepted_lower: z.int(),
  accepted_upper: z.int(),
  best_observed_at: z.date(),
  best_lower: z.number(),
  best_upper: z.number(),
  best_accepted_lower: z.int(),
  best_accepted_upper: z.int(),
});

async function readMatches(client: Queryable, since: Date, now: Date): Promise<SyncMatch[]> {
  const { rows } = await runSql(client, MATCHES, { since, now });
  return z
    .array(MatchRow)
    .parse(rows)
    .map(({ sync, kind, ...row }) => ({
      sync,
      newest: {
        at: row.observed_at,
        reading: { kind, lower: row.lower, upper: row.upper, meaning: '' },
        accepted: { lower: row.accepted_lower, upper: row.accepted_upper },
      },
      best: {
        at: row.best_observed_at,
        reading: { kind, lower: row.best_lower, upper: row.best_upper, meaning: '' },
        accepted: { lower: row.best_accepted_lower, upper: row.best_accepted_upper },
      },
    }));
}

const TokenRow = z.object({
  destination: z.string(),
  state: z.enum(['works', 'ended', 'unknown']),
  ends_at: z.date().nullable(),
});

async function readTokens(client: Queryable): Promise<TokenFact[]> {
  const { rows } = await client.query(
    'SELECT d.name AS destination, t.state, t.ends_at FROM token_reading t JOIN destination d ON d.id = t.destination_id ORDER BY d.name',
  );
  return z
    .array(TokenRow)
    .parse(rows)
    .map(({ ends_at: endsAt, ...row }) => ({ ...row, endsAt }));
}

const SlotRow = z.object({ sync: z.string(), slot: z.date(), missed: z.int() });

async function readSlots(
  client: Queryable,
  triggers: readonly string[],
  before: Date,
): Promise<MissedSlot[]> {
  const { rows } = await runSql(client, SLOTS, { before, side_triggers: triggers });
  return z.array(SlotRow).parse(rows);
}

const ErasureRow = z.object({ sync: z.string().nullable(), pending: z.int(), since: z.date() });

async function readErasures(client: Queryable, before: Date): Promise<PendingErasures[]> {
  const { rows } = await runSql(client, ERASURES, { before });
  return z.array(ErasureRow).parse(rows);
}

const DriftRow = z.object({
  sync: z.string(),
  at: z.date(),
  findings: z.array(
    z.object({
      kind: z.string(),
      code: z.string().nullish(),
      sentence: z.string(),
      nextStep: z.string().nullish(),
    }),
  ),
});

async function readDrifts(client: Queryable): Promise<Drift[]> {
  const { rows } = await runSql(client, DRIFTS);
  return z
    .array(DriftRow)
    .parse(rows)
    .map(({ findings, ...row }) => ({
      ...row,
      findings: findings.map(({ kind, code, sentence, nextStep }) => ({
        kind,
        code: code ?? null,
        sentence,
        nextStep: nextStep ?? null,
      })),
    }));
}
