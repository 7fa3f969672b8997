import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { importCustomers, streamStaleContacts } from '../../src/customer/index.ts';
import type { StaleContact } from '../../src/customer/index.ts';
import { onConnection } from '../../src/infra/db.ts';
import { testDatabase } from '../support/database.ts';

const db = await testDatabase();

beforeEach(async () => {
  await db.pool.query('TRUNCATE customer');
  const ids = Array.from({ length: 10 }, (_, index) => `c${index},c${index}@example.jp,jp`);
  await importCustomers(
    db,
    Readable.from([`customer_id,email,country\n${ids.join('\n')}`], { objectMode: false }),
    {
      format: 'csv',
      encoding: 'utf-8',
      columns: {},
      timezone: 'UTC',
      now: new Date('2026-11-21T00:00:00Z'),
    },
  );
});

describe('streaming stale contacts', () => {
  it('gives every stale customer once, though pages are marked current on another connection', async () => {
    await db.pool.query(`UPDATE customer SET identity_stale = false WHERE customer_id = 'c3'`);
    const pages: string[][] = [];
    await onConnection(db, async (client) => {
      for await (const page of streamStaleContacts(client, 4)) {
        const ids = page.map(({ customerId }) => customerId);
        pages.push(ids);
        await db.pool.query(
          'UPDATE customer SET identity_stale = false WHERE customer_id = ANY($1)',
          [ids],
        );
      }
    });
    expect(pages).toEqual([['c0', 'c1', 'c2', 'c4'], ['c5', 'c6', 'c7', 'c8'], ['c9']]);
  });

  it('carries the contact details and their version, and ends though nothing is marked', async () => {
    const seen: StaleContact[] = [];
    await onConnection(db, async (client) => {
      for await (const page of streamStaleContacts(client, 5)) seen.push(...page);
    });
    expect(seen).toHaveLength(10);
    expect(seen[0]).toMatchObject({
      firstName: null,
      mobileIds: [],
      customerId: 'c0',
      emails: ['c0@example.jp'],
      phones: [],
      country: 'JP',
      contactVersion: 1,
    });
  });
});
