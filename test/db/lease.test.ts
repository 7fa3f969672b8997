/** One process at a time, for as long as it shows that it is alive. */
import { expect, it, vi } from 'vitest';
import { inTransaction } from '../../src/infra/db.ts';
import { LEASE_MS, awaitLease, blockLease, takeLease } from '../../src/infra/lease.ts';
import { testDatabase } from '../support/database.ts';

const db = await testDatabase();
const never = new AbortController().signal;

/** Polling on a busy machine. */
const SOON = { timeout: 20_000 };

/** As if the holder had not renewed it for that long. */
async function letTimePass(key: string): Promise<void> {
  await db.pool.query(`UPDATE lease SET expires_at = now() - interval '1 s' WHERE key = $1`, [key]);
}

async function taken(key: string) {
  const lease = await takeLease(db, key);
  if (lease === null) throw new Error(`${key} is taken.`);
  return lease;
}

it('is held by one, until it is given back', async () => {
  const first = await taken('a');
  expect(await takeLease(db, 'a')).toBeNull();
  expect(await takeLease(db, 'another')).not.toBeNull();
  await first.release();
  expect(await takeLease(db, 'a')).not.toBeNull();
});

it('goes to one of many that ask at once', async () => {
  const asked = await Promise.all(Array.from({ length: 20 }, () => takeLease(db, 'b')));
  expect(asked.filter((lease) => lease !== null)).toHaveLength(1);
});

it('is had by another when its holder has not renewed it, and the holder learns of it', async () => {
  const first = await taken('c');
  await letTimePass('c');
  const second = await taken('c');
  await expect.poll(() => first.signal.aborted, SOON).toBe(true);
  expect(first.signal.reason).toMatchObject({ code: 'lease.lost' });
  expect(second.signal.aborted).toBe(false);
  // Whoever lost it cannot give back what another has.
  await first.release();
  expect(await takeLease(db, 'c')).toBeNull();
});

it('lasts for as long as its holder lives', async () => {
  const lease = await taken('d');
  const expiry = async () => {
    const { expiresAt } = await db.prisma.lease.findUniqueOrThrow({
      where: { key: 'd' },
      select: { expiresAt: true },
    });
    return expiresAt.getTime();
  };
  const before = await expiry();
  await expect.poll(expiry, SOON).toBeGreaterThan(before);
  expect(lease.signal.aborted).toBe(false);
});

it('is given up in time by a holder that cannot reach the database', async () => {
  const lease = await taken('e');
  const cut = vi.spyOn(db.leases, 'query').mockImplementation(() => {
    throw new Error('cut off');
  });
  const began = performance.now();
  await expect.poll(() => lease.signal.aborted, { timeout: LEASE_MS }).toBe(true);
  expect(performance.now() - began).toBeLessThan(LEASE_MS);
  cut.mockRestore();
  // Nobody had it before the holder gave it up.
  expect(await takeLease(db, 'e')).toBeNull();
});

it('lets nobody commit who has lost it', async () => {
  const first = await taken('f');
  await inTransaction(db, (client) => first.fence(client));
  await letTimePass('f');
  const second = await taken('f');
  await expect(inTransaction(db, (client) => first.fence(client))).rejects.toMatchObject({
    code: 'lease.lost',
  });
  expect(first.signal.aborted).toBe(true);
  await inTransaction(db, (client) => second.fence(client));
});

it('is not had by another while a transaction that is fenced by it ends', async () => {
  const first = await taken('g');
  const ends: string[] = [];
  let other: Promise<unknown> = Promise.resolve();
  await inTransaction(db, async (client) => {
    await first.fence(client);
    other = takeLease(db, 'g').then(() => ends.push('other'));
    await client.query('SELECT pg_sleep(0.3)');
    ends.push('transaction');
  });
  await other;
  expect(ends).toEqual(['transaction', 'other']);
});

it('is waited for, and whoever waits is told once', async () => {
  const first = await taken('h');
  const onBusy = vi.fn();
  const waiting = awaitLease(db, 'h', never, onBusy);
  await expect.poll(() => onBusy.mock.calls.length, SOON).toBe(1);
  await first.release();
  await (await waiting).release();
  expect(onBusy).toHaveBeenCalledTimes(1);
});

it('is not waited for by whoever is interrupted', async () => {
  await taken('i');
  const interrupted = new AbortController();
  const waiting = awaitLease(db, 'i', interrupted.signal);
  interrupted.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

it('is kept from everybody by a transaction, until its end', async () => {
  let taking: Promise<unknown> = Promise.resolve();
  const ends: string[] = [];
  await db.prisma.$transaction(async (tx) => {
    expect(await blockLease(tx, 'j')).toBe(true);
    taking = takeLease(db, 'j').then((lease) => ends.push(lease === null ? 'refused' : 'taken'));
    await tx.$queryRaw`SELECT pg_sleep(0.3)::text`;
    ends.push('transaction');
  });
  await taking;
  expect(ends).toEqual(['transaction', 'taken']);
  await db.prisma.$transaction(async (tx) => {
    expect(await blockLease(tx, 'j')).toBe(false);
  });
});
