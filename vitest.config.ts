import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';

const EVERY = {
  globalSetup: ['test/support/postgres.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

/** Files that change what they load, or share what it holds: other limits, another registry, a database. */
const ALONE = [
  'test/property/histories-*.test.ts',
  'test/docs/*.test.ts',
  'test/db/do-not-reach*.test.ts',
];

export default defineConfig({
  test: {
    // Two cores, and files that mostly wait for processes or clocks of their own.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] },
      },
      {
        test: {
          ...EVERY,
          name: 'rekindle',
          include: ['test/**/*.test.ts'],
          exclude: ['test/architecture/**', ...ALONE],
          // What these load they leave as it was, so that it is loaded once for all of them.
          isolate: false,
        },
      },
      {
        test: { ...EVERY, name: 'alone', include: ALONE },
      },
    ],
  },
});
