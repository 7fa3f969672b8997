/**
 * A plan looks at those alone who changed since the last one of the audience, where it can. Its figures
 * have to be those of a plan that looks at everybody, whatever happened in between and by whatever way.
 */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/infra/db.ts';
import { findScope } from '../../src/membership/index.ts';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { importConsents } from '../../src/services/import-consents.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { planSync } from '../../src/services/plan-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { DAY, crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { bring, digestSet } from '../support/people.ts';
import { NOW, everyoneTo } from '../support/stage.ts';

const PEOPLE = crowd(30);
/** Two share a phone, one has nothing that Meta takes, and some are held out. */
const SHOP = [
  ...PEOPLE,
  { id: 'shares', email: 'shares@example.jp', phone: PEOPLE[3]?.phone ?? '' },
  { id: 'unreachable' },
];

/** Where it matters which arm somebody is in: salts differ from one test to the next. */
const NO_HOLDOUT = ', holdout: 0%';

async function ran(extra = ', holdout: 20%'): Promise<Engine> {
  const on = await engine('meta', SHOP, extra);
  expect((await on.run()).state).toBe('succeeded');
  return on;
}

async function figures(on: Engine) {
  const plan = await planSync(on.context, { sync: on.sync, asOf: NOW });
  return plan.figures;
}

/** The same by a look at everybody, as one takes who knows the last plan from another cluster. */
async function figuresOfEverybody(on: Engine) {
  await on.db.pool.query(`UPDATE plan_state SET cluster = 'other ' || cluster`);
  const found = await figures(on);
  await on.db.pool.query(`UPDATE plan_state SET cluster = substring(cluster FROM 7)`);
  return found;
}

/** Whom the next plan by the same rules looks at. */
async function scope(on: Engine): Promise<string[] | 'everybody'> {
  const { rows } = await on.db.pool.query<{ audience_id: string; rules: Buffer }>(
    `SELECT audience_id, rules FROM plan_state
     JOIN audience ON audience.id = audience_id JOIN sync ON sync.id = sync_id WHERE sync.name = $1`,
    [on.sync],
  );
  const [state] = rows;
  if (state === undefined) return 'everybody';
  return inTransaction(on.db, async (client) => {
    const { audience_id: audienceId, rules } = state;
    const plan = { audienceId, rules, resendBefore: null, now: on.clock.now() };
    if ((await findScope(client, plan)).of === 'everybody') return 'everybody';
    const found = await client.query<{ customer_id: string }>(
      'SELECT customer_id FROM plan_scope ORDER BY customer_id',
    );
    return found.rows.map((row) => row.customer_id);
  });
}

async function say(on: Engine, customer: string, status: string): Promise<void> {
  const lines = ['ad_user_data', 'ad_personalization'].map((purpose) =>
    JSON.stringify({
      customer_id: customer,
      purpose,
      status,
      at: NOW.toISOString(),
      source: 'web',
    }),
  );
  await importConsents(on.context, Readable.from([`${lines.join('\n')}\n`]), {
    file: 'test',
    format: 'ndjson',
    encoding: 'utf-8',
    columns: {},
    timezone: 'UTC',
  });
}

const suppressEmail = (on: Engine, value: string, until?: Date) =>
  suppress(on.context, {
    kind: 'email',
    value,
    reason: 'asked',
    ...(until === undefined ? {} : { until }),
  });

const raw = (on: Engine, sql: string) => on.db.pool.query(sql);

describe('a plan of changes', () => {
  it.each<[string, (on: Engine) => Promise<unknown>, string[] | 'everybody']>([
    ['nothing happened', async () => {}, []],
    [
      'somebody is new',
      (on) => bring(on.context, [{ id: 'new', email: 'new@example.jp' }]),
      ['new'],
    ],
    [
      'somebody has another address',
      (on) => bring(on.context, [{ id: 'p-1', email: 'other@example.jp', phone: '+819000000002' }]),
      ['p-1'],
    ],
    [
      'somebody with a shared phone has another',
      (on) =>
        bring(on.context, [{ id: 'shares', email: 'shares@example.jp', phone: '+819011112222' }]),
      ['shares'],
    ],
    ['somebody can be reached no more', (on) => bring(on.context, [{ id: 'p-2' }]), ['p-2']],
    [
      'somebody can be reached',
      (on) => bring(on.context, [{ id: 'unreachable', email: 'now@example.jp' }]),
      ['unreachable'],
    ],
    [
      'somebody moved to where no answer is a no',
      (on) => bring(on.context, [{ ...SHOP[4], id: 'p-4', country: 'DE' }]),
      ['p-4'],
    ],
    ['somebody said no', (on) => say(on, 'p-5', 'denied'), ['p-5']],
    ['somebody said yes', (on) => say(on, 'p-6', 'granted'), ['p-6']],
    ['somebody is suppressed', (on) => on.suppress('p-7'), ['p-7']],
    ['an address is suppressed', (on) => suppressEmail(on, 'p-8@example.jp'), 'everybody'],
    [
      'a country is written by other means',
      (on) => raw(on, `UPDATE customer SET country = 'FR' WHERE customer_id = 'p-9'`),
      ['p-9'],
    ],
    [
      'consents are written by other means',
      (on) => raw(on, `INSERT INTO consent VALUES ('p-9', 'ad_user_data', 'denied', now(), 'x')`),
      ['p-9'],
    ],
    [
      'keys are deleted by other means',
      (on) => raw(on, `DELETE FROM identity WHERE customer_id = 'p-9'`),
      ['p-9'],
    ],
    ['suppressions are all emptied', (on) => raw(on, 'TRUNCATE suppression'), 'everybody'],
    [
      'a member is deleted by other means',
      (on) => raw(on, `DELETE FROM customer WHERE customer_id = 'p-9'`),
      'everybody',
    ],
    [
      'somebody who is left out is deleted by other means',
      (on) => raw(on, `DELETE FROM customer WHERE customer_id = 'unreachable'`),
      [],
    ],
    ['a trigger is off', (on) => raw(on, 'ALTER TABLE consent DISABLE TRIGGER note_insert'), []],
  ])('counts as one of everybody where %s', async (_, happen, looksAt) => {
    const on = await ran();
    await happen(on);
    await figures(on);
    expect(await scope(on)).toEqual(looksAt);
    const changes = await figures(on);
    expect(changes).toEqual(await figuresOfEverybody(on));
    await on.run(true);
    const counted = await figures(on);
    await raw(on, 'UPDATE plan_state SET people = NULL');
    expect(await figures(on), 'counted again').toEqual(counted);
    expect(counted).toEqual(await figuresOfEverybody(on));
  });

  it('leaves a key that somebody has whom it does not look at', async () => {
    const on = await ran(NO_HOLDOUT);
    const shares = { id: 'shares', email: 'shares@example.jp', phone: '+819011112222' };
    await bring(on.context, [shares]);
    expect(await on.run()).toMatchObject({ state: 'succeeded', changed: 1 });
    const reachable = SHOP.filter(({ id }) => id !== 'unreachable' && id !== 'shares');
    expect(on.members('meta')).toEqual(digestSet([...reachable, shares], 'meta'));
  });

  it('looks at everybody where a suppression has ended meanwhile', async () => {
    const on = await ran(NO_HOLDOUT);
    await suppressEmail(on, 'p-8@example.jp', new Date(on.clock.now().getTime() + 2 * DAY));
    await on.run(true);
    expect(await scope(on)).not.toBe('everybody');
    on.advance(3 * DAY);
    expect(await scope(on)).toBe('everybody');
    expect(await figures(on)).toMatchObject({ suppressed: 0, added: 1 });
  });

  it('looks at everybody where the rules of the sync changed', async () => {
    const on = await ran(NO_HOLDOUT);
    await on.apply(everyoneTo('meta', NO_HOLDOUT).replace('[email, phone]', '[email]'));
    const { changed } = await figures(on);
    expect(changed).toBeGreaterThan(20);
    expect(await figures(on)).toEqual(await figuresOfEverybody(on));
  });

  it('looks at whoever was sent and did not arrive', async () => {
    const on = await ran(NO_HOLDOUT);
    await bring(on.context, [{ id: 'new', email: 'new@example.jp' }]);
    on.loseAnswers(10);
    expect((await on.run()).state).toBe('incomplete');
    on.server.calm();
    expect(await scope(on)).toEqual(['new']);
    expect(await figures(on)).toMatchObject({ added: 1 });
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 1 });
    expect(await scope(on)).toEqual([]);
  });

  it('looks at nobody for ever: old keys that were taken off are done with', async () => {
    const on = await ran(NO_HOLDOUT);
    await bring(on.context, [{ id: 'p-1', email: 'other@example.jp', phone: '+819000000002' }]);
    expect(await on.run()).toMatchObject({ changed: 1 });
    await on.run();
    expect(await scope(on)).toEqual([]);
  });

  it('misses nothing that a transaction writes while it plans', async () => {
    const on = await ran(NO_HOLDOUT);
    const importer = await on.db.pool.connect();
    await importer.query('BEGIN');
    await importer.query(`UPDATE customer SET country = 'FR' WHERE customer_id = 'p-9'`);
    // Later transactions are seen by this run, the open one is not.
    await bring(on.context, [{ id: 'new', email: 'new@example.jp' }]);
    expect(await on.run()).toMatchObject({ added: 1, removed: 0 });
    await importer.query('COMMIT');
    importer.release();
    expect(await scope(on)).toContain('p-9');
    expect(await figures(on)).toMatchObject({ noConsent: 1 });
  });

  it('counts nobody who is being erased among the members', async () => {
    const on = await ran(NO_HOLDOUT);
    on.loseAnswers(10);
    expect((await eraseCustomer(on.context, { customer: 'p-10' })).state).toBe('pending');
    on.server.calm();
    const erasing = await figures(on);
    expect(erasing).toMatchObject({ erased: 1 });
    expect(erasing).toEqual(await figuresOfEverybody(on));
  });

  it('keeps nothing of somebody who is being erased, and sees them again until they are gone', async () => {
    const on = await ran(NO_HOLDOUT);
    await on.apply(everyoneTo('x'));
    const other = { sync: 'everyone-x', asOf: NOW, approved: false };
    expect((await runSync(on.context, other)).state).toBe('succeeded');
    await on.db.prisma.destination.update({ where: { name: 'x-main' }, data: { credentials: {} } });
    expect((await eraseCustomer(on.context, { customer: 'p-10' })).state).toBe('pending');
    // Once by a look at the changed, once at everybody.
    for (const everybody of [false, true]) {
      if (everybody) await on.db.pool.query(`UPDATE plan_state SET cluster = 'other ' || cluster`);
      expect(await on.run()).toMatchObject({ state: 'succeeded', erased: 1 });
      const kept = await on.db.pool.query(`
        SELECT 1 FROM left_out WHERE customer_id = 'p-10'
        UNION ALL SELECT 1 FROM plan_state WHERE (people->>'erased')::int > 0`);
      expect(kept.rowCount).toBe(0);
      expect(await scope(on)).toContain('p-10');
      expect(await figures(on)).toEqual(await figuresOfEverybody(on));
    }
  });

  it('counts nobody twice, and names nobody, behind an erasure', async () => {
    const on = await ran(NO_HOLDOUT);
    const before = await figures(on);
    expect((await eraseCustomer(on.context, { customer: 'p-10' })).state).toBe('done');
    const after = await figures(on);
    expect(after).toEqual({
      ...before,
      inSegment: before.inSegment - 1,
      wanted: before.wanted - 1,
      unchanged: before.unchanged - 1,
      members: before.members - 1,
    });
    expect(after).toEqual(await figuresOfEverybody(on));
  });
});
