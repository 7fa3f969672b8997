/** What Meta is sent of each kind of key, of profiles and of limited data use, cell by cell. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../connectors/connector.ts';
import { meta } from '../../connectors/meta/index.ts';
import { LIMITS, requireWithinLimits } from '../../connectors/meta/limits.ts';
import { receiptOf } from '../../connectors/meta/receipt.ts';
import { KEY_COLUMNS, keysOf, rowsOf } from '../../connectors/meta/rows.ts';
import { tableOf } from '../../connectors/meta/table.ts';
import { PROFILE_COLUMNS } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';
import { digest, everyKind } from '../support/meta-destination.ts';

const MADID = '4b61639e-47cc-4056-a16a-c8217e029462';
const nobody: Member = { email: [], phone: [], consent: GRANTED };
const table = (operation: 'add' | 'remove', ...members: Member[]) =>
  tableOf(rowsOf({ operation, members }));

describe('a request to Meta', () => {
  it.each<[string, Partial<Member>, readonly string[], readonly string[]]>([
    ['an e-mail', { email: [digest('e')] }, ['EMAIL', 'PHONE'], [digest('e'), '']],
    ['a phone', { phone: [digest('p')] }, ['EMAIL', 'PHONE'], ['', digest('p')]],
    ['a mobile id', { mobileId: [MADID] }, ['EMAIL', 'PHONE', 'MADID'], ['', '', MADID]],
    ['an id of ours', { externalId: ['c-1'] }, ['EMAIL', 'PHONE', 'EXTERN_ID'], ['', '', 'c-1']],
  ])('names %s in its own column, alike to add and to remove', (_, keys, schema, row) => {
    const member = { ...nobody, ...keys };
    expect(table('add', member)).toEqual({ schema, data: [row] });
    expect(table('remove', member)).toEqual({ schema, data: [row] });
  });

  it('adds the first key of each kind with the profile, and each further key on a row alone', () => {
    const member = {
      ...nobody,
      email: [digest('e1'), digest('e2')],
      phone: [digest('p')],
      externalId: ['c-1'],
      profile: { LN: digest('ln'), FN: digest('fn'), GEN: digest('f') },
    };
    expect(table('add', member)).toEqual({
      schema: ['EMAIL', 'PHONE', 'EXTERN_ID', 'FN', 'LN', 'GEN'],
      data: [
        [digest('e1'), digest('p'), 'c-1', digest('fn'), digest('ln'), digest('f')],
        [digest('e2'), '', '', '', '', ''],
      ],
    });
  });

  it('removes by one key a row and says nothing else of the person', () => {
    const person = everyKind('a');
    const { schema, data } = table('remove', person);
    expect(schema).toEqual(KEY_COLUMNS);
    expect(data).toEqual([
      [person.email[0], '', '', ''],
      ['', person.phone[0], '', ''],
      ['', '', person.mobileId?.[0], ''],
      ['', '', '', person.externalId?.[0]],
    ]);
  });

  it('sends nobody by their profile alone', () => {
    const profile = { FN: digest('fn'), LN: digest('ln') };
    expect(rowsOf({ operation: 'add', members: [{ ...nobody, profile }] })).toEqual([]);
  });

  it('has every column at most once, in one order, and each row as wide as the schema', () => {
    const order = (
      'EMAIL PHONE MADID EXTERN_ID FN LN CT ST ZIP COUNTRY DOBY DOBM DOBD GEN ' +
      'DATA_PROCESSING_OPTIONS DATA_PROCESSING_OPTIONS_COUNTRY DATA_PROCESSING_OPTIONS_STATE'
    ).split(' ');
    const member = fc.record({
      keys: fc.subarray([...KEY_COLUMNS], { minLength: 1 }),
      profile: fc.subarray([...PROFILE_COLUMNS]),
      state: fc.option(fc.constantFrom(0, 1000), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 8 }), (people) => {
        const members = people.map(({ keys, profile, state }, person): Member => ({
          email: keys.includes('EMAIL') ? [digest(`e${person}`)] : [],
          phone: keys.includes('PHONE') ? [digest(`p${person}`)] : [],
          mobileId: keys.includes('MADID') ? [MADID] : [],
          externalId: keys.includes('EXTERN_ID') ? [`c-${person}`] : [],
          profile: Object.fromEntries(profile.map((column) => [column, digest(column)])),
          consent: { ...GRANTED, ...(state === undefined ? {} : { limitedUseState: state }) },
        }));
        const { schema, data } = table('add', ...members);
        expect(schema).toEqual(order.filter((column) => schema.includes(column)));
        expect(data).toHaveLength(members.length);
        expect(data.every((row) => row.length === schema.length)).toBe(true);
        for (const [column, name] of schema.entries()) {
          if (name === 'EMAIL' || name === 'PHONE' || name.startsWith('DATA_')) continue;
          expect(data.some((row) => row[column] !== '')).toBe(true);
        }
      }),
    );
  });
});

describe('limited data use on Meta', () => {
  const inState = (name: string, limitedUseState: number): Member => ({
    ...nobody,
    email: [digest(name), digest(`${name} too`)],
    consent: { ...GRANTED, limitedUseState },
  });

  it('is said on every row of the person, and denied for everybody beside them', () => {
    const elsewhere = { ...nobody, email: [digest('c')] };
    expect(table('add', inState('a', 1000), inState('b', 0), elsewhere)).toEqual({
      schema: [
        'EMAIL',
        'PHONE',
        'DATA_PROCESSING_OPTIONS',
        'DATA_PROCESSING_OPTIONS_COUNTRY',
        'DATA_PROCESSING_OPTIONS_STATE',
      ],
      data: [
        [digest('a'), '', ['LDU'], 1, 1000],
        [digest('a too'), '', ['LDU'], 1, 1000],
        [digest('b'), '', ['LDU'], 1, 0],
        [digest('b too'), '', ['LDU'], 1, 0],
        [digest('c'), '', [], 0, 0],
      ],
    });
  });

  it('is no matter of a removal', () => {
    expect(table('remove', inState('a', 1000)).schema).toEqual(['EMAIL', 'PHONE']);
  });
});

describe('the limits of a batch for Meta', () => {
  const given = (member: Partial<Member>) => () =>
    requireWithinLimits({ members: [{ ...nobody, ...member }], operation: 'add' });
  const most = everyKind('a');
  const [givenName, familyName] = [digest('g'), digest('f')];

  it('take four keys of a person, whatever their kinds', () => {
    const keys = KEY_COLUMNS.flatMap((column) => keysOf(most, column));
    expect(keys).toHaveLength(LIMITS.keysPerMember);
    expect(given(most)).not.toThrow();
  });

  it.each<[string, Partial<Member>]>([
    ['a fifth key', { ...most, email: [...most.email, digest('one more')] }],
    ['a fifth key that is plain', { ...most, externalId: ['c-1', 'c-2'] }],
    ['a third key of a kind', { mobileId: ['a', 'b', 'c'] }],
    ['a blank key', { externalId: [''] }],
    ['a handle of X', { xHandle: [digest('h')] }],
    ['an id of X', { xId: [digest('i')] }],
    ['an address', { address: [{ givenName, familyName, regionCode: 'JP', postalCode: '1' }] }],
  ])('do not take %s', (_, member) => {
    expect(given(member)).toThrow(RangeError);
  });

  it('keep a removal of the most keys of every mix within 10,000 rows', () => {
    const members = Array.from({ length: meta.limits.rows }, (_, person) =>
      everyKind(`person ${person}`),
    );
    expect(rowsOf({ operation: 'remove', members })).toHaveLength(10_000);
    expect(rowsOf({ operation: 'add', members })).toHaveLength(2500);
  });
});

describe('the receipt of a batch with plain ids', () => {
  const members = ['1', '2'].map((externalId): Member => ({
    ...nobody,
    externalId: [externalId],
    profile: { GEN: digest('f') },
  }));
  const rows = rowsOf({ operation: 'add', members });
  const said = (samples: unknown) =>
    receiptOf(2, rows, {
      session_id: '1',
      num_received: 2,
      num_invalid_entries: 1,
      invalid_entry_samples: samples,
    });

  it('rejects the person whose id is a sample', () => {
    expect(said({ '0': '2' })).toMatchObject({
      accepted: 1,
      rejected: [{ code: 'INVALID_ENTRY', count: 1 }],
      unknown: 0,
    });
  });

  it('takes neither the number of a sample nor a profile that many share for an id', () => {
    for (const samples of [{ '1': 'no such id' }, ['12'], { '0': digest('f') }]) {
      expect(said(samples)).toMatchObject({ accepted: 0, rejected: [], unknown: 2 });
    }
  });
});
