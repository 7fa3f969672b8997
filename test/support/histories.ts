/** Thousands of random histories of syncs to one platform, a few of them side by side. */
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { findConnector } from '../../connectors/registry.ts';
import type { Platform } from './engine.ts';
import { history } from './history.ts';
import { liveHistory } from './live-history.ts';
import { machine } from './machine.ts';
import type { Machine } from './machine.ts';

/** Small, so that a few people are several requests, some of which arrive. */
const ROWS_A_REQUEST = 3;

/** Milliseconds: a history takes a tenth of a second, and a failure is shrunk as far as this goes. */
const PATIENCE = 280_000;

/**
 * @param lanes each on a database of its own, with the histories of its seed. A failure prints seed
 *   and path: given to `fc.assert` beside `numRuns`, they bring the same history back.
 */
export function describeHistories(
  platform: Platform,
  lanes: readonly {
    readonly seed: number;
    readonly histories: number;
    /** Whether every process has sessions of its own, on which nothing is spared. */
    readonly plain?: true;
  }[],
): void {
  describe(`whatever happens to a sync on ${platform}`, () => {
    const machines = new Map<number, Machine>();

    beforeAll(async () => {
      Object.assign(findConnector(platform)?.limits ?? {}, { rows: ROWS_A_REQUEST });
      for (const { seed, plain } of lanes) {
        machines.set(seed, await machine({ thrifty: plain !== true }));
      }
    });

    it.concurrent.each(lanes)(
      'its list is the wanted set once a run ends well, and every figure adds up: $histories histories from $seed on',
      async ({ seed, histories }) => {
        const ours = machines.get(seed);
        if (ours === undefined) throw new Error(`No machine has the seed ${seed}.`);
        const property = fc.asyncProperty(history, (lived) => liveHistory(ours, platform, lived));
        await fc.assert(property, { seed, numRuns: histories });
      },
      PATIENCE,
    );
  });
}
