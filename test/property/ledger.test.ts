/**
 * Random histories of one audience against a platform that answers as badly as it may: people come,
 * go, change keys (their own or shared ones) and consent, and ask to be forgotten, while requests
 * are lost, refused, answered later or cut off. What the platform works on later it works on in the
 * order of arrival. Plans, ledger and erasure are the real ones; people and platform are the model.
 */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/infra/db.ts';
import { testDatabase } from '../support/database.ts';
import {
  EVERY_ANSWER,
  erase,
  forgottenKeys,
  newLedgerModel,
  peopleInLedger,
  runSync,
  workOff,
} from '../support/ledger-model.ts';
import type { LedgerModel, ModelPerson } from '../support/ledger-model.ts';

const HISTORIES = 60;
/** Enough for what failed to be sent again, and for what waited behind it. */
const QUIET_RUNS = 3;
/** Milliseconds of histories; a failure found by then is shrunk as far as time allows. */
const PATIENCE = 30_000;

const anyone = fc.constantFrom('p', 'q', 'r');
const someKeys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 });
const change = fc.oneof(
  { weight: 10, arbitrary: anyone.map((who) => ({ what: 'come or go' as const, who })) },
  {
    weight: 5,
    arbitrary: fc.record({ what: fc.constant('have' as const), who: anyone, keys: someKeys }),
  },
  { weight: 2, arbitrary: anyone.map((who) => ({ what: 'consent' as const, who })) },
  { weight: 1, arbitrary: anyone.map((who) => ({ what: 'ask to be forgotten' as const, who })) },
);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const round = fc.record({
  workedOff: fc.integer({ min: 0, max: 3 }),
  changes: fc.array(change, { maxLength: 4, size: 'max' }),
  // In place of a run, where somebody has asked.
  erasing: fc.boolean(),
  answers: fc.array(fc.constantFrom(...EVERY_ANSWER), { minLength: 4, maxLength: 4 }),
});
type Round = typeof round extends fc.Arbitrary<infer Value> ? Value : never;

const history = fc.record({
  keys: fc.record({ p: someKeys, q: someKeys, r: someKeys }),
  rounds: fc.array(round, { minLength: 2, maxLength: 10, size: 'max' }),
});

type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

const quiet: Round = { workedOff: 0, changes: [], erasing: false, answers: [] };
/** Rare ones that a plan got wrong, tried first. */
const KNOWN: readonly History[] = [
  // Back with a key that did not leave, while the addition is never sent.
  {
    keys: { p: ['a'], q: ['b'], r: ['c'] },
    rounds: [
      quiet,
      { ...quiet, changes: [{ what: 'come or go', who: 'p' }], answers: ['request lost'] },
      { ...quiet, changes: [{ what: 'come or go', who: 'p' }], answers: ['cut off'] },
    ],
  },
  // Leaving with a key that somebody who has to wait is to get only later.
  {
    keys: { p: ['b'], q: ['a'], r: ['c'] },
    rounds: [
      { ...quiet, answers: ['answered later', 'answered later'] },
      {
        ...quiet,
        changes: [
          { what: 'have', who: 'p', keys: ['a'] },
          { what: 'come or go', who: 'q' },
        ],
      },
    ],
  },
];

describe('the ledger of an audience', () => {
  let db: Db;

  beforeAll(async () => {
    db = await testDatabase();
  });

  it.each([
    { whose: 'keys of their own', numRuns: HISTORIES / 4, named: own },
    { whose: 'shared keys', numRuns: (HISTORIES * 3) / 4, named: shared },
  ])(
    'forgets no key that may be there and comes to the wanted set, for people with $whose',
    async ({ numRuns, named }) => {
      const property = fc.asyncProperty(history, async ({ keys, rounds }) => {
        const model = await newLedgerModel(db, peopleWith(keys, named));
        for (const round of rounds) await live(model, round, named);
        await settle(model);
        expect([...model.platform].sort()).toEqual(wantedKeys(model));
      });
      const examples = KNOWN.map((known): [History] => [known]);
      await fc.assert(property, { numRuns, examples, interruptAfterTimeLimit: PATIENCE });
    },
    2 * PATIENCE,
  );
});

type Named = (who: string, keys: readonly string[]) => string[];

function own(who: string, keys: readonly string[]): string[] {
  return keys.map((key) => `${who}-${key}`);
}

function shared(_: string, keys: readonly string[]): string[] {
  return [...keys];
}

function peopleWith(keys: Record<string, string[]>, named: Named): Map<string, ModelPerson> {
  return new Map(
    Object.entries(keys).map(([who, keys]) => [
      who,
      { wanted: true, personalised: true, keys: named(who, keys) },
    ]),
  );
}

/** What the platform gets to, what changes, then a run or an attempt to forget somebody. */
async function live(model: LedgerModel, round: Round, named: Named): Promise<void> {
  await workOff(model, round.workedOff);
  expect(await forgottenKeys(model), 'forgotten once the platform had worked').toEqual([]);
  for (const change of round.changes) happen(model, change, named);
  const [leaver] = model.erased;
  if (round.erasing && leaver !== undefined) await erase(model, leaver, round.answers);
  else await runSync(model, round.answers);
  expect(await forgottenKeys(model), 'forgotten by the run').toEqual([]);
}

function happen({ people, erased }: LedgerModel, change: Change, named: Named): void {
  const person = people.get(change.who);
  if (person === undefined) throw new Error(`Nobody is called ${change.who}.`);
  switch (change.what) {
    case 'come or go':
      person.wanted = !person.wanted;
      break;
    case 'have':
      person.keys = named(change.who, change.keys);
      break;
    case 'consent':
      person.personalised = !person.personalised;
      break;
    case 'ask to be forgotten':
      erased.add(change.who);
      break;
  }
}

/** The platform catches up and answers everything from now on: nothing may be left to be done. */
async function settle(model: LedgerModel): Promise<void> {
  await workOff(model, model.queue.length);
  for (let runs = 0; runs < QUIET_RUNS; runs += 1) await runSync(model);
  for (const who of model.erased) {
    expect(await erase(model, who), `the erasure of ${who}`).toBe('absent');
  }
  const { waiting, added, removed } = await runSync(model);
  expect({ waiting, added, removed }).toEqual({ waiting: 0, added: 0, removed: 0 });
  expect(await peopleInLedger(model)).toEqual([...wanted(model).keys()].sort());
}

function wanted({ people, erased }: LedgerModel): Map<string, ModelPerson> {
  return new Map([...people].filter(([who, { wanted }]) => wanted && !erased.has(who)));
}

function wantedKeys(model: LedgerModel): string[] {
  return [...new Set([...wanted(model).values()].flatMap(({ keys }) => keys))].sort();
}
