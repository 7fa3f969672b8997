/** A run as a person reads it. */
import { describe, expect, it } from 'vitest';
import { describeRun } from '../../src/cli/run-text.ts';
import type { RunDetails } from '../../src/services/show-run.ts';

const BATCH: RunDetails['batches'][number] = {
  seq: 1,
  operation: 'add',
  state: 'done',
  rows: 10,
  accepted: 6,
  rejected: 1,
  unknown: 3,
  attempts: 1,
  requestId: 'r-1',
  reasons: [],
  problem: null,
};

function run(change: Partial<RunDetails>): string {
  const figures = {
    inSegment: 12,
    unreachable: 1,
    noConsent: 1,
    suppressed: 0,
    erased: 0,
    purchased: 0,
    timeUp: 0,
    coolingDown: 0,
    inGroup: 0,
    enoughAudiences: 0,
    heldOutGlobal: 0,
    heldOut: 0,
    wanted: 10,
    unchanged: 0,
    waiting: 0,
    added: 10,
    changed: 0,
    removed: 0,
  };
  return describeRun({
    id: '7',
    sync: 'lapsed-google',
    state: 'succeeded',
    trigger: 'cli:hana',
    approves: null,
    mode: 'changes',
    asOf: new Date(0),
    startedAt: new Date(0),
    finishedAt: new Date(0),
    problem: null,
    ...figures,
    delivery: {
      accepted: 6,
      rejected: 1,
      unknown: 3,
      notSent: 0,
      notRemoved: 0,
      lostBatches: 0,
      refusedBatches: 0,
      openBatches: 0,
    },
    batches: [BATCH],
    refused: [],
    rewriting: null,
    ...change,
  }).join('\n');
}

describe('a run', () => {
  it('says what became of everybody who was added', () => {
    expect(run({})).toContain('10 added = 6 accepted + 1 rejected + 3 unknown + 0 not sent');
  });

  it('names the command that does what was held, with the run whose figures were seen', () => {
    expect(run({ state: 'held' })).toContain('rekindle run lapsed-google --approve --held-run 7');
    expect(run({ state: 'held', mode: 'replace' })).toContain(
      'rekindle run lapsed-google --replace --approve --held-run 7',
    );
    expect(run({ state: 'held', mode: 'again' })).toContain(
      'rekindle resync lapsed-google --yes --approve --held-run 7',
    );
    expect(run({})).not.toContain('--approve');
  });

  it('says why rows were rejected or are unknown, over all its batches', () => {
    const reasons = [
      { rows: 'unknown', code: 'NO_CONSENT', count: 2 },
      { rows: 'rejected', code: 'INVALID_FORMAT', count: 1 },
    ] as const;
    const text = run({
      batches: [
        { ...BATCH, reasons },
        { ...BATCH, seq: 2, reasons },
      ],
    });
    expect(text).toContain(
      'The platform’s reasons: 4 NO_CONSENT (unknown), 2 INVALID_FORMAT (rejected)',
    );
    expect(run({})).not.toContain('reasons');
  });

  it('names whom the platform refused by name, the first five of them', () => {
    const refused = Array.from({ length: 6 }, (_, n) => ({ customer: `c-${n}`, code: 'BAD' }));
    expect(run({ refused: refused.slice(0, 1) })).toMatch(/^Refused by name: c-0 \(BAD\)$/mu);
    expect(run({ refused })).toMatch(/c-4 \(BAD\), … \(all of them with --json\)$/mu);
  });

  it('says how far its list is written anew', () => {
    expect(run({ mode: 'replace', rewriting: 'settling' })).toContain('swept off once');
    expect(run({ mode: 'replace' })).not.toContain('swept');
  });
});
