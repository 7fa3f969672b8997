/**
 * Leases: what one process of many may do, for as long as it shows that it is alive. A lock of a
 * database session would do on one machine; of a host that is cut off, the server holds the session
 * open for hours, and the host never learns that it lost the lock.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { RekindleError } from '../errors.ts';
import type { Db, PrismaDb } from './db.ts';
import { loadSql, runSql } from './sql.ts';

const TAKE = loadSql(import.meta.url, 'take-lease.sql');
const RENEW = loadSql(import.meta.url, 'renew-leases.sql');
const FENCE = loadSql(import.meta.url, 'fence-lease.sql');
const RELEASE = loadSql(import.meta.url, 'release-lease.sql');
const HELD = loadSql(import.meta.url, 'lease-held.sql');

/** How long a lease lasts without being renewed: what others wait for after a process died. */
export const LEASE_MS = 15_000;
/** Often enough for two renewals to fail and the third to come in time. */
const RENEW_MS = 3_500;
/**
 * How much earlier a holder gives up than others may take over: for clocks that do not run at the
 * same speed, and for a request that is on its way when it does.
 */
const MARGIN_MS = 4_000;
/** How often a process that waits for a lease looks whether it is free. */
const LOOK_MS = 400;

export interface Lease {
  /** Aborted when the lease is lost, a few seconds before others may have it. */
  readonly signal: AbortSignal;
  /**
   * The last statement of a transaction that only the holder may commit: nobody else takes the lease
   * before it ends.
   *
   * @throws RekindleError `lease.lost`.
   */
  readonly fence: (client: Pick<ClientBase, 'query'>) => Promise<void>;
  readonly release: () => Promise<void>;
}

interface Held {
  readonly key: string;
  readonly token: string;
  readonly lost: AbortController;
  /** On the clock of this process that only goes forward. */
  validUntil: number;
  watch?: NodeJS.Timeout;
  /** No longer renews it: whatever still hangs here keeps nobody from taking over. */
  drop: () => void;
}

/** The leases of one process on one database, renewed together. */
interface Keeper {
  readonly held: Map<string, Held>;
  timer: NodeJS.Timeout | null;
  renewing: boolean;
}
const keepers = new WeakMap<Db, Keeper>();

/** What people know this process by: its host and its number there. */
export function processName(): string {
  return `${hostname()}:${process.pid}`;
}

/** A lease of that name, or null where somebody holds it. */
export async function takeLease(db: Db, key: string): Promise<Lease | null> {
  const asked = performance.now();
  const token = randomUUID();
  const { rowCount } = await runSql(db.leases, TAKE, {
    key,
    token,
    holder: processName(),
    lease_ms: LEASE_MS,
  });
  if (rowCount === 0) return null;
  const held: Held = {
    key,
    token,
    lost: new AbortController(),
    validUntil: asked + LEASE_MS - MARGIN_MS,
    drop: () => letGo(db, token),
  };
  keep(db, held);
  return {
    signal: held.lost.signal,
    async fence(client) {
      const { rowCount } = await runSql(client, FENCE, { key, token });
      if (rowCount !== 1) lose(held);
      held.lost.signal.throwIfAborted();
    },
    async release() {
      letGo(db, token);
      // A lease that cannot be given back runs out by itself.
      await runSql(db.leases, RELEASE, { key, token }).catch(() => {});
    },
  };
}

/**
 * A lease of that name as soon as it is free.
 *
 * @param onBusy told, once, where there is somebody to wait for
 * @throws the signal's reason when aborted.
 */
export async function awaitLease(
  db: Db,
  key: string,
  signal: AbortSignal,
  onBusy: () => void = () => {},
): Promise<Lease> {
  for (let looks = 0; ; looks += 1) {
    signal.throwIfAborted();
    const lease = await takeLease(db, key);
    if (lease !== null) return lease;
    if (looks === 0) onBusy();
    // Not all at the same moment.
    await wait(LOOK_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
  }
}

/** Whether another process holds a lease now. */
export async function isHeldElsewhere(db: Db, key: string): Promise<boolean> {
  const { rowCount } = await runSql(db.leases, HELD, { key, holder: processName() });
  return rowCount === 1;
}

/** Keeps others from taking a lease until a transaction ends; false where somebody holds it now. */
export async function blockLease(tx: PrismaDb, key: string): Promise<boolean> {
  const values: Readonly<Record<string, unknown>> = {
    key,
    token: randomUUID(),
    holder: processName(),
    // It is over before it begins: what keeps others off is the row, which the transaction holds.
    lease_ms: -1_000,
  };
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    TAKE.text,
    ...TAKE.names.map((name) => values[name]),
  );
  return rows.length === 1;
}

function keep(db: Db, held: Held): void {
  const keeper = keepers.get(db) ?? { held: new Map(), timer: null, renewing: false };
  keepers.set(db, keeper);
  keeper.held.set(held.token, held);
  // A process is not kept up by its leases, but by what it does under them.
  keeper.timer ??= setInterval(() => void renew(db, keeper), RENEW_MS).unref();
  watch(held);
}

function letGo(db: Db, token: string): void {
  const keeper = keepers.get(db);
  clearTimeout(keeper?.held.get(token)?.watch);
  keeper?.held.delete(token);
  if (keeper === undefined || keeper.held.size > 0 || keeper.timer === null) return;
  clearInterval(keeper.timer);
  keeper.timer = null;
}

async function renew(db: Db, keeper: Keeper): Promise<void> {
  if (keeper.renewing) return;
  keeper.renewing = true;
  const asked = performance.now();
  const leases = [...keeper.held.values()];
  try {
    const { rows } = await runSql<{ token: string }>(db.leases, RENEW, {
      keys: leases.map(({ key }) => key),
      tokens: leases.map(({ token }) => token),
      lease_ms: LEASE_MS,
    });
    const renewed = new Set(rows.map(({ token }) => token));
    for (const held of leases) {
      if (renewed.has(held.token)) held.validUntil = asked + LEASE_MS - MARGIN_MS;
      else if (keeper.held.has(held.token)) lose(held);
    }
  } catch {
    // Tried again in a moment; until then what is held is held for as long as it lasts.
  } finally {
    keeper.renewing = false;
  }
}

/** Gives the lease up when its time is over, whether or not anybody can be asked about it. */
function watch(held: Held): void {
  const left = held.validUntil - performance.now();
  if (left <= 0) return lose(held);
  held.watch = setTimeout(() => watch(held), left).unref();
}

function lose(held: Held): void {
  held.drop();
  held.lost.abort(
    new RekindleError(
      'lease.lost',
      'This process could not show in time that it is alive, so that another may go on with its work. Nothing is lost: what was under way is finished by the next run.',
    ),
  );
}
