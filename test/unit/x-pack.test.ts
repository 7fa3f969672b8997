import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import {
  MAX_BODY_BYTES,
  packDoNotReach,
  packUsers,
  PARTNER_ID_BYTES,
} from '../../connectors/x/pack.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED, UNKNOWN } from '../support/member-consent.ts';

const NOW = new Date('2026-11-01T00:00:00.987Z');
const DAY = 24 * 60 * 60 * 1000;
const key = (digit: string) => digit.repeat(64) as Digest;
const keys = (count: number) => Array.from({ length: count }, () => key('a'));
/** The longest of the advertiser's own ids that are sent. */
const longest = 'あ'.repeat((PARTNER_ID_BYTES - 2) / 3) + 'i'.repeat((PARTNER_ID_BYTES - 2) % 3);
/** A person of the most keys, of the kind that takes the most bytes: only ever in a removal. */
const most: Member = {
  email: [],
  phone: [],
  externalId: Array.from({ length: x.limits.keysPerMember }, () => longest),
  consent: GRANTED,
};
const nobody: Member = { email: [], phone: [], consent: GRANTED };
const one: Member = { ...nobody, email: keys(1) };
const bodyOf = (members: readonly Member[], operation: 'add' | 'remove') =>
  JSON.parse(packUsers({ members, operation }, NOW).json.toString()) as unknown;

describe('the body of a users request', () => {
  it('is an Update a person, in their order, with an explicit expiry and only the kinds each has', () => {
    const members: Member[] = [
      { email: [key('a')], phone: [key('b'), key('c')], consent: GRANTED },
      { email: [], phone: [key('d')], consent: UNKNOWN },
    ];
    const expires_at = '2027-11-16T00:00:00Z';
    const [first, second] = [
      { email: [key('a')], phone_number: [key('b'), key('c')] },
      { phone_number: [key('d')] },
    ];
    expect(bodyOf(members, 'add')).toEqual([
      { operation_type: 'Update', params: { expires_at, users: [first] } },
      { operation_type: 'Update', params: { expires_at, users: [second] } },
    ]);
    expect(packUsers({ members, operation: 'add' }, NOW).count).toBe(2);
  });

  it('is a Delete a person without times for a removal', () => {
    const members: Member[] = [{ email: [key('a')], phone: [], consent: GRANTED }];
    expect(bodyOf(members, 'remove')).toEqual([
      { operation_type: 'Delete', params: { users: [{ email: [key('a')] }] } },
    ]);
  });

  it('expires over 12 and under 13 months ahead, whatever the day', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }),
        (now) => {
          const text = packUsers({ members: [one], operation: 'add' }, now).json.toString();
          const expires = Date.parse(/"expires_at":"([^"]+)"/.exec(text)?.[1] ?? '');
          // The shortest 13 months are 393 days; the longest 12 are 366.
          expect(expires - now.getTime()).toBeGreaterThan(366 * DAY);
          expect(expires - now.getTime()).toBeLessThan(393 * DAY);
          expect(x.limits.memberLifetimeDays).toBe(Math.round((expires - now.getTime()) / DAY));
        },
      ),
    );
  });

  it.each<[string, Partial<Member>, object]>([
    ['an e-mail', { email: [key('a')] }, { email: [key('a')] }],
    ['a phone', { phone: [key('a')] }, { phone_number: [key('a')] }],
    ['a handle', { xHandle: [key('a')] }, { handle: [key('a')] }],
    ['an id of X', { xId: [key('a')] }, { twitter_id: [key('a')] }],
    ['a mobile id', { mobileId: [key('a')] }, { device_id: [key('a')] }],
    ["an id of the advertiser's, plain", { externalId: ['c-1'] }, { partner_user_id: ['c-1'] }],
  ])('names %s as X does, to add and to remove', (_, given, sent) => {
    for (const operation of ['add', 'remove'] as const) {
      expect(bodyOf([{ ...nobody, ...given }], operation)).toMatchObject([
        { params: { users: [sent] } },
      ]);
      const text = packUsers(
        { members: [{ ...nobody, ...given }], operation },
        NOW,
      ).json.toString();
      expect(text).toContain(`"users":[${JSON.stringify(sent)}]`);
    }
  });

  it('takes as many people as X takes operations, and the most keys for all are within its bytes', () => {
    expect(x.limits.rows).toBe(2500);
    const add = { ...nobody, externalId: most.externalId?.slice(0, x.limits.keysPerKind) ?? [] };
    for (const [operation, member] of [
      ['remove', most],
      ['add', { ...add, email: keys(x.limits.keysPerKind) }],
    ] as const) {
      const members = Array.from({ length: x.limits.rows }, () => member);
      expect(packUsers({ members, operation }, NOW).json.length).toBeLessThanOrEqual(
        MAX_BODY_BYTES,
      );
    }
  });

  it('takes no more bytes for any other person within the limits', () => {
    const sizeOf = (member: Member) =>
      packUsers({ members: [member, member], operation: 'remove' }, NOW).json.length;
    const count = fc.nat({ max: x.limits.keysPerMember });
    fc.assert(
      fc.property(fc.tuple(count, count, count, count, count, count), (counts) => {
        const [email, phone, xHandle, xId, mobileId, externalId] = counts;
        const all = counts.reduce((sum, each) => sum + each, 0);
        fc.pre(all > 0 && all <= x.limits.keysPerMember);
        const member: Member = {
          email: keys(email),
          phone: keys(phone),
          xHandle: keys(xHandle),
          xId: keys(xId),
          mobileId: keys(mobileId),
          externalId: Array.from({ length: externalId }, () => longest),
          consent: GRANTED,
        };
        expect(sizeOf(member)).toBeLessThanOrEqual(sizeOf(most));
      }),
    );
  });

  it('refuses, before anything is sent, a person too many, a key too many, and nobody', () => {
    const pack = (members: readonly Member[], operation: 'add' | 'remove') => () =>
      packUsers({ members, operation }, NOW);
    const { rows, keysPerKind, keysPerMember } = x.limits;
    expect(pack([...Array.from({ length: rows }, () => one), one], 'remove')).toThrow(RangeError);
    expect(pack([{ ...nobody, email: keys(keysPerKind + 1) }], 'add')).toThrow(RangeError);
    expect(pack([{ ...nobody, email: keys(keysPerKind + 1) }], 'remove')).not.toThrow();
    const mixed = { email: keys(keysPerKind), phone: keys(keysPerKind), xId: keys(1) };
    for (const operation of ['add', 'remove'] as const) {
      expect(pack([{ ...nobody, ...mixed }], operation)).toThrow(RangeError);
      expect(pack([{ ...nobody, ...mixed, xId: [] }], operation)).not.toThrow();
      expect(pack([nobody], operation)).toThrow(RangeError);
    }
    expect(pack([{ ...nobody, email: keys(keysPerMember + 1) }], 'remove')).toThrow(RangeError);
  });

  it('refuses an id that is blank or too long, and a key that X does not take', () => {
    const pack = (member: Partial<Member>) => () =>
      packUsers({ members: [{ ...nobody, email: keys(1), ...member }], operation: 'remove' }, NOW);
    expect(pack({ externalId: [longest] })).not.toThrow();
    expect(pack({ externalId: [`${longest}i`] })).toThrow(RangeError);
    expect(pack({ externalId: ['"'.repeat(100)] })).toThrow(RangeError);
    expect(pack({ externalId: [''] })).toThrow(RangeError);
    const [givenName, familyName] = [key('a'), key('b')];
    const address = [{ givenName, familyName, regionCode: 'JP', postalCode: '150-0001' }];
    expect(pack({ address })).toThrow(RangeError);
  });
});

describe('the body for the do-not-reach list', () => {
  const body = (operation: 'add' | 'remove') =>
    JSON.parse(
      packDoNotReach(
        operation,
        [
          { email: [key('a')], phone: [key('b')] },
          { email: [], phone: [key('c')] },
        ],
        NOW,
      ).json.toString(),
    ) as unknown;

  it('is an operation a person, that expires under 13 months ahead and starts at once', () => {
    const expires_at = '2027-11-16T00:00:00Z';
    const users = [
      [{ email: [key('a')], phone_number: [key('b')] }],
      [{ phone_number: [key('c')] }],
    ];
    expect(body('add')).toEqual(
      users.map((each) => ({ operation_type: 'Update', params: { expires_at, users: each } })),
    );
    expect(body('remove')).toEqual(
      users.map((each) => ({ operation_type: 'Delete', params: { users: each } })),
    );
  });

  it('refuses a person too many and one without a key', () => {
    const people = Array.from({ length: x.doNotReach?.rows ?? 0 }, () => one);
    expect(packDoNotReach('add', people, NOW).count).toBe(2500);
    expect(() => packDoNotReach('add', [...people, one], NOW)).toThrow(RangeError);
    expect(() => packDoNotReach('add', [nobody], NOW)).toThrow(RangeError);
  });
});

describe('the settings', () => {
  it('take an account id as X writes it and refuse other spellings with a hint', () => {
    expect(x.settings.account.safeParse('18ce54d4x5t').success).toBe(true);
    for (const wrong of ['', 'act_123', '18CE54D4X5T', '18ce54d4x5t/', '123-456-7890']) {
      const parsed = x.settings.account.safeParse(wrong);
      expect(parsed.error?.issues[0]?.message, wrong).toContain('18ce54d4x5t');
    }
  });
});
