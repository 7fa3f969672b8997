import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { importPurchases } from '../../src/services/import-purchases.ts';
import { planSync } from '../../src/services/plan-sync.ts';
import { runApproved } from '../support/approve.ts';
import { DAY, crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { digestSet } from '../support/people.ts';
import { REFUSALS } from '../support/platform-answers.ts';
import { NOW, everyoneTo } from '../support/stage.ts';

const people = crowd(6);
const rest = people.slice(1);

const atDay = (days: number) => new Date(NOW.getTime() + days * DAY);

/** A run on a day; most people staying or going is meant here. */
async function runOn(on: Engine, days: number, sync = on.sync) {
  on.clock.set(atDay(days));
  const run = await runApproved(on.context, { sync, asOf: atDay(days) });
  on.advance(DAY);
  return run;
}

async function buys(on: Engine, customer: string, days: number): Promise<void> {
  const line = { customer_id: customer, purchased_at: atDay(days).toISOString(), amount: 100 };
  await importPurchases(on.context, Readable.from([`${JSON.stringify(line)}\n`]), {
    file: 'test',
    format: 'ndjson',
    encoding: 'utf-8',
    columns: {},
    timezone: 'UTC',
  });
}

describe('whoever buys while on the audience', () => {
  it('leaves it, counted under its own reason, and comes back after the cool-down', async () => {
    const on = await engine(
      'x',
      people,
      ', contactPolicy: { leaveOnPurchase: true, coolDownDays: 10 }',
    );
    await buys(on, 'p-1', -5);
    expect(await runOn(on, 0)).toMatchObject({ wanted: 6 });
    await buys(on, 'p-0', 1);
    expect(await runOn(on, 2)).toMatchObject({ inSegment: 6, purchased: 1, wanted: 5, removed: 1 });
    expect(on.members('x')).toEqual(digestSet(rest, 'x'));
    expect(await runOn(on, 11)).toMatchObject({
      purchased: 0,
      coolingDown: 1,
      wanted: 5,
      removed: 0,
    });
    expect(await runOn(on, 13)).toMatchObject({ coolingDown: 0, wanted: 6, added: 1 });
    expect(on.members('x')).toEqual(digestSet(people, 'x'));
  });

  it('does not leave for what they bought at the very moment of coming', async () => {
    const on = await engine(
      'x',
      people,
      ', contactPolicy: { leaveOnPurchase: true, coolDownDays: 10 }',
    );
    await buys(on, 'p-0', 0);
    await runOn(on, 0);
    expect(await runOn(on, 1)).toMatchObject({ purchased: 0, wanted: 6, unchanged: 6 });
    expect(on.members('x')).toEqual(digestSet(people, 'x'));
  });

  it('may come at once where they were only planned and never sent', async () => {
    const on = await engine(
      'meta',
      people,
      ', contactPolicy: { leaveOnPurchase: true, coolDownDays: 10 }',
    );
    on.server.inject({ kind: 'answer', ...on.uploads, ...REFUSALS.meta });
    expect((await runOn(on, 0)).state).toBe('failed');
    await buys(on, 'p-0', 1);
    await runOn(on, 2);
    expect(await on.db.prisma.pastMembership.count()).toBe(0);
    expect(await runOn(on, 3)).toMatchObject({ coolingDown: 0, wanted: 6, added: 1 });
    expect(on.members('meta')).toEqual(digestSet(people, 'meta'));
  });
});

describe('whoever was on the audience for as long as allowed', () => {
  it('leaves it and comes back after the cool-down', async () => {
    const on = await engine('meta', people, ', contactPolicy: { maxDays: 30, coolDownDays: 7 }');
    await runOn(on, 0);
    expect(await runOn(on, 29)).toMatchObject({ timeUp: 0, wanted: 6, unchanged: 6 });
    expect(await runOn(on, 30)).toMatchObject({ timeUp: 6, wanted: 0, removed: 6 });
    expect(on.members('meta')).toEqual([]);
    expect(await runOn(on, 31)).toMatchObject({ timeUp: 0, coolingDown: 6, wanted: 0, removed: 0 });
    expect(await runOn(on, 38)).toMatchObject({ coolingDown: 0, wanted: 6 });
    expect(on.members('meta')).toEqual(digestSet(people, 'meta'));
  });

  it('is counted from when they came, not from when they were sent again', async () => {
    const on = await engine('meta', people, ', contactPolicy: { maxDays: 30, coolDownDays: 7 }');
    await runOn(on, 0);
    await on.db.pool.query(
      `UPDATE customer SET phones = '{+819099999999}', contact_version = 2, identity_stale = true WHERE customer_id = 'p-0'`,
    );
    expect(await runOn(on, 20)).toMatchObject({ changed: 1 });
    expect(await runOn(on, 30)).toMatchObject({ timeUp: 6 });
  });

  it('is not counted while no platform took them', async () => {
    const on = await engine('meta', people, ', contactPolicy: { maxDays: 30, coolDownDays: 7 }');
    on.server.inject({
      kind: 'answer',
      ...on.uploads,
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"error":{"message":"Invalid parameter","type":"OAuthException","code":100}}',
    });
    expect((await runOn(on, 0)).state).toBe('failed');
    expect(await runOn(on, 29)).toMatchObject({ state: 'succeeded', wanted: 6 });
    expect(await runOn(on, 40)).toMatchObject({ timeUp: 0, wanted: 6 });
    expect(await runOn(on, 59)).toMatchObject({ timeUp: 6 });
  });

  it('stays, once back, when the cool-down is made longer than their time away', async () => {
    const on = await engine('meta', people, ', contactPolicy: { maxDays: 5, coolDownDays: 1 }');
    await runOn(on, 0);
    expect(await runOn(on, 5)).toMatchObject({ timeUp: 6, removed: 6 });
    expect(await runOn(on, 7)).toMatchObject({ coolingDown: 0, added: 6 });
    await on.apply(everyoneTo('meta', ', contactPolicy: { maxDays: 5, coolDownDays: 30 }'));
    expect(await runOn(on, 8)).toMatchObject({ coolingDown: 0, wanted: 6, unchanged: 6 });
    expect(on.members('meta')).toEqual(digestSet(people, 'meta'));
  });
});

const sync = (name: string, extra: string) =>
  `  - { name: ${name}, segment: everyone, destination: x-main, audience: ${name}, identifiers: [email, phone], allowSmall: true, ${extra} }`;

describe('of the syncs of an exclusive group', () => {
  it('the one of the highest priority has a person; the others let go and count it', async () => {
    const on = await engine('x', people);
    await on.apply(
      `syncs:\n${sync('first', 'priority: 1, exclusiveGroup: winback')}\n${sync('second', 'priority: 2, exclusiveGroup: winback')}`,
    );
    expect(await runOn(on, 0, 'second')).toMatchObject({ inGroup: 0, wanted: 6 });
    expect(await runOn(on, 1, 'first')).toMatchObject({ inGroup: 0, wanted: 6 });
    expect(await runOn(on, 2, 'second')).toMatchObject({
      inSegment: 6,
      inGroup: 6,
      wanted: 0,
      removed: 6,
    });
    expect(on.members('x', 'second')).toEqual([]);
    expect(on.members('x', 'first')).toEqual(digestSet(people, 'x'));
    expect(await runOn(on, 3, 'first')).toMatchObject({ wanted: 6, unchanged: 6 });
  });

  it('of equal priority whoever has a person keeps them', async () => {
    const on = await engine('x', people);
    await on.apply(
      `syncs:\n${sync('one', 'exclusiveGroup: g')}\n${sync('two', 'exclusiveGroup: g')}`,
    );
    await runOn(on, 0, 'two');
    expect(await runOn(on, 1, 'one')).toMatchObject({ inGroup: 6, wanted: 0 });
    expect(await runOn(on, 2, 'two')).toMatchObject({ inGroup: 0, unchanged: 6 });
  });

  it('of equal priority that share a person, whoever had them first keeps them', async () => {
    const on = await engine('x', people);
    await on.apply(`syncs:\n${sync('one', 'priority: 5')}\n${sync('two', 'priority: 5')}`);
    await runOn(on, 0, 'two');
    await runOn(on, 1, 'one');
    await on.apply(
      `syncs:\n${sync('one', 'priority: 5, exclusiveGroup: g')}\n${sync('two', 'priority: 5, exclusiveGroup: g')}`,
    );
    expect(await runOn(on, 2, 'two')).toMatchObject({ inGroup: 0, wanted: 6, unchanged: 6 });
    expect(await runOn(on, 2, 'one')).toMatchObject({ inGroup: 6, wanted: 0, removed: 6 });
    expect(on.members('x', 'one')).toEqual([]);
    expect(on.members('x', 'two')).toEqual(digestSet(people, 'x'));
  });

  it('of equal priority that took a person at the same moment, one and only one keeps them', async () => {
    const on = await engine('x', people);
    await on.apply(`syncs:\n${sync('one', 'priority: 5')}\n${sync('two', 'priority: 5')}`);
    await runOn(on, 0, 'two');
    await runOn(on, 0, 'one');
    await on.apply(
      `syncs:\n${sync('one', 'priority: 5, exclusiveGroup: g')}\n${sync('two', 'priority: 5, exclusiveGroup: g')}`,
    );
    const plans = await Promise.all(
      ['one', 'two'].map((name) => planSync(on.context, { sync: name, asOf: NOW })),
    );
    expect(new Set(plans.map(({ figures }) => figures.inGroup))).toEqual(new Set([0, 6]));
  });

  it('whichever still has to take a person off has lost them to the next', async () => {
    const on = await engine('x', people);
    await on.apply(
      `syncs:\n${sync('one', 'exclusiveGroup: g')}\n${sync('two', 'exclusiveGroup: g, contactPolicy: { maxDays: 5, coolDownDays: 1 }')}`,
    );
    await runOn(on, 0, 'two');
    on.server.inject({ kind: 'answer', ...on.uploads, ...REFUSALS.x });
    expect(await runOn(on, 5, 'two')).toMatchObject({ state: 'failed', timeUp: 6 });
    expect(on.members('x', 'two')).toEqual(digestSet(people, 'x'));
    expect(await runOn(on, 5, 'one')).toMatchObject({ inGroup: 0, wanted: 6 });
    expect(await runOn(on, 7, 'two')).toMatchObject({ inGroup: 6, wanted: 0, removed: 6 });
    expect(on.members('x', 'two')).toEqual([]);
    expect(await runOn(on, 8, 'one')).toMatchObject({ inGroup: 0, unchanged: 6 });
  });

  it('other groups, and syncs of none, are not in the way', async () => {
    const on = await engine('x', people);
    await on.apply(
      `syncs:\n${sync('one', 'exclusiveGroup: g')}\n${sync('two', 'exclusiveGroup: h')}`,
    );
    for (const name of ['one', 'two', on.sync]) {
      expect(await runOn(on, 0, name)).toMatchObject({ inGroup: 0, wanted: 6 });
    }
  });
});

describe('whoever may be on few audiences', () => {
  it('is on those of the syncs that go first', async () => {
    const on = await engine('x', people);
    await on.apply(
      `settings: { contactPolicy: { maxAudiences: 2 } }\nsyncs:\n${sync('a', 'priority: 3')}\n${sync('b', 'priority: 2')}\n${sync('c', 'priority: 1')}`,
    );
    expect(await runOn(on, 0, 'a')).toMatchObject({ wanted: 6 });
    expect(await runOn(on, 0, 'b')).toMatchObject({ wanted: 6 });
    expect(await runOn(on, 1, 'c')).toMatchObject({ wanted: 6, enoughAudiences: 0 });
    expect(await runOn(on, 2, 'a')).toMatchObject({ inSegment: 6, enoughAudiences: 6, wanted: 0 });
    expect(await runOn(on, 2, 'b')).toMatchObject({ wanted: 6 });
    expect(on.members('x', 'a')).toEqual([]);
    await on.apply(`syncs:\n${sync('a', 'priority: 3, contactPolicy: { maxAudiences: 3 }')}`);
    expect(await runOn(on, 3, 'a')).toMatchObject({ enoughAudiences: 0, wanted: 6 });
  });
});

it('a dry run counts the same, and neither forgets nor remembers anybody', async () => {
  const on = await engine('meta', people, ', contactPolicy: { maxDays: 30, coolDownDays: 7 }');
  await runOn(on, 0);
  on.clock.set(atDay(30));
  const before = await on.db.prisma.pastMembership.count();
  const { figures } = await planSync(on.context, { sync: on.sync, asOf: atDay(30) });
  expect(figures).toMatchObject({ timeUp: 6, wanted: 0 });
  expect(await on.db.prisma.pastMembership.count()).toBe(before);
});
