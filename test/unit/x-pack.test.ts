import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import { MAX_BODY_BYTES, packUsers } from '../../connectors/x/pack.ts';
import type { Digest } from '../../src/identity/types.ts';

const NOW = new Date('2026-11-01T00:00:00.987Z');
const DAY = 24 * 60 * 60 * 1000;
const key = (digit: string) => digit.repeat(64) as Digest;
const keys = (count: number) => Array.from({ length: count }, () => key('a'));
const most: Member = {
  email: keys(x.limits.keysPerKind),
  phone: keys(x.limits.keysPerKind),
  consent: 'granted',
};
const bodyOf = (members: readonly Member[], operation: 'add' | 'remove') =>
  JSON.parse(packUsers({ members, operation }, NOW).toString()) as unknown;

describe('the body of a users request', () => {
  it('is one Update with an explicit expiry and only the kinds that a person has', () => {
    const members: Member[] = [
      { email: [key('a')], phone: [key('b'), key('c')], consent: 'granted' },
      { email: [], phone: [key('d')], consent: 'unknown' },
    ];
    expect(bodyOf(members, 'add')).toEqual([
      {
        operation_type: 'Update',
        params: {
          expires_at: '2027-11-16T00:00:00Z',
          users: [
            { email: [key('a')], phone_number: [key('b'), key('c')] },
            { phone_number: [key('d')] },
          ],
        },
      },
    ]);
  });

  it('is one Delete without times for a removal', () => {
    const members: Member[] = [{ email: [key('a')], phone: [], consent: 'granted' }];
    expect(bodyOf(members, 'remove')).toEqual([
      { operation_type: 'Delete', params: { users: [{ email: [key('a')] }] } },
    ]);
  });

  it('expires over 12 and under 13 months ahead, whatever the day', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }),
        (now) => {
          const text = packUsers({ members: [most], operation: 'add' }, now).toString();
          const expires = Date.parse(/"expires_at":"([^"]+)"/.exec(text)?.[1] ?? '');
          // The shortest 13 months are 393 days; the longest 12 are 366.
          expect(expires - now.getTime()).toBeGreaterThan(366 * DAY);
          expect(expires - now.getTime()).toBeLessThan(393 * DAY);
          expect(x.limits.memberLifetimeDays).toBe(Math.round((expires - now.getTime()) / DAY));
        },
      ),
    );
  });

  it('never passes the byte limit at the most rows and keys, and wastes less than one person', () => {
    const members = Array.from({ length: x.limits.rows }, () => most);
    const bytes = packUsers({ members, operation: 'add' }, NOW).length;
    expect(bytes).toBeLessThanOrEqual(MAX_BODY_BYTES);
    const onePerson = JSON.stringify({ email: most.email, phone_number: most.phone }).length + 1;
    expect(bytes).toBeGreaterThan(MAX_BODY_BYTES - 2 * onePerson);
  });

  it('refuses, before anything is sent, a person too many, a key too many, and nobody', () => {
    const pack = (members: readonly Member[]) => () =>
      packUsers({ members, operation: 'add' }, NOW);
    const tooMany = Array.from({ length: x.limits.rows + 1 }, () => most);
    expect(pack(tooMany)).toThrow(RangeError);
    expect(pack([{ ...most, email: keys(x.limits.keysPerKind + 1) }])).toThrow(RangeError);
    expect(pack([{ email: [], phone: [], consent: 'granted' }])).toThrow(RangeError);
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
