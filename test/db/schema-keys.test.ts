import { describe, expect, it } from 'vitest';
import { placementOf, readTables } from '../../src/infra/citus/index.ts';
import { onConnection } from '../../src/infra/db.ts';
import { testDatabase } from '../support/database.ts';
import { schemaOffences } from '../support/schema-keys.ts';

/** What a migration that makes a table is told, in a database of its own. */
async function offencesAfter(sql: string): Promise<string[]> {
  const db = await testDatabase();
  await db.pool.query(sql);
  const offences = await onConnection(db, schemaOffences);
  await db.close();
  return offences;
}

describe('the migrated database', () => {
  it('can be distributed: customer-keyed tables by customer_id, small ones to every machine', async () => {
    expect(await offencesAfter('SELECT 1')).toEqual([]);
  });

  it('has every table in its place', async () => {
    const db = await testDatabase();
    const places = (await onConnection(db, readTables)).map((table) => [
      table.name,
      placementOf(table),
    ]);
    await db.close();
    expect(Object.fromEntries(places)).toMatchObject({
      customer: 'distributed',
      purchase: 'distributed',
      identity: 'distributed',
      consent: 'distributed',
      consent_record: 'distributed',
      membership: 'distributed',
      past_membership: 'distributed',
      assignment: 'distributed',
      refusal: 'distributed',
      suppression: 'reference',
      erasure: 'reference',
      batch: 'reference',
      run: 'reference',
      sync: 'reference',
      lease: 'local',
      _prisma_migrations: 'local',
    });
  });
});

describe('a migration is told what to do where it makes', () => {
  it.each([
    [
      'a table with a customer_id that is not in its primary key',
      'CREATE TABLE note (id BIGINT, customer_id TEXT, CONSTRAINT note_pkey PRIMARY KEY (id))',
      'Table "note" has a customer_id outside its primary key',
    ],
    [
      'a table without a primary key',
      'CREATE TABLE note (id BIGINT)',
      'Table "note" has no primary key',
    ],
    [
      'a unique key of customers without customer_id',
      'CREATE UNIQUE INDEX customer_external_id_key ON customer (external_id)',
      'The unique key "customer_external_id_key" of "customer" lacks customer_id',
    ],
    [
      'a foreign key from a customer-keyed table to a small one',
      `ALTER TABLE membership ADD CONSTRAINT membership_audience_id_fkey
       FOREIGN KEY (audience_id) REFERENCES audience (id)`,
      '"membership_audience_id_fkey" ties "membership" to "audience"',
    ],
    [
      'a foreign key from a small table to a customer-keyed one',
      `ALTER TABLE suppression ADD CONSTRAINT suppression_customer_id_fkey
       FOREIGN KEY (customer_id) REFERENCES customer (customer_id)`,
      '"suppression_customer_id_fkey" ties "suppression" to "customer"',
    ],
    [
      'a foreign key between customer-keyed tables beside customer_id',
      `CREATE TABLE gift (
         customer_id TEXT, giver TEXT, CONSTRAINT gift_pkey PRIMARY KEY (customer_id),
         CONSTRAINT gift_giver_fkey FOREIGN KEY (giver) REFERENCES customer (customer_id)
       )`,
      '"gift_giver_fkey" leads from "gift" to "customer" by other columns than customer_id',
    ],
    [
      'a foreign key from a small table to a local one',
      `ALTER TABLE audit ADD COLUMN lease TEXT,
       ADD CONSTRAINT audit_lease_fkey FOREIGN KEY (lease) REFERENCES lease (key)`,
      '"audit_lease_fkey" leads from "audit", which is copied to every machine, to "lease"',
    ],
  ])('%s', async (_, sql, sentence) => {
    const offences = await offencesAfter(sql);
    expect(offences).toHaveLength(1);
    expect(offences[0]).toContain(sentence);
  });

  it('nothing, where a customer-keyed table refers to another along customer_id', async () => {
    expect(
      await offencesAfter(`
        CREATE TABLE gift (
          customer_id TEXT COLLATE "C", CONSTRAINT gift_pkey PRIMARY KEY (customer_id),
          CONSTRAINT gift_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customer (customer_id)
        )`),
    ).toEqual([]);
  });
});
