import { describe, expect, it } from 'vitest';
import { runCauses } from '../../src/alert/run-causes.ts';
import type { SyncRuns } from '../../src/alert/run-causes.ts';

const NOW = new Date('2026-11-22T00:00:00Z');
const SETTINGS = { incompleteRuns: 3, incompleteHours: 48 };
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

const QUIET: SyncRuns = {
  sync: 'lapsed-meta',
  destination: 'meta-main',
  paused: false,
  good: null,
  failed: null,
  held: null,
  incomplete: { runs: 0, newest: null },
  underWay: null,
  troubleSince: null,
};

const run = (id: string, hours: number) => ({
  id,
  startedAt: hoursAgo(hours),
  finishedAt: hoursAgo(hours - 0.1),
});
const PROBLEM = { kind: 'auth', code: '190', message: 'no', nextStep: 'Make a token.' };
const FAILED = { ...run('7', 2), problem: PROBLEM };
const FIGURES = {
  guardrail: 'would-empty',
  mode: 'changes',
  message: '',
  members: 5,
  leaving: 5,
  wanted: 0,
};

const kinds = (runs: Partial<SyncRuns>) =>
  runCauses({ ...QUIET, ...runs }, SETTINGS, NOW).map(({ kind }) => kind);

describe('the runs of a sync', () => {
  it('are the cause of nothing where they go well, or there are none', () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ good: run('7', 1) })).toEqual([]);
  });

  it('are a cause while one that failed has no good one after it', () => {
    const [cause] = runCauses(
      { ...QUIET, failed: FAILED, troubleSince: hoursAgo(2) },
      SETTINGS,
      NOW,
    );
    expect(cause).toEqual({
      kind: 'run-failed',
      sync: 'lapsed-meta',
      destination: 'meta-main',
      run: '7',
      at: hoursAgo(1.9),
      problem: PROBLEM,
    });
  });

  it('are two causes where one failed and the next is held', () => {
    const held = { ...run('8', 1), figures: FIGURES };
    expect(kinds({ failed: FAILED, held })).toEqual(['run-failed', 'run-held']);
  });

  it('are no cause while the sync is paused', () => {
    const held = { ...run('8', 1), figures: FIGURES };
    expect(kinds({ failed: FAILED, held, paused: true })).toEqual([]);
  });

  it.each([
    [2, 47, []],
    [3, 1, ['run-incomplete']],
    [1, 48, ['run-incomplete']],
    [0, 48, []],
  ])('incomplete %i times, for %i hours: %j', (runs, hours, expected) => {
    const newest = runs === 0 ? null : { ...run('9', 1), problem: null };
    expect(kinds({ incomplete: { runs, newest }, troubleSince: hoursAgo(hours) })).toEqual(
      expected,
    );
  });

  it('that never end are as bad as incomplete ones', () => {
    const underWay = { ...run('9', 50), finishedAt: null };
    expect(kinds({ underWay, troubleSince: hoursAgo(50) })).toEqual(['run-incomplete']);
    expect(kinds({ underWay, troubleSince: hoursAgo(3) })).toEqual([]);
  });

  it('are not called incomplete besides, where one failed or is held', () => {
    const incomplete = { runs: 5, newest: { ...run('9', 1), problem: null } };
    expect(kinds({ incomplete, failed: FAILED, troubleSince: hoursAgo(60) })).toEqual([
      'run-failed',
    ]);
  });
});
