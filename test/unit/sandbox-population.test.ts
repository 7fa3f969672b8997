import { describe, expect, it } from 'vitest';
import {
  keysIn,
  MATCH_RATES,
  readMatchRates,
  seededPopulation,
  storedKeys,
  StoredKeys,
  usersBehind,
} from '../../connectors/sandbox/population.ts';
import { sha256 } from '../support/people.ts';

const KEYS = Array.from({ length: 10_000 }, (_, n) => sha256(`person-${n}@example.jp`));
const RATES = { email: 0.6, phone: 0.45, other: 0.3 };

describe('a seeded population', () => {
  it.each([
    ['email', 0.6],
    ['phone', 0.45],
    ['mobile_id', 0.3],
    [undefined, 0.3],
  ] as const)('knows keys of the kind %s at the rate %d', (kind, rate) => {
    const people = seededPopulation({ seed: 'a', rates: RATES });
    const share = KEYS.filter((key) => people.find('meta', key, kind) !== undefined).length / 1e4;
    // 4 standard deviations of a share of 10,000.
    expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / 1e4));
  });

  it('is the same in every process, and another one under another seed', () => {
    const users = (seed: string) => {
      const people = seededPopulation({ seed, rates: RATES });
      return KEYS.slice(0, 500).map((key) => people.find('x', key, 'email'));
    };
    expect(users('a')).toEqual(users('a'));
    expect(users('b')).not.toEqual(users('a'));
    // Worked out apart from the code: a journal of last week meets the same people.
    const people = seededPopulation({ seed: 'a', rates: RATES });
    const known = [0, 1, 2, 3, 4, 5, 6, 7].filter((n) => people.find('x', KEYS[n] ?? '', 'email'));
    expect(known).toEqual([0, 3, 4, 5, 6, 7]);
  });

  it('differs by platform, and has a user of its own for each key', () => {
    const people = seededPopulation({ seed: 'a', rates: { other: 1 } });
    const users = KEYS.flatMap((key) => [people.find('meta', key), people.find('google', key)]);
    expect(new Set(users).size).toBe(20_000);
    const half = seededPopulation({ seed: 'a', rates: { other: 0.5 } });
    const knows = (platform: string) => KEYS.filter((key) => half.find(platform, key));
    expect(knows('meta')).not.toEqual(knows('google'));
  });

  it('lets a user who was registered be found by all of their keys, and gives no digest away', () => {
    const people = seededPopulation({ seed: 'a', rates: { other: 1 } });
    const [email = '', phone = '', other = ''] = KEYS;
    people.register('meta', 'u-1', [email, phone]);
    expect([email, phone].map((key) => people.find('meta', key, 'email'))).toEqual(['u-1', 'u-1']);
    expect(people.find('google', email)).not.toBe('u-1');
    expect(people.find('meta', other)).not.toContain(other.slice(0, 8));
  });

  it('finds everybody at 1 and nobody at 0', () => {
    const people = seededPopulation({ seed: 'a', rates: { email: 1, other: 0 } });
    expect(KEYS.every((key) => people.find('meta', key, 'email'))).toBe(true);
    expect(KEYS.some((key) => people.find('meta', key, 'phone'))).toBe(false);
  });
});

describe('keys in a journal', () => {
  const keys = [
    { kind: 'external_id', value: 'c,1' },
    { kind: 'email', value: 'a' },
    { kind: 'email', value: 'b' },
    { kind: 'profile', value: 'a|b' },
  ] as const;

  it('come back with their kinds, by JSON', () => {
    const stored = StoredKeys.parse(JSON.parse(JSON.stringify(storedKeys(keys))));
    expect(stored).toEqual({ external_id: ['c,1'], email: ['a', 'b'], profile: ['a|b'] });
    expect(new Set(keysIn(stored))).toEqual(new Set(keys));
    expect([...keysIn(storedKeys([]))]).toEqual([]);
  });

  it('come back without kinds where they were written so', () => {
    const plain = StoredKeys.parse(['email', 'c,1']);
    expect([...keysIn(plain, { phone: ['p'] })]).toEqual([
      { kind: undefined, value: 'email' },
      { kind: undefined, value: 'c,1' },
      { kind: 'phone', value: 'p' },
    ]);
  });

  it('are refused under a kind that there is not', () => {
    expect(StoredKeys.safeParse({ fax: ['a'] }).success).toBe(false);
  });
});

describe('the users behind keys', () => {
  it('are found by kind, each once, and by the rate of the rest where there is no kind', () => {
    const people = seededPopulation({ seed: 'a', rates: { email: 1, phone: 0, other: 1 } });
    people.register('x', 'ann', ['a', 'b']);
    const users = (kind: 'email' | 'phone' | undefined) =>
      usersBehind(
        people,
        'x',
        ['a', 'b', 'c'].map((value) => ({ kind, value })),
      );
    expect([...users('phone')]).toEqual(['ann']);
    expect([...users('email')]).toEqual(['ann', expect.stringMatching(/^x:/)]);
    expect(users(undefined)).toEqual(users('email'));
  });
});

describe('match rates as people write them', () => {
  it('replace the defaults of the kinds that are named', () => {
    expect(readMatchRates('email=0.7')).toEqual({ ...MATCH_RATES, email: 0.7 });
    expect(readMatchRates('phone=1, other=0,mobile_id=.5')).toEqual({
      email: 0.5,
      phone: 1,
      other: 0,
      mobile_id: 0.5,
    });
  });

  it.each([
    '',
    'email',
    'email=',
    'email=1.1',
    'email=-1',
    'email=60%',
    'e-mail=0.5',
    'email=0.5=1',
  ])('are refused with what to write: "%s"', (text) => {
    expect(readMatchRates(text)).toEqual({ problem: expect.stringContaining('email=0.6') });
  });
});
