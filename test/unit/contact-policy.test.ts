import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContactSettings,
  contactPolicyProblem,
  resolveContactPolicy,
} from '../../src/sync/contact-policy.ts';

const OFF = { leaveOnPurchase: false, maxDays: null, coolDownDays: null, maxAudiences: null };

const settings = fc.record(
  {
    leaveOnPurchase: fc.constantFrom(true, false, null),
    maxDays: fc.option(fc.integer({ min: 1, max: 540 })),
    coolDownDays: fc.option(fc.integer({ min: 1, max: 540 })),
    maxAudiences: fc.option(fc.integer({ min: 1, max: 50 })),
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe('the contact policy of a sync', () => {
  it('is off where nothing is said', () => {
    expect(resolveContactPolicy({}, {})).toEqual(OFF);
  });

  it('takes each rule from the sync, else from the setting, else has none', () => {
    fc.assert(
      fc.property(settings, settings, (setting, own) => {
        const merged: Record<string, unknown> = { ...setting, ...own };
        const wanted = Object.fromEntries(
          Object.entries(OFF).map(([rule, off]) => [rule, merged[rule] ?? off]),
        );
        expect(resolveContactPolicy(setting, own)).toEqual(wanted);
      }),
    );
  });

  it('is switched off, rule by rule, with null', () => {
    const setting = { leaveOnPurchase: true, maxDays: 60, coolDownDays: 30, maxAudiences: 2 };
    expect(resolveContactPolicy(setting, { maxDays: null, leaveOnPurchase: null })).toEqual({
      ...OFF,
      coolDownDays: 30,
      maxAudiences: 2,
    });
    expect(resolveContactPolicy(setting, { leaveOnPurchase: false }).leaveOnPurchase).toBe(false);
  });
});

describe('rules that take people off', () => {
  it.each([
    [{ maxDays: 30 }, 'maxDays needs coolDownDays, or people would be back at the next run'],
    [
      { leaveOnPurchase: true },
      'leaveOnPurchase needs coolDownDays, or people would be back at the next run',
    ],
    [
      { leaveOnPurchase: true, maxDays: 30 },
      'leaveOnPurchase and maxDays need coolDownDays, or people would be back at the next run',
    ],
    [{ maxDays: 30, leaveOnPurchase: true, coolDownDays: 1 }, null],
    [{ maxAudiences: 1 }, null],
    [{ coolDownDays: 30 }, null],
    [{}, null],
  ])('%o: %s', (rules, problem) => {
    expect(contactPolicyProblem({ ...OFF, ...rules })).toBe(problem);
  });
});

describe('the rules as written', () => {
  it.each([
    ['maxDays', 540],
    ['coolDownDays', 540],
    ['maxAudiences', 50],
  ])('%s is a whole number from 1 to %d, or null', (rule, most) => {
    for (const good of [1, most, null]) {
      expect(ContactSettings.parse({ [rule]: good })).toEqual({ [rule]: good });
    }
    for (const bad of [0, -1, most + 1, 1.5, '30', 1e300, Number.NaN, true, [], {}]) {
      expect(ContactSettings.safeParse({ [rule]: bad }).error?.issues).toMatchObject([
        { path: [rule], message: `must be a whole number from 1 to ${most}` },
      ]);
    }
  });

  it('are those four, and no other', () => {
    expect(ContactSettings.safeParse({ maxDay: 1 }).success).toBe(false);
    expect(ContactSettings.safeParse({ leaveOnPurchase: 'yes' }).success).toBe(false);
    expect(ContactSettings.parse({ leaveOnPurchase: true })).toEqual({ leaveOnPurchase: true });
  });
});
