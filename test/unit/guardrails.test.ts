/** Rule 8: what a run may not do without asking. */
import { describe, expect, it } from 'vitest';
import type { PlanFigures } from '../../src/membership/index.ts';
import { isApproved } from '../../src/sync/approval.ts';
import type { Approval } from '../../src/sync/approval.ts';
import { holdOf } from '../../src/sync/guardrails.ts';
import type { Guardrails, Hold } from '../../src/sync/guardrails.ts';

const USUAL: Guardrails = {
  maxShrink: 0.3,
  maxGrowth: 3,
  minimum: { people: 100, platform: 'Meta' },
};

function plan(change: Partial<PlanFigures>): PlanFigures {
  return {
    inSegment: 0,
    unreachable: 0,
    noConsent: 0,
    suppressed: 0,
    erased: 0,
    purchased: 0,
    timeUp: 0,
    coolingDown: 0,
    inGroup: 0,
    enoughAudiences: 0,
    heldOutGlobal: 0,
    heldOut: 0,
    wanted: 0,
    unchanged: 0,
    waiting: 0,
    added: 0,
    changed: 0,
    removed: 0,
    members: 0,
    leaving: 0,
    ...change,
  };
}
const held = (change: Partial<PlanFigures>, guardrails: Partial<Guardrails> = {}) =>
  holdOf(plan(change), { ...USUAL, ...guardrails }, 'changes')?.guardrail ?? null;

describe('growth', () => {
  it('is held over so many times the members, and not at them', () => {
    expect(held({ members: 2000, wanted: 6000 })).toBe(null);
    expect(held({ members: 2000, wanted: 6001 })).toBe('would-grow');
  });

  it('says how many, of how many, and what the limit is', () => {
    const hold = holdOf(plan({ members: 2000, wanted: 9000 }), USUAL, 'changes');
    expect(hold?.message).toBe(
      'The run would make the audience 4.5 times as large: 9000 people are wanted where 2000 are (more than 3 times).',
    );
    expect(hold).toMatchObject({ members: 2000, wanted: 9000, leaving: 0 });
  });

  it('is nothing that a first fill does, however large', () => {
    expect(held({ members: 0, wanted: 5_000_000 })).toBe(null);
  });

  it('of a small list counts from a thousand people', () => {
    expect(held({ members: 10, wanted: 3000 })).toBe(null);
    expect(held({ members: 10, wanted: 3001 })).toBe('would-grow');
  });

  it('is switched off by null', () => {
    expect(held({ members: 2000, wanted: 5_000_000 }, { maxGrowth: null })).toBe(null);
  });
});

describe('the platform’s minimum', () => {
  it('holds a list that would be begun below it, with the figure and the ways out', () => {
    const hold = holdOf(plan({ wanted: 99, added: 99 }), USUAL, 'changes');
    expect(hold?.guardrail).toBe('below-minimum');
    expect(hold?.message).toContain('99 people are wanted, fewer than the 100 whom Meta');
    expect(hold?.nextStep).toContain('allowSmall');
    expect(held({ wanted: 100 })).toBe(null);
  });

  it('never keeps anybody from being taken off', () => {
    // A list that comes down to it, one that is below it, and one whose removals did not land.
    expect(held({ members: 105, wanted: 95, leaving: 10, removed: 10 })).toBe(null);
    expect(held({ members: 40, wanted: 39, leaving: 1, removed: 1 })).toBe(null);
    expect(held({ members: 0, wanted: 40, removed: 3 })).toBe(null);
  });

  it('lets a list that runs already take people on', () => {
    expect(held({ members: 40, wanted: 45, added: 5 })).toBe(null);
  });

  it('is nothing where nobody is wanted, or where the sync allows it', () => {
    expect(held({ wanted: 0 })).toBe(null);
    expect(held({ wanted: 40 }, { minimum: null })).toBe(null);
  });
});

describe('shrinking', () => {
  it('comes before growing: whoever leaves cannot be brought back by sending more', () => {
    expect(held({ members: 2000, leaving: 1900, wanted: 9000 })).toBe('would-shrink');
    expect(held({ members: 2000, leaving: 2000, wanted: 0 })).toBe('would-empty');
  });

  it('counts whoever leaves, up to the share itself', () => {
    expect(held({ members: 100, leaving: 30, wanted: 70 })).toBe(null);
    expect(held({ members: 100, leaving: 31, wanted: 69 })).toBe('would-shrink');
  });
});

describe('an approval', () => {
  const seen: Approval = { runId: 7n, mode: 'changes', members: 1000, leaving: 400, wanted: 600 };
  const hold = (guardrail: Hold['guardrail'], figures: Partial<Hold>): Hold => ({
    guardrail,
    message: '',
    members: 1000,
    leaving: 400,
    wanted: 600,
    ...figures,
  });
  const covers = (now: Hold, approval: Approval | null = seen) =>
    isApproved(now, 'changes', approval);

  it('covers what was seen, anything better, and 5 % more', () => {
    expect(covers(hold('would-shrink', {}))).toBe(true);
    expect(covers(hold('would-shrink', { leaving: 310 }))).toBe(true);
    expect(covers(hold('would-shrink', { leaving: 420 }))).toBe(true);
    expect(covers(hold('would-shrink', { leaving: 421 }))).toBe(false);
  });

  it('of a shrinking list covers no growth beyond what was there', () => {
    expect(covers(hold('would-shrink', { wanted: 1050 }))).toBe(true);
    expect(covers(hold('would-shrink', { wanted: 1051 }))).toBe(false);
    expect(covers(hold('would-shrink', { wanted: 20_000 }))).toBe(false);
    const grown = { ...seen, wanted: 5000 };
    expect(covers(hold('would-shrink', { wanted: 5000 }), grown)).toBe(true);
  });

  it('of a shrinking list covers none that becomes smaller than was seen', () => {
    expect(covers(hold('would-shrink', { members: 500, wanted: 570 }))).toBe(true);
    expect(covers(hold('would-shrink', { members: 500, wanted: 100 }))).toBe(false);
  });

  it('of a shrinking list covers no empty one', () => {
    expect(covers(hold('would-empty', { leaving: 400, wanted: 0 }))).toBe(false);
    const emptied = { ...seen, leaving: 1000, wanted: 0 };
    expect(covers(hold('would-empty', { leaving: 1000, wanted: 0 }), emptied)).toBe(true);
  });

  it('of one guardrail covers no other that was not to be seen', () => {
    expect(covers(hold('would-grow', { wanted: 5000 }))).toBe(false);
    const grown = { ...seen, leaving: 0, wanted: 5000 };
    expect(covers(hold('would-grow', { wanted: 5250 }), grown)).toBe(true);
    expect(covers(hold('would-grow', { wanted: 5251 }), grown)).toBe(false);
    expect(covers(hold('would-shrink', { leaving: 400 }), grown)).toBe(false);
  });

  it('of a small list covers no smaller one', () => {
    const small = { ...seen, members: 0, leaving: 0, wanted: 60 };
    expect(covers(hold('below-minimum', { members: 0, leaving: 0, wanted: 57 }), small)).toBe(true);
    expect(covers(hold('below-minimum', { members: 0, leaving: 0, wanted: 56 }), small)).toBe(
      false,
    );
  });

  it('of an emptied list covers no small one that is begun', () => {
    const emptied = { ...seen, leaving: 1000, wanted: 0 };
    expect(covers(hold('below-minimum', { members: 0, leaving: 0, wanted: 5 }), emptied)).toBe(
      false,
    );
  });

  it('of a list with nobody on it covers every kind of run, which all begin it', () => {
    const small = { ...seen, members: 0, leaving: 0, wanted: 60 };
    const now = hold('below-minimum', { members: 0, leaving: 0, wanted: 60 });
    expect(isApproved(now, 'again', small)).toBe(true);
    expect(isApproved(now, 'replace', small)).toBe(true);
    expect(isApproved(now, 'again', { ...small, members: 1000 })).toBe(false);
  });

  it('of another kind of run, or none, covers nothing', () => {
    expect(isApproved(hold('would-shrink', {}), 'replace', seen)).toBe(false);
    expect(covers(hold('would-shrink', {}), null)).toBe(false);
    expect(covers(hold('unanswered', {}))).toBe(false);
  });
});
