import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/infra/db.ts';
import { testDatabase } from '../support/database.ts';
import { peopleOf, writeLog } from '../support/purchase-log.ts';

interface Person {
  readonly id: string;
  /** False: known from purchases alone. */
  readonly imported: boolean;
  readonly moments: readonly Date[];
}

/** Whole days; `span` lies between the first and the last of `days` distinct purchase days. */
interface Buyer {
  readonly id: string;
  readonly recency: number;
  readonly days: number;
  readonly span: number;
}

type Find = (template: string, params?: Readonly<Record<string, number>>) => Promise<string[]>;

const asOf = new Date('2025-04-10T03:20:00.000Z');
// Hours, so that purchases meet at midnight; a few lie after the as-of moment, some an hour apart.
const anyMoment = fc
  .oneof(fc.integer({ min: -30, max: 300 }), fc.integer({ min: -30, max: 7200 }))
  .map((hours) => new Date(asOf.getTime() - hours * 3_600_000));
const anyPeople = fc
  .array(
    fc.record({
      imported: fc.integer({ min: 0, max: 9 }).map((draw) => draw > 0),
      moments: fc.array(anyMoment, { maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((people): Person[] => people.map((person, index) => ({ id: `c${index}`, ...person })));
const anyTimezone = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York', 'Pacific/Auckland');
const anyScore = fc.integer({ min: 1, max: 5 });
const anyPercent = fc.integer({ min: 1, max: 100 });
const anyMultiple = fc.integer({ min: 1, max: 16 }).map((quarters) => quarters / 4);

let db: Db;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

describe('segments of any purchase log', () => {
  it('loyal holds whoever has both scores, counted customer by customer', async () => {
    const property = fc.asyncProperty(
      anyPeople,
      anyTimezone,
      anyScore,
      anyScore,
      async (people, timezone, minRecencyScore, minFrequencyScore) => {
        const buyers = buyersOf(people, timezone);
        const score = (worse: number) => 1 + Math.floor((5 * worse) / buyers.length);
        const loyal = buyers.filter(
          (buyer) =>
            score(longerAgo(buyers, buyer)) >= minRecencyScore &&
            score(lessOften(buyers, buyer)) >= minFrequencyScore,
        );
        await inWorld(people, timezone, async (find) => {
          const found = await find('loyal', { minRecencyScore, minFrequencyScore });
          expect(found).toEqual(idsOf(loyal));
        });
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  it('high-propensity holds whoever has less than the share ahead of them', async () => {
    const property = fc.asyncProperty(
      anyPeople,
      anyTimezone,
      anyPercent,
      async (people, timezone, percent) => {
        const buyers = buyersOf(people, timezone);
        const standing = (buyer: Buyer) => longerAgo(buyers, buyer) + lessOften(buyers, buyer);
        const ahead = (buyer: Buyer) =>
          buyers.filter((other) => standing(other) > standing(buyer)).length;
        const first = buyers.filter((buyer) => ahead(buyer) * 100 < percent * buyers.length);
        await inWorld(people, timezone, async (find) => {
          const found = await find('high-propensity', { share: percent / 100 });
          expect(found).toEqual(idsOf(first));
          expect(found.length).toBeGreaterThanOrEqual((buyers.length * percent) / 100);
        });
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  it('lapsed holds whoever is silent for longer than the multiple of their expected gap', async () => {
    const property = fc.asyncProperty(
      anyPeople,
      anyTimezone,
      anyMultiple,
      async (people, timezone, gapMultiple) => {
        const buyers = buyersOf(people, timezone);
        const ownGaps = buyers
          .filter(({ days }) => days > 1)
          .map(({ days, span }) => span / (days - 1));
        const typical = ownGaps.reduce((sum, gap) => sum + gap, 0) / ownGaps.length;
        const overdue = ({ recency, days, span }: Buyer) =>
          recency - (gapMultiple * (typical + span)) / days;
        // Thirds of a day round either way, so people at the border itself are not looked at.
        const border = idsOf(buyers.filter((buyer) => Math.abs(overdue(buyer)) < 1e-6));
        const lapsed = buyers.filter((buyer) => overdue(buyer) >= 1e-6);
        await inWorld(people, timezone, async (find) => {
          const found = await find('lapsed', { gapMultiple });
          expect(found.filter((id) => !border.includes(id))).toEqual(idsOf(lapsed));
          expect(new Set(found).size).toBe(found.length);
        });
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  it('never part two customers with the same purchases', async () => {
    const property = fc.asyncProperty(
      anyPeople,
      anyTimezone,
      anyScore,
      anyPercent,
      async (people, timezone, score, percent) => {
        const twins = people.map((person) => ({ ...person, id: `${person.id}-twin` }));
        await inWorld([...people, ...twins], timezone, async (find) => {
          const groups = [
            await find('everyone'),
            await find('loyal', { minRecencyScore: score, minFrequencyScore: 1 }),
            await find('loyal', { minRecencyScore: 1, minFrequencyScore: score }),
            await find('high-propensity', { share: percent / 100 }),
            await find('lapsed'),
          ];
          for (const group of groups) {
            const originals = group.filter((id) => !id.endsWith('-twin'));
            expect(group).toEqual(originals.flatMap((id) => [id, `${id}-twin`]).sort());
          }
        });
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });

  it('hold customers only, and beside everyone only those who have bought', async () => {
    const property = fc.asyncProperty(anyPeople, anyTimezone, async (people, timezone) => {
      await inWorld(people, timezone, async (find) => {
        const bought = idsOf(buyersOf(people, timezone));
        expect(await find('everyone')).toEqual(idsOf(people.filter(({ imported }) => imported)));
        expect(await find('loyal', { minRecencyScore: 1, minFrequencyScore: 1 })).toEqual(bought);
        expect(await find('high-propensity', { share: 1 })).toEqual(bought);
        expect(bought).toEqual(expect.arrayContaining(await find('lapsed', { gapMultiple: 0.01 })));
      });
    });
    await fc.assert(property, { numRuns: 50 });
  });
});

function buyersOf(people: readonly Person[], timezone: string): Buyer[] {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: timezone });
  const dayOf = (moment: Date) => Date.parse(calendar.format(moment)) / 86_400_000;
  return people.flatMap(({ id, imported, moments }) => {
    const days = [...new Set(moments.filter((moment) => moment <= asOf).map(dayOf))];
    if (!imported || days.length === 0) return [];
    const last = Math.max(...days);
    return [{ id, recency: dayOf(asOf) - last, days: days.length, span: last - Math.min(...days) }];
  });
}

function longerAgo(buyers: readonly Buyer[], { recency }: Buyer): number {
  return buyers.filter((other) => other.recency > recency).length;
}

function lessOften(buyers: readonly Buyer[], { days }: Buyer): number {
  return buyers.filter((other) => other.days < days).length;
}

function idsOf(people: readonly { readonly id: string }[]): string[] {
  return people.map(({ id }) => id).sort();
}

/** Lets the test ask for segments while these people are the whole database. */
async function inWorld(
  people: readonly Person[],
  timezone: string,
  look: (find: Find) => Promise<void>,
): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN');
    const purchases = people.flatMap(({ id, moments }) =>
      moments.map((moment) => ({ customerId: id, at: moment.toISOString() })),
    );
    await writeLog(client, idsOf(people.filter(({ imported }) => imported)), purchases);
    await look((template, params = {}) =>
      peopleOf(client, { template, params }, { asOf, timezone }),
    );
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
