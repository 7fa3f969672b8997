import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runApproved } from '../support/approve.ts';
import { armOf } from '../support/arm.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { continueErasures, eraseCustomer } from '../../src/services/erase-customer.ts';
import { importConsents } from '../../src/services/import-consents.ts';
import { listErasures } from '../../src/services/list-erasures.ts';
import { RekindleError } from '../../src/errors.ts';
import type { RunInput } from '../../src/services/run-sync.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { suppress } from '../../src/services/suppress.ts';
import { bring, digestSet } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { REFUSALS, UPLOADS } from '../support/platform-answers.ts';
import { NOW, stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';
import { tracesOf } from '../support/traces.ts';

const HISTORIES = 30;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOLDOUT = 0.2;

/** People share few addresses and phones, so that keys are shared and change hands all the time. */
const someone = fc
  .record({
    id: fc.integer({ min: 1, max: 4 }),
    email: fc.integer({ min: 0, max: 3 }),
    phone: fc.integer({ min: 0, max: 2 }),
    country: fc.constantFrom('JP', 'DE'),
  })
  .map(({ id, email, phone, country }): TestPerson => ({
    id: `p${id}`,
    country,
    ...(email === 0 ? {} : { email: `mail${email}@example.jp` }),
    ...(phone === 0 ? {} : { phone: `+81901234567${phone}` }),
  }));

const change = fc.oneof(
  { weight: 5, arbitrary: someone.map((person) => ({ what: 'import' as const, person })) },
  { weight: 1, arbitrary: someone.map((person) => ({ what: 'deny' as const, person })) },
  { weight: 1, arbitrary: someone.map((person) => ({ what: 'grant' as const, person })) },
  { weight: 1, arbitrary: someone.map((person) => ({ what: 'suppress' as const, person })) },
);

const trouble = fc.oneof(
  { weight: 3, arbitrary: fc.constant('none' as const) },
  { weight: 3, arbitrary: fc.constant('answers lost' as const) },
  { weight: 2, arbitrary: fc.constant('down' as const) },
  { weight: 2, arbitrary: fc.constant('refused' as const) },
  { weight: 2, arbitrary: fc.constant('cut off' as const) },
  // The platform takes what it is sent and has not worked on it when the next run comes.
  { weight: 2, arbitrary: fc.constant('slow' as const) },
);
type Trouble = 'none' | 'answers lost' | 'down' | 'refused' | 'cut off' | 'slow';

/** A few changes, perhaps somebody who wants to be forgotten, then a run; both may go wrong. */
const round = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
  erased: fc.option(someone, { freq: 2 }),
  trouble,
  // On Meta and Google, which can write a list anew.
  anew: fc.boolean(),
});
type Round = typeof round extends fc.Arbitrary<infer Value> ? Value : never;

/** What a shop knows, kept by the test beside the database. */
interface Shop {
  readonly people: Map<string, TestPerson>;
  readonly answers: Map<string, 'granted' | 'denied'>;
  readonly suppressed: Set<string>;
  /** The ids that nobody may have again. */
  readonly erased: Set<string>;
  saidTimes: number;
}

function wanted({ people, answers, suppressed }: Shop, sync: string): TestPerson[] {
  return [...people.values()].filter(({ id, email, phone, country }) => {
    if (email === undefined && phone === undefined) return false;
    if (answers.get(id) === 'denied') return false;
    if (country === 'DE' && answers.get(id) !== 'granted') return false;
    if (email !== undefined && suppressed.has(email)) return false;
    return armOf(`sync:${sync}:v1`, id, HOLDOUT) === 'treatment';
  });
}

describe.each(['meta', 'google', 'x'] as const)('whatever happens to a sync on %s', (platform) => {
  let on: Stage;
  let histories = 0;

  beforeAll(async () => {
    on = await stage(NOW, { leaps: true });
  });

  it('the list is exactly the wanted set once a run ends well, and the figures add up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 2, maxLength: 7 }), async (rounds) => {
        histories += 1;
        const sync = `history-${histories}`;
        await newShop(on, platform, sync);
        const shop: Shop = {
          people: new Map(),
          answers: new Map(),
          suppressed: new Set(),
          erased: new Set(),
          saidTimes: 0,
        };
        let settled = false;
        // Three are enough for what was under way to be answered, mended, and answered again.
        for (const round of [...rounds, QUIET, QUIET, QUIET]) {
          const { changes, erased, trouble, anew } = round;
          // By then nothing can come any more of requests that nobody knows of.
          if (round === QUIET) on.advance(2 * DAY);
          for (const { what, person } of changes) await happen(on, shop, what, person);
          const run = await inTrouble(on, platform, trouble, async (context) => {
            if (erased !== null) await forget(context, shop, erased.id);
            // Meta lets nobody near a list that it has not worked off, which a slow round gives no time to.
            const can = platform === 'google' || (platform === 'meta' && trouble !== 'slow');
            const whole = can ? ('replace' as const) : ('again' as const);
            const list = anew ? whole : ('changes' as const);
            return runUnlessImpossible(context, { sync, asOf: NOW, list });
          });
          if (trouble === 'slow') continue;
          on.advance(HOUR);
          await continueErasures(on.context);
          on.advance(HOUR);
          if (run === undefined) continue;
          expectFiguresToAddUp(run);
          // Meta cannot write a list anew with nobody on it, and says so.
          if (trouble === 'none' && run.problem?.['code'] !== 'replace-empty') {
            expect(run.state).toBe(run.waiting > 0 ? 'incomplete' : 'succeeded');
          }
          if (run.state === 'succeeded') {
            expect(on.members(platform, sync)).toEqual(digestSet(wanted(shop, sync), platform));
          }
          settled = run.state === 'succeeded';
        }
        expect(settled, 'nothing is left to be done').toBe(true);
        expect(await on.db.prisma.run.count({ where: { state: 'delivering' } })).toBe(0);
        expect(await listErasures(on.context, { pendingOnly: true, limit: 10 })).toEqual([]);
        for (const id of shop.erased) expect(await tracesOf(on.db, id)).toEqual([]);
      }),
      { numRuns: HISTORIES },
    );
  }, 120_000);
});

/** Undefined where the platform still works on what the list was to be before. */
async function runUnlessImpossible(
  context: ServiceContext,
  input: Omit<RunInput, 'approved'>,
): Promise<RunDetails | undefined> {
  try {
    return await runApproved(context, input);
  } catch (error) {
    if (error instanceof RekindleError && error.code === 'run.impossible') return undefined;
    throw error;
  }
}

async function newShop(on: Stage, platform: string, sync: string): Promise<void> {
  await on.db.pool.query(
    'TRUNCATE customer, identity, consent, consent_record, suppression, membership, past_membership, assignment, erasure, sync, audit CASCADE',
  );
  await on.apply(`
segments: [{ name: everyone, template: everyone }]
syncs: [{ name: ${sync}, segment: everyone, destination: ${platform}-main, audience: ${sync}, identifiers: [email, phone], allowSmall: true, holdout: 20% }]
`);
}

async function happen(
  on: Stage,
  shop: Shop,
  what: 'import' | 'deny' | 'grant' | 'suppress',
  person: TestPerson,
): Promise<void> {
  if (what === 'import') {
    if (!shop.erased.has(person.id)) shop.people.set(person.id, person);
    await bring(on.context, [person]);
    return;
  }
  if (what === 'suppress') {
    if (person.email === undefined) return;
    shop.suppressed.add(person.email);
    // In another spelling than the one it is imported in.
    const value = ` ${person.email.toUpperCase()} `;
    await suppress(on.context, { kind: 'email', value, reason: 'asked' });
    return;
  }
  const status = what === 'deny' ? 'denied' : 'granted';
  if (!shop.people.has(person.id)) return;
  shop.answers.set(person.id, status);
  shop.saidTimes += 1;
  const at = new Date(NOW.getTime() - DAY + shop.saidTimes * 1000).toISOString();
  const lines = ['ad_user_data', 'ad_personalization'].map((purpose) =>
    JSON.stringify({ customer_id: person.id, purpose, status, at, source: 'test' }),
  );
  await importConsents(on.context, Readable.from([`${lines.join('\n')}\n`]), {
    file: 'test',
    format: 'ndjson',
    encoding: 'utf-8',
    columns: {},
    timezone: 'UTC',
  });
}

/** From the request on nobody uploads the person, whatever becomes of the erasure itself. */
async function forget(context: ServiceContext, shop: Shop, id: string): Promise<void> {
  if (!shop.people.delete(id)) return;
  shop.erased.add(id);
  shop.answers.delete(id);
  await eraseCustomer(context, { customer: id });
}

const QUIET: Round = { changes: [], erased: null, trouble: 'none', anew: false };

/** What the work gives, or undefined where it was cut off. */
async function inTrouble<T>(
  on: Stage,
  platform: keyof typeof UPLOADS,
  trouble: Trouble,
  work: (context: ServiceContext) => Promise<T>,
): Promise<T | undefined> {
  const where = { platform, path: UPLOADS[platform] };
  if (trouble === 'answers lost') {
    on.server.inject({ kind: 'lose-answer', ...where, times: 7 });
    // Where a platform tells what became of an upload, it does not do so every time.
    on.server.inject({ kind: 'html', platform, path: '/sessions', times: 3 });
  }
  if (trouble === 'down') {
    on.server.inject({ kind: 'answer', ...where, status: 503, body: '', times: 5 });
  }
  if (trouble === 'refused') {
    on.server.inject({ kind: 'answer', ...where, ...REFUSALS[platform] });
  }
  if (trouble === 'cut off') on.server.inject({ kind: 'lose-answer', ...where });
  const reason = new Error('the machine died');
  const controller = new AbortController();
  const context = on.abortable(controller.signal);
  // The first wait is the one before asking again: dying there leaves a request that was applied
  // and never answered.
  const dyingClock = {
    now: () => NOW,
    sleep: () => {
      controller.abort(reason);
      return Promise.reject(reason);
    },
  };
  const clock = trouble === 'cut off' ? dyingClock : context.surroundings.clock;
  try {
    return await work({ ...context, surroundings: { ...context.surroundings, clock } });
  } catch (error) {
    if (error !== reason) throw error;
    return undefined;
  } finally {
    on.server.calm();
  }
}

/** Rule 7. */
function expectFiguresToAddUp(run: RunDetails): void {
  const { erased, unreachable, noConsent, suppressed, heldOut, heldOutGlobal, wanted } = run;
  expect(erased + unreachable + noConsent + suppressed + heldOut + heldOutGlobal + wanted).toBe(
    run.inSegment,
  );
  expect(run.unchanged + run.waiting + run.added).toBe(run.wanted);
  const { accepted, rejected, unknown, notSent } = run.delivery;
  expect(accepted + rejected + unknown + notSent).toBe(run.added);
}
