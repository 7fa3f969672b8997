/** One run per sync at a time, whichever process asks. */
import type { Surroundings } from '../delivery/index.ts';
import { systemClock } from '../infra/clock.ts';
import type { Db, PrismaDb } from '../infra/db.ts';
import { blockLease, takeLease } from '../infra/lease.ts';
import type { Lease } from '../infra/lease.ts';
import { RekindleError } from '../errors.ts';
import { findSync, loadSync } from './sync.ts';
import type { Sync } from './sync.ts';

/** What work under a lease goes by: its signal is aborted as well when the lease is lost. */
interface Guarded {
  readonly db: Db;
  readonly surroundings: Surroundings;
}

/** Ends a transaction that only whoever holds the sync may commit. */
export interface Fenced {
  /** @throws RekindleError `lease.lost`. */
  readonly fence: Lease['fence'];
}

/**
 * Holds the sync of a name for the length of `work`, which gets it as it is configured then, and
 * `options` with a signal that says when it is no longer held.
 *
 * @throws RekindleError `not-found`; `run.in-progress` when another process holds it; `lease.lost`
 *   when this process could not show in time that it is alive.
 */
export async function exclusively<Options extends Guarded, T>(
  options: Options,
  name: string,
  work: (sync: Sync, guarded: Options & Fenced) => Promise<T>,
): Promise<T> {
  const { db, surroundings } = options;
  const { id } = await findSync(db, name);
  const lease = await takeLease(db, syncLease(id));
  if (lease === null) {
    throw new RekindleError(
      'run.in-progress',
      `A run of "${name}" is under way in another process. Wait for it to end; rekindle runs shows it.`,
    );
  }
  try {
    const signal = AbortSignal.any([surroundings.signal, lease.signal]);
    const guarded = { ...options, surroundings: { ...surroundings, signal }, fence: lease.fence };
    return await Promise.race([work(await loadSync(db, name), guarded), gaveUp(lease.signal)]);
  } finally {
    await lease.release();
  }
}

/** How long work may take to end by itself once its lease is lost. */
const LAST_MS = 30_000;

/**
 * Rejects some time after a lease was lost: work that waits on a dead line for an answer would keep
 * its job, and with it whoever is to go on. It may wake up later; it can neither send nor commit.
 */
async function gaveUp(lost: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => {
    lost.addEventListener('abort', () => resolve(), { once: true });
  });
  await systemClock.sleep(LAST_MS);
  throw lost.reason;
}

/** Keeps runs of a sync from beginning until a transaction ends; false where one is under way. */
export async function blockRuns(tx: PrismaDb, syncId: string): Promise<boolean> {
  return blockLease(tx, syncLease(syncId));
}

/** The name of a sync's lease. */
export function syncLease(syncId: string): string {
  return `sync:${syncId}`;
}
