import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Db } from '../../src/infra/db.ts';
import { testDatabase } from '../support/database.ts';
import { peopleOf, writeLog } from '../support/purchase-log.ts';

const logFile = new URL('../../../shared/data/cdnow_sample.csv', import.meta.url);
const referenceFile = new URL('../../../shared/stat-reference.json', import.meta.url);
const present = existsSync(logFile) && existsSync(referenceFile);
const at = { asOf: new Date('1997-09-30T23:59:59.999Z'), timezone: 'UTC' };
const Line = z.object({ customer_id: z.string(), date: z.string(), dollars: z.coerce.number() });
const Sizes = z.record(z.string(), z.int());
const Reference = z.object({ R: Sizes, F: Sizes, M: Sizes, n555: z.int(), n111: z.int() });

type Scores = ReadonlyMap<string, number>;

describe.skipIf(!present)(
  'the CDNOW sample at 1997-09-30 (skipped where ../shared/data is absent)',
  () => {
    const lines = present
      ? z.array(Line).parse(parse(readFileSync(logFile), { columns: true }))
      : [];
    let db: Db;
    let recency: Scores;
    let frequency: Scores;

    beforeAll(async () => {
      db = await testDatabase();
      const ids = [...new Set(lines.map((line) => line.customer_id))];
      await writeLog(
        db.pool,
        ids,
        lines.map((line) => ({ customerId: line.customer_id, at: `${line.date}T00:00:00Z` })),
      );
      recency = await scoresBy(db, (score) => ({ minRecencyScore: score, minFrequencyScore: 1 }));
      frequency = await scoresBy(db, (score) => ({ minRecencyScore: 1, minFrequencyScore: score }));
      return () => db.close();
    });

    it('has the published sizes of recency and frequency scores', () => {
      const { R, F } = readReference();
      expect(sizes(recency)).toEqual(R);
      expect(sizes(frequency)).toEqual(F);
    });

    it('has the published numbers of 555 and 111 customers, with spend scored alike', () => {
      const { M, n555, n111 } = readReference();
      const monetary = spendScores(lines.filter((line) => line.date <= '1997-09-30'));
      const having = (score: number) =>
        [...monetary].filter(
          ([id, own]) => own === score && recency.get(id) === score && frequency.get(id) === score,
        ).length;
      expect(sizes(monetary)).toEqual(M);
      expect([having(5), having(1)]).toEqual([n555, n111]);
    });
  },
);

/** A customer's score is the highest threshold that still lets them into `loyal`. */
async function scoresBy(
  db: Db,
  paramsOf: (score: number) => Readonly<Record<string, number>>,
): Promise<Scores> {
  const scores = new Map<string, number>();
  for (const score of [1, 2, 3, 4, 5]) {
    const people = await peopleOf(db.pool, { template: 'loyal', params: paramsOf(score) }, at);
    for (const id of people) scores.set(id, score);
  }
  return scores;
}

/** Fair quintiles of total spend, worked out without SQL. */
function spendScores(lines: readonly z.infer<typeof Line>[]): Scores {
  const cents = new Map<string, number>();
  for (const { customer_id: id, dollars } of lines) {
    cents.set(id, (cents.get(id) ?? 0) + Math.round(dollars * 100));
  }
  const all = [...cents.values()];
  const score = (own: number) =>
    1 + Math.floor((5 * all.filter((other) => other < own).length) / all.length);
  return new Map([...cents].map(([id, own]) => [id, score(own)]));
}

function sizes(scores: Scores): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const score of scores.values()) counts[score] = (counts[score] ?? 0) + 1;
  return counts;
}

function readReference(): z.infer<typeof Reference> {
  const { cases } = z
    .object({ cases: z.array(z.object({ id: z.string(), out: z.unknown() })) })
    .parse(JSON.parse(readFileSync(referenceFile, 'utf8')));
  return Reference.parse(cases.find(({ id }) => id === 'cdnow/rfm')?.out);
}
