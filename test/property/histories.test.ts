import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { armOf } from '../support/arm.ts';
import { runSync } from '../../src/services/run-sync.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { bring, digestSet, sha256 } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { REFUSALS, UPLOADS } from '../support/platform-answers.ts';
import { NOW, stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';

const HISTORIES = 30;
const HOUR = 3_600_000;
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
);
type Trouble = 'none' | 'answers lost' | 'down' | 'refused' | 'cut off';

/** A few changes, then a run that may go wrong. */
const round = fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 4 }), trouble });

/** What a shop knows, kept by the test beside the database. */
interface Shop {
  readonly people: Map<string, TestPerson>;
  readonly answers: Map<string, 'granted' | 'denied'>;
  readonly suppressed: Set<string>;
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
    on = await stage();
  });

  it('the list is exactly the wanted set once a run ends well, and the figures add up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 2, maxLength: 7 }), async (rounds) => {
        histories += 1;
        const sync = `history-${histories}`;
        await newShop(on, platform, sync);
        const shop: Shop = { people: new Map(), answers: new Map(), suppressed: new Set() };
        for (const { changes, trouble } of [...rounds, { changes: [], trouble: 'none' as const }]) {
          for (const { what, person } of changes) await happen(on, shop, what, person);
          const run = await runInTrouble(on, platform, sync, trouble);
          on.advance(HOUR);
          if (run === undefined) continue;
          expectFiguresToAddUp(run);
          if (trouble === 'none') expect(run.state).toBe('succeeded');
          if (run.state === 'succeeded') {
            expect(on.members(platform, sync)).toEqual(digestSet(wanted(shop, sync), platform));
          }
        }
        expect(await on.db.prisma.run.count({ where: { state: 'delivering' } })).toBe(0);
      }),
      { numRuns: HISTORIES },
    );
  });
});

async function newShop(on: Stage, platform: string, sync: string): Promise<void> {
  await on.db.pool.query('TRUNCATE customer, identity, consent, suppression');
  await on.apply(`
segments: [{ name: everyone, template: everyone }]
syncs: [{ name: ${sync}, segment: everyone, destination: ${platform}-main, audience: ${sync}, identifiers: [email, phone], holdout: 20% }]
`);
}

async function happen(
  on: Stage,
  shop: Shop,
  what: 'import' | 'deny' | 'grant' | 'suppress',
  person: TestPerson,
): Promise<void> {
  if (what === 'import') {
    shop.people.set(person.id, person);
    await bring(on.context, [person]);
    return;
  }
  if (what === 'suppress') {
    if (person.email === undefined) return;
    shop.suppressed.add(person.email);
    await on.db.pool.query(
      `INSERT INTO suppression (kind, digest, reason, created_at) VALUES ('email', $1, 'asked', $2)
       ON CONFLICT DO NOTHING`,
      [Buffer.from(sha256(person.email), 'hex'), NOW],
    );
    return;
  }
  const status = what === 'deny' ? 'denied' : 'granted';
  shop.answers.set(person.id, status);
  await on.db.pool.query(
    `INSERT INTO consent (customer_id, purpose, status, at, source)
     SELECT $1, purpose, $2, $3, 'test' FROM unnest(ARRAY['ad_user_data', 'ad_personalization']) AS purpose
     ON CONFLICT (customer_id, purpose) DO UPDATE SET status = excluded.status`,
    [person.id, status, NOW],
  );
}

/** The run, or undefined where it was cut off. */
async function runInTrouble(
  on: Stage,
  platform: keyof typeof UPLOADS,
  sync: string,
  trouble: Trouble,
): Promise<RunDetails | undefined> {
  const where = { platform, path: UPLOADS[platform] };
  if (trouble === 'answers lost') on.server.inject({ kind: 'lose-answer', ...where, times: 7 });
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
    return await runSync(
      { ...context, surroundings: { ...context.surroundings, clock } },
      { sync, asOf: NOW, approved: true },
    );
  } catch (error) {
    if (error !== reason) throw error;
    return undefined;
  } finally {
    on.server.calm();
  }
}

/** Rule 7. */
function expectFiguresToAddUp(run: RunDetails): void {
  const { inSegment, unreachable, noConsent, suppressed, heldOut, heldOutGlobal } = run;
  expect(unreachable + noConsent + suppressed + heldOut + heldOutGlobal + run.wanted).toBe(
    inSegment,
  );
  expect(run.unchanged + run.added).toBe(run.wanted);
  const { accepted, rejected, unknown, notSent } = run.delivery;
  expect(accepted + rejected + unknown + notSent).toBe(run.added);
}
