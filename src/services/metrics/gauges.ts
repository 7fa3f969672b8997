/** How things stand in the database at this moment. */
import { z } from 'zod';
import type { Db } from '../../infra/db.ts';
import type { Family } from '../../infra/metrics.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { SIDE_TRIGGERS } from '../../sync/index.ts';

const SYNCS = loadSql(import.meta.url, 'syncs.sql');
const UNDER_WAY = loadSql(import.meta.url, 'under-way.sql');

const SyncRow = z.object({
  sync: z.string(),
  platform: z.string(),
  under_way: z.int(),
  last_good_at: z.date().nullable(),
});

/** Every sync, running or not, and how old its last good run is; one without has no age. */
export async function readSyncs(db: Db, now: Date): Promise<Family[]> {
  const { rows } = await runSql(db.pool, SYNCS, { side_triggers: SIDE_TRIGGERS });
  const syncs = z.array(SyncRow).parse(rows);
  const good = syncs.flatMap(({ sync, platform, last_good_at: at }) =>
    at === null ? [] : [{ labels: { sync, platform }, seconds: at.getTime() / 1000 }],
  );
  const labels = ['sync', 'platform'];
  return [
    {
      name: 'rekindle_runs_under_way',
      type: 'gauge',
      help: 'Runs that are planning or delivering; 0 for a sync that does not run.',
      labels,
      samples: syncs.map(({ sync, platform, under_way }) => ({
        labels: { sync, platform },
        value: under_way,
      })),
    },
    {
      name: 'rekindle_last_good_run_timestamp_seconds',
      type: 'gauge',
      help: 'When the last run of a sync that succeeded ended; none for a sync without one.',
      labels,
      samples: good.map(({ labels, seconds }) => ({ labels, value: seconds })),
    },
    {
      name: 'rekindle_last_good_run_age_seconds',
      type: 'gauge',
      help: 'How long ago that was.',
      labels,
      samples: good.map(({ labels, seconds }) => ({
        labels,
        value: Math.max(0, now.getTime() / 1000 - seconds),
      })),
    },
  ];
}

const UnderWayRow = z.object({
  platform: z.string(),
  state: z.string(),
  batches: z.int(),
  awaiting: z.int(),
});

export async function readUnderWay(db: Db): Promise<Family[]> {
  const rows = z.array(UnderWayRow).parse((await runSql(db.pool, UNDER_WAY)).rows);
  return [
    {
      name: 'rekindle_batches_under_way',
      type: 'gauge',
      help: 'Batches without an end: planned, sending, or pending, which the platform answers later.',
      labels: ['platform', 'state'],
      samples: rows.map(({ platform, state, batches }) => ({
        labels: { platform, state },
        value: batches,
      })),
    },
    {
      name: 'rekindle_rows_awaiting_answer',
      type: 'gauge',
      help: 'Rows that a platform has taken and answers later.',
      labels: ['platform'],
      samples: rows
        .filter(({ state }) => state === 'pending')
        .map(({ platform, awaiting }) => ({ labels: { platform }, value: awaiting })),
    },
  ];
}

/** What is known of the accounts' request budgets, from the process that last spoke to each. */
export async function readAccounts(db: Db, now: Date): Promise<Family[]> {
  const rows = await db.prisma.accountBudget.findMany({
    orderBy: [{ platform: 'asc' }, { holder: 'asc' }],
    select: { platform: true, holder: true, used: true, waitsUntil: true, updatedAt: true },
  });
  const labels = ['platform', 'account'];
  const labelled = rows.map(({ platform, holder, ...row }) => ({
    labels: { platform, account: holder },
    ...row,
  }));
  return [
    {
      name: 'rekindle_account_budget_left_ratio',
      type: 'gauge',
      help: 'Share of the request budget that was left when the platform last told; none where it never did.',
      labels,
      samples: labelled.flatMap(({ labels, used }) =>
        used === null ? [] : [{ labels, value: Math.max(0, 1 - used) }],
      ),
    },
    {
      name: 'rekindle_account_budget_seen_timestamp_seconds',
      type: 'gauge',
      help: 'When anything was last learnt of the account.',
      labels,
      samples: labelled.map(({ labels, updatedAt }) => ({
        labels,
        value: updatedAt.getTime() / 1000,
      })),
    },
    {
      name: 'rekindle_account_waits_until_timestamp_seconds',
      type: 'gauge',
      help: 'Nothing is sent to the account before; none where requests may be sent.',
      labels,
      samples: labelled.flatMap(({ labels, waitsUntil }) =>
        waitsUntil === null || waitsUntil <= now
          ? []
          : [{ labels, value: waitsUntil.getTime() / 1000 }],
      ),
    },
  ];
}

/** Open alerts by kind; a kind of which none is open has no series. */
export async function readAlerts(db: Db): Promise<Family[]> {
  const kinds = await db.prisma.alert.groupBy({
    by: ['kind', 'severity'],
    where: { closedAt: null },
    orderBy: [{ kind: 'asc' }, { severity: 'asc' }],
    _count: { _all: true },
  });
  return [
    {
      name: 'rekindle_open_alerts',
      type: 'gauge',
      help: 'Alerts that are open, by kind; none where all is well.',
      labels: ['kind', 'severity'],
      samples: kinds.map(({ kind, severity, _count }) => ({
        labels: { kind, severity },
        value: _count._all,
      })),
    },
  ];
}
