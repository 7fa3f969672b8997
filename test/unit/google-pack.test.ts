import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newUserList } from '../../connectors/google/audience.ts';
import { google } from '../../connectors/google/index.ts';
import { LIMITS, pack } from '../../connectors/google/pack.ts';
import { batchOf, digestOf, people, person } from '../support/google-context.ts';

const SPEC = '../shared/platforms/google-spec.json';

interface Spec {
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

describe('a batch on the wire to Google', () => {
  it('keeps the identifiers of one person in one record', () => {
    const member = person(1, { phone: [digestOf('+1'), digestOf('+2')] });
    expect(pack('1234567890', batchOf([member])).audienceMembers).toEqual([
      {
        compositeData: {
          userData: {
            userIdentifiers: [
              { emailAddress: member.email[0] },
              { phoneNumber: digestOf('+1') },
              { phoneNumber: digestOf('+2') },
            ],
          },
        },
      },
    ]);
  });

  it('states consent for exactly the members who granted it', () => {
    const consent = fc.constantFrom('granted' as const, 'unknown' as const);
    fc.assert(
      fc.property(fc.array(consent, { minLength: 1, maxLength: 12 }), (answers) => {
        const members = answers.map((answer, n) => person(n, { consent: answer }));
        const body = pack('1234567890', batchOf(members));
        const stated = body.audienceMembers.map((member) => member.consent ?? body.consent);
        expect(stated.map((value) => (value === undefined ? 'unknown' : 'granted'))).toEqual(
          answers,
        );
      }),
    );
  });

  it('sends neither consent nor terms with a removal', () => {
    const members = [person(1), person(2, { consent: 'unknown' })];
    const text = JSON.stringify(pack('1234567890', batchOf(members, { operation: 'remove' })));
    expect(text).not.toMatch(/consent|terms/i);
  });

  it.each([
    ['one row too many', people(0, LIMITS.rows + 1)],
    ['a member without identifiers', [person(1, { email: [], phone: [] })]],
    ['six e-mails of one person', [person(1, { email: people(0, 6).flatMap((p) => p.email) })]],
  ])('refuses to send %s', (_, members) => {
    expect(() => pack('1234567890', batchOf(members))).toThrow(RangeError);
  });

  it.skipIf(!existsSync(SPEC))('has no field the spec lacks and every field it requires', () => {
    const spec = JSON.parse(readFileSync(SPEC, 'utf8')) as Spec;
    const mixed = [person(1), person(2, { consent: 'unknown' })];
    const add = pack('1234567890', batchOf(mixed));
    const all = pack('1234567890', batchOf([person(1)]));
    const remove = pack('1234567890', batchOf(mixed, { operation: 'remove' }));
    expect(breaches(spec, 'IngestAudienceMembersRequest', add)).toEqual([]);
    expect(breaches(spec, 'IngestAudienceMembersRequest', all)).toEqual([]);
    expect(breaches(spec, 'RemoveAudienceMembersRequest', remove)).toEqual([]);
    expect(breaches(spec, 'UserList', newUserList({ name: 'A', key: 'k' }))).toEqual([]);
    expect(breaches(spec, 'RemoveAudienceMembersRequest', all)).not.toEqual([]);
  });
});

describe('the settings of the Google connector', () => {
  it.each([
    ['1234567890', '1234567890'],
    ['123-456-7890', '1234567890'],
    [' 1234567890 ', '1234567890'],
  ])('reads the account %j', (written, account) => {
    expect(google.settings.account.parse(written)).toBe(account);
  });

  it.each(['123456789', '12345678901', '12-3456-7890', 'act_123', ''])(
    'refuses the account %j',
    (written) => {
      expect(google.settings.account.safeParse(written).success).toBe(false);
    },
  );
});

/** Where a value departs from a message of the spec. */
function breaches(spec: Spec, message: string, value: object, path = message): string[] {
  const fields = spec.messages[message] ?? {};
  const unknown = Object.keys(value)
    .filter((name) => !(name in fields))
    .map((name) => `${path}.${name} is not in the spec`);
  const missing = Object.entries(fields)
    .filter(([name, type]) => type.includes('!required') && !(name in value))
    .map(([name]) => `${path}.${name} is required`);
  const deeper = Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const [word = '', enumName = ''] = (fields[name] ?? '').split(' ');
    if (word === 'enum') {
      const known = spec.enums[enumName.replace('[]', '')] ?? [];
      return known.some((entry) => entry.startsWith(`${String(inner)}=`))
        ? []
        : [`${path}.${name} has no value ${String(inner)}`];
    }
    const inside: unknown[] = Array.isArray(inner) ? inner : [inner];
    return inside.flatMap((one, index) =>
      typeof one === 'object' && one !== null
        ? breaches(spec, word.replace('[]', ''), one, `${path}.${name}[${index}]`)
        : [],
    );
  });
  return [...unknown, ...missing, ...deeper];
}
