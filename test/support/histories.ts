/** Thousands of random histories of syncs to one platform, a few of them side by side. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { findConnector } from '../../connectors/registry.ts';
import type { Platform } from './engine.ts';
import { history } from './history.ts';
import { liveHistory } from './live-history.ts';
import { machine } from './machine.ts';
import type { Machine } from './machine.ts';

/**
 * Each on a database of its own; three platforms make 2,010 histories. On the last, every process has
 * sessions of its own and nothing is spared on them, at three times the price. A failure prints seed
 * and path: given to `fc.assert` beside `numRuns`, they bring the same history back.
 */
const LANES = [
  { seed: 1, histories: 215, thrifty: true },
  { seed: 2, histories: 215, thrifty: true },
  { seed: 3, histories: 215, thrifty: true },
  { seed: 4, histories: 25, thrifty: false },
] as const;

/** Small, so that a few people are several requests, some of which arrive. */
const ROWS_A_REQUEST = 3;

/** Milliseconds of shrinking, for which a failure is worth waiting; the machine may be busy, too. */
const PATIENCE = 600_000;

export function describeHistories(platform: Platform): void {
  describe(`whatever happens to a sync on ${platform}`, () => {
    const machines = new Map<number, Machine>();

    beforeAll(async () => {
      Object.assign(findConnector(platform)?.limits ?? {}, { rows: ROWS_A_REQUEST });
      for (const { seed, thrifty } of LANES) machines.set(seed, await machine({ thrifty }));
    });

    it.concurrent.each(LANES)(
      'its list is the wanted set once a run ends well, and every figure adds up: $histories histories from seed $seed on',
      async ({ seed, histories }) => {
        const own = machines.get(seed);
        if (own === undefined) throw new Error(`No machine has the seed ${seed}.`);
        let lived = 0;
        const property = fc.asyncProperty(history, async (one) => {
          await liveHistory(own, platform, one);
          lived += 1;
        });
        await fc.assert(property, { seed, numRuns: histories });
        expect(lived).toBe(histories);
      },
      PATIENCE,
    );
  });
}
