/** Alerts and channels as they stand, for people. */
import { z } from 'zod';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { ALERT_KINDS } from './cause.ts';
import type { AlertKind, Severity } from './cause.ts';

const CHANNELS = loadSql(import.meta.url, 'channels.sql');

export interface Alert {
  readonly id: string;
  readonly cause: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly objectKind: 'sync' | 'destination' | 'erasures';
  readonly objectName: string | null;
  readonly runId: string | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly sentence: string;
  readonly nextStep: string;
  /** What ended it; null while it is open. */
  readonly recovery: string | null;
}

const Row = z.object({
  id: z.bigint(),
  cause: z.string(),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(['urgent', 'warning']),
  objectKind: z.enum(['sync', 'destination', 'erasures']),
  objectName: z.string().nullable(),
  runId: z.bigint().nullable(),
  openedAt: z.date(),
  closedAt: z.date().nullable(),
  sentence: z.string(),
  nextStep: z.string(),
  recovery: z.string().nullable(),
});

/** Every open alert, urgent ones and old ones first; and the latest that are over. */
export async function findAlerts(
  db: Db,
  options: { readonly closed: number },
): Promise<{ readonly open: readonly Alert[]; readonly closed: readonly Alert[] }> {
  const select = {
    id: true,
    cause: true,
    kind: true,
    severity: true,
    objectKind: true,
    objectName: true,
    runId: true,
    openedAt: true,
    closedAt: true,
    sentence: true,
    nextStep: true,
    recovery: true,
  } as const;
  const open = await db.prisma.alert.findMany({
    where: { closedAt: null },
    orderBy: [{ severity: 'asc' }, { openedAt: 'asc' }, { id: 'asc' }],
    select,
  });
  const closed = await db.prisma.alert.findMany({
    where: { closedAt: { not: null } },
    orderBy: [{ closedAt: 'desc' }, { id: 'desc' }],
    take: options.closed,
    select,
  });
  return { open: open.map(alertOf), closed: closed.map(alertOf) };
}

function alertOf(value: unknown): Alert {
  const { id, runId, ...alert } = Row.parse(value);
  return { ...alert, id: String(id), runId: runId === null ? null : String(runId) };
}

export interface ChannelState {
  readonly channel: string;
  /** Sendings that failed since the last that did not. */
  readonly failures: number;
  readonly problem: string | null;
  /** When it is tried again; null where it is not left alone. */
  readonly retryAt: Date | null;
  /** What it has still to tell. */
  readonly waiting: number;
  /** When it last told something. */
  readonly toldAt: Date | null;
}

const ChannelRow = z.object({
  channel: z.string(),
  failures: z.int(),
  problem: z.string().nullable(),
  retry_at: z.date().nullable(),
  waiting: z.int(),
  told_at: z.date().nullable(),
});

/** Every channel that ever had something to tell, by name. */
export async function findChannels(db: Db): Promise<ChannelState[]> {
  const { rows } = await runSql(db.pool, CHANNELS);
  return z
    .array(ChannelRow)
    .parse(rows)
    .map(({ retry_at: retryAt, told_at: toldAt, ...row }) => ({ ...row, retryAt, toldAt }));
}

/** A channel that works again is not left alone any longer. */
export async function forgiveChannel(db: Db, channel: string): Promise<void> {
  await db.prisma.alertChannel.updateMany({
    where: { channel },
    data: { failures: 0, problem: null, retryAt: null },
  });
}
