import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/infra/db.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { uniform } from '../support/arm.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { testDatabase } from '../support/database.ts';
import { crowd } from '../support/engine.ts';
import { bring, digestSet } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

describe('the number that decides an arm', () => {
  let db: Db;

  beforeAll(async () => {
    db = await testDatabase();
    atTheEnd(() => db.close());
  });

  const fractionOf = async (salt: string, id: string): Promise<unknown> => {
    const result = await db.pool.query('SELECT arm_fraction($1, $2) AS fraction', [salt, id]);
    return result.rows[0]?.fraction;
  };

  it.each([
    ['aud_loyal_v1', 'cust-000042', 0.8459596350773531],
    ['aud_loyal_v1', 'Zoë@example.com', 0.04694043913544377],
    ['global', '1', 0.29774220391881556],
  ])('of %s:%s is the published one, in the database and for an analyst', async (salt, id, all) => {
    expect(await fractionOf(salt, id)).toBe(all);
    expect(uniform(salt, id)).toBe(all);
  });

  it('is the same in the database and for an analyst, whatever the id', async () => {
    // PostgreSQL's text holds no NUL, and half a surrogate pair is no text.
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(text, text, async (salt, id) => {
        expect(await fractionOf(salt, id)).toBe(uniform(salt, id));
      }),
    );
  });
});

describe('the global holdout', () => {
  it('is left alone everywhere, before any sync splits the rest', async () => {
    const on = await stage();
    await on.apply(`settings: { globalHoldout: 10% }${everyoneTo('meta', ', holdout: 20%')}`);
    const people = crowd(300);
    await bring(on.context, people);
    const run = await runSync(on.context, { sync: 'everyone-meta', asOf: NOW, approved: false });
    const kept = people.filter(({ id }) => uniform('global:v1', id) >= 0.1);
    const treated = kept.filter(({ id }) => uniform('sync:everyone-meta:v1', id) >= 0.2);
    expect(run).toMatchObject({
      heldOutGlobal: people.length - kept.length,
      heldOut: kept.length - treated.length,
      wanted: treated.length,
    });
    expect(await on.db.prisma.assignment.count()).toBe(kept.length);
    expect(on.members('meta')).toEqual(digestSet(treated, 'meta'));
  });
});
