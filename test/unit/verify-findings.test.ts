/** What is found of a list that was just sent to, is being written anew, or is small on purpose. */
import { describe, expect, it } from 'vitest';
import { findConnector } from '../../connectors/registry.ts';
import type { ListCondition, ListReading, ListSize } from '../../connectors/connector.ts';
import {
  conditionOf as googleCondition,
  sizeOf as googleSize,
} from '../../connectors/google/list.ts';
import type { UserList } from '../../connectors/google/api.ts';
import { conditionOf as metaCondition, sizeOf as metaSize } from '../../connectors/meta/list.ts';
import type { AudienceState } from '../../connectors/meta/api.ts';
import { conditionOf as xCondition } from '../../connectors/x/list.ts';
import type { ListState } from '../../src/match/index.ts';
import { findingsOf, isDrift } from '../../src/sync/verify.ts';
import type { Expectation } from '../../src/sync/verify.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const exactly = (people: number) => ({ lower: people, upper: people });
const MEANING = 'people';

interface Case {
  readonly platform?: string;
  readonly condition?: ListCondition;
  readonly size?: ListSize;
  /** Since everybody was sent. */
  readonly hoursSinceSent?: number;
  readonly state?: Partial<ListState>;
  readonly expected?: Partial<Omit<Expectation, 'sync'>>;
  readonly allowSmall?: boolean;
}

function found(given: Case, aspect: 'condition' | 'size') {
  const connector = findConnector(given.platform ?? 'meta');
  if (connector === undefined) throw new Error('No connector.');
  const reading: ListReading = {
    there: true,
    name: 'L',
    condition: given.condition ?? { kind: 'usable' },
    size: given.size ?? { kind: 'unknown', detail: 'No size.' },
    sizeLagMs: 24 * HOUR,
    lifetimeDays: null,
  };
  const hours = given.hoursSinceSent ?? 48;
  const state: ListState = {
    readAt: NOW,
    name: 'L',
    remoteId: '1',
    reading,
    accepted: exactly(50_000),
    pending: 0,
    mostKeys: 100_000,
    lastSentAt: new Date(NOW.getTime() - hours * HOUR),
    unshown: { added: hours < 24 ? 50_000 : 0, removed: 0 },
    ...given.state,
  };
  const findings = findingsOf(state, {
    sync: { name: 's', allowSmall: given.allowSmall ?? false },
    connector,
    before: null,
    rewriting: false,
    approvedSmall: false,
    ...given.expected,
  });
  const finding = findings.find(({ of }) => of === aspect);
  if (finding === undefined) throw new Error(`Nothing of ${aspect}.`);
  return { ...finding, drift: isDrift(findings) };
}

const TOO_SMALL: ListCondition = {
  kind: 'too-small',
  code: '300',
  detail: 'Too small.',
  nextStep: 'Choose a larger segment.',
};

const meta = (code: number, upper = -1): AudienceState => ({
  name: 'L',
  retention_days: 0,
  operation_status: { code, description: 'Said.' },
  approximate_count_lower_bound: upper < 0 ? -1 : 0,
  approximate_count_upper_bound: upper,
  time_content_updated: NOW.getTime() / 1000 - 48 * 3600,
});

const google = (people: number): UserList => ({
  id: '1',
  displayName: 'L',
  description: '',
  integrationCode: '',
  membershipStatus: 'OPEN',
  closingReason: '',
  accessReason: '',
  sizeInfo: { displayNetworkMembersCount: people, searchNetworkMembersCount: 0 },
});

describe('a list that is too small for ads', () => {
  it('is a drift, once the platform has worked through what was sent', () => {
    expect(found({ condition: TOO_SMALL }, 'condition')).toMatchObject({
      kind: 'unusable',
      drift: true,
    });
  });

  it('is no news while it is just filled, worked on, or written anew', () => {
    const unsettled = { kind: 'not-told', drift: false };
    const condition = googleCondition(google(60));
    expect(condition.kind).toBe('too-small');
    for (const given of [
      { hoursSinceSent: 1 },
      { state: { pending: 50_000 } },
      { expected: { rewriting: true } },
    ]) {
      expect(found({ platform: 'google', condition, ...given }, 'condition')).toMatchObject(
        unsettled,
      );
    }
  });

  it('is as expected where the sync allows it, however many were sent', () => {
    expect(found({ condition: TOO_SMALL, allowSmall: true }, 'condition')).toMatchObject({
      kind: 'as-expected',
      drift: false,
    });
  });

  it('is as expected where it was approved so small, and not once it has grown', () => {
    const expected = { approvedSmall: true };
    const few = { condition: TOO_SMALL, expected, state: { accepted: exactly(60) } };
    expect(found(few, 'condition')).toMatchObject({ kind: 'as-expected', drift: false });
    expect(found({ condition: TOO_SMALL, expected }, 'condition')).toMatchObject({
      kind: 'unusable',
    });
  });
});

describe('a list that a platform stopped', () => {
  it('is no news where that passes with what is being sent', () => {
    for (const condition of [
      metaCondition(meta(410), NOW),
      metaCondition(meta(415), NOW),
      xCondition({
        id: '1',
        name: 'L',
        targetable: false,
        audience_size: null,
        reasons_not_targetable: [],
      }),
    ]) {
      expect(found({ condition, expected: { rewriting: true } }, 'condition').kind).toBe(
        'not-told',
      );
      expect(found({ condition, hoursSinceSent: 1 }, 'condition').kind).toBe('not-told');
      expect(found({ condition }, 'condition')).toMatchObject({ kind: 'unusable', drift: true });
    }
  });

  it('for good is a drift, however often it is sent to', () => {
    const closed = googleCondition({ ...google(5000), membershipStatus: 'CLOSED' });
    for (const condition of [metaCondition(meta(471), NOW), closed]) {
      expect(found({ condition, hoursSinceSent: 1 }, 'condition')).toMatchObject({
        kind: 'unusable',
        drift: true,
      });
    }
  });
});

describe('a list that shows no size', () => {
  const before = {
    at: new Date(NOW.getTime() - 72 * HOUR),
    ...exactly(30_000),
    accepted: exactly(50_000),
  };
  const gone: readonly (readonly [string, ListSize])[] = [
    ['meta', metaSize(meta(200, 1000), NOW)],
    ['meta', metaSize(meta(200), NOW)],
    ['google', googleSize(google(0))],
  ];

  it('and did before is smaller, once it is settled', () => {
    for (const [platform, size] of gone) {
      const given = { platform, size, expected: { before } };
      expect(found(given, 'size')).toMatchObject({ kind: 'smaller', drift: true });
      expect(found({ ...given, hoursSinceSent: 1 }, 'size').kind).toBe('not-told');
      const processing = { kind: 'processing', detail: 'Being built.' } as const;
      expect(found({ ...given, condition: processing }, 'size').drift).toBe(false);
    }
  });

  it('is no drift where none was kept, or where so few people would show none', () => {
    for (const [platform, size] of gone) {
      expect(found({ platform, size }, 'size').drift).toBe(false);
      const state = { accepted: exactly(150) };
      expect(found({ platform, size, state, expected: { before } }, 'size').drift).toBe(false);
    }
  });

  it('is below 1,001 where Meta shows none above 1,000', () => {
    expect(metaSize(meta(200, 1000), NOW)).toMatchObject({ kind: 'below', people: 1001 });
    expect(metaSize(meta(200, 1100), NOW)).toMatchObject({ kind: 'people', upper: 1100 });
    expect(metaSize(meta(471), NOW)).not.toHaveProperty('shownFrom');
  });

  it('and never told why, is unknown', () => {
    const size = { kind: 'unknown', detail: 'Processing.' } as const;
    expect(found({ size, expected: { before } }, 'size')).toMatchObject({
      kind: 'not-told',
      sentence: 'Processing.',
    });
    const shown = { kind: 'below', people: 100, meaning: MEANING } as const;
    expect(found({ size: shown, expected: { before } }, 'size').kind).toBe('smaller');
  });
});

describe('a list that changes every day', () => {
  const before = {
    at: new Date(NOW.getTime() - 72 * HOUR),
    ...exactly(30_000),
    accepted: exactly(50_000),
  };
  const judged = (people: number, state: Partial<ListState>) =>
    found({ size: sizeOf(people), state, expected: { before } }, 'size').kind;
  const sizeOf = (people: number): ListSize => ({
    kind: 'people',
    ...exactly(people),
    meaning: MEANING,
  });
  const today = { unshown: { added: 2_000, removed: 1_000 } };

  it('is judged all the same, while few of its people may not show yet', () => {
    expect(judged(30_000, today)).toBe('as-expected');
    expect(judged(15_000, today)).toBe('smaller');
    expect(judged(45_000, today)).toBe('larger');
    expect(judged(15_000, { ...today, pending: 2_001 })).toBe('not-told');
    expect(judged(15_000, { ...today, pending: 2_000 })).toBe('smaller');
  });

  it('gets the benefit of whoever may not show yet', () => {
    // Of 50,000 people 60 % less a quarter are 22,500; of the 48,000 who surely show they are 21,600.
    const among = (accepted: number) => accepted * 0.6 * 0.75;
    expect(judged(among(50_000) - 100, {})).toBe('smaller');
    expect(judged(among(51_000), today)).toBe('as-expected');
    expect(judged(among(48_000) - 100, today)).toBe('smaller');
    expect(judged(among(48_000) + 100, today)).toBe('as-expected');
  });

  it('is larger only beyond the keys that were just taken off as well', () => {
    const few = { accepted: exactly(1_000), mostKeys: 1_000 };
    const removed = { ...few, unshown: { added: 0, removed: 100 } };
    expect(found({ size: sizeOf(1_001), state: few }, 'size').kind).toBe('larger');
    expect(found({ size: sizeOf(1_001), state: removed }, 'size').kind).toBe('as-expected');
  });

  it('is told of when it is too small', () => {
    expect(found({ condition: TOO_SMALL, state: today }, 'condition').kind).toBe('unusable');
  });
});
