import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newUserList } from '../../connectors/google/audience.ts';
import { google } from '../../connectors/google/index.ts';
import { LIMITS, pack } from '../../connectors/google/pack.ts';
import { addressOf, batchOf, digestOf, people, person } from '../support/google-context.ts';
import { GRANTED, UNKNOWN } from '../support/member-consent.ts';

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

  it('states exactly what each member granted to each purpose, and claims nothing else', () => {
    const signal = fc.constantFrom('granted' as const, 'unknown' as const);
    const consent = fc.record({ adUserData: signal, adPersonalization: signal });
    fc.assert(
      fc.property(fc.array(consent, { minLength: 1, maxLength: 12 }), (answers) => {
        const members = answers.map((answer, n) => person(n, { consent: answer }));
        const body = pack('1234567890', batchOf(members));
        const stated = body.audienceMembers.map((member) => member.consent ?? body.consent ?? {});
        expect(stated).toEqual(
          answers.map((answer) =>
            Object.fromEntries(
              Object.entries(answer).flatMap(([field, said]) =>
                said === 'granted' ? [[field, 'CONSENT_GRANTED']] : [],
              ),
            ),
          ),
        );
        const each = body.audienceMembers.filter((member) => member.consent !== undefined);
        expect(body.consent === undefined || each.length === 0).toBe(true);
      }),
    );
  });

  it.each([
    [
      'both purposes',
      GRANTED,
      '"consent":{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"}',
    ],
    [
      'data alone',
      { ...UNKNOWN, adUserData: 'granted' as const },
      '"consent":{"adUserData":"CONSENT_GRANTED"}',
    ],
    [
      'ads alone',
      { ...UNKNOWN, adPersonalization: 'granted' as const },
      '"consent":{"adPersonalization":"CONSENT_GRANTED"}',
    ],
  ])('states %s once, for the request, where all members said so', (_, consent, bytes) => {
    const members = [person(1, { consent }), person(2, { consent })];
    const text = JSON.stringify(pack('1234567890', batchOf(members)));
    expect(text).toContain(`"encoding":"HEX",${bytes},"termsOfService"`);
    expect(text.match(/consent/g)).toHaveLength(1);
  });

  it('states nothing where nobody said anything', () => {
    const members = [person(1, { consent: UNKNOWN })];
    expect(JSON.stringify(pack('1234567890', batchOf(members)))).not.toContain('consent');
  });

  it('states consent by each member where they differ', () => {
    const half = { ...UNKNOWN, adUserData: 'granted' as const };
    const members = [person(1), person(2, { consent: half }), person(3, { consent: UNKNOWN })];
    const body = pack('1234567890', batchOf(members));
    expect(body.consent).toBeUndefined();
    expect(body.audienceMembers.map((member) => JSON.stringify(member.consent))).toEqual([
      '{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"}',
      '{"adUserData":"CONSENT_GRANTED"}',
      undefined,
    ]);
  });

  it('sends a name at an address with all of its four parts, in the same record', () => {
    const member = person(1, { phone: [], address: [addressOf(1)] });
    const [sent] = pack('1234567890', batchOf([member])).audienceMembers;
    expect(sent?.compositeData.userData.userIdentifiers).toEqual([
      { emailAddress: member.email[0] },
      {
        address: {
          givenName: digestOf('given name 1'),
          familyName: digestOf('family name 1'),
          regionCode: 'JP',
          postalCode: '150-0001',
        },
      },
    ]);
  });

  it('may carry ten identifiers of a member, five of a kind', () => {
    const most = person(1, {
      email: people(0, 4).flatMap(({ email }) => email),
      phone: people(0, 5).flatMap(({ phone }) => phone),
      address: [addressOf(1)],
    });
    const [sent] = pack('1234567890', batchOf([most])).audienceMembers;
    expect(sent?.compositeData.userData.userIdentifiers).toHaveLength(LIMITS.keysPerMember);
    const more = { ...most, address: [addressOf(1), addressOf(2)] };
    expect(() => pack('1234567890', batchOf([more]))).toThrow(RangeError);
  });

  it('sends neither consent nor terms with a removal', () => {
    const members = [person(1), person(2, { consent: UNKNOWN })];
    const text = JSON.stringify(pack('1234567890', batchOf(members, { operation: 'remove' })));
    expect(text).not.toMatch(/consent|terms/i);
  });

  it.each([
    ['one row too many', people(0, LIMITS.rows + 1)],
    ['a member without identifiers', [person(1, { email: [], phone: [] })]],
    ['six e-mails of one person', [person(1, { email: people(0, 6).flatMap((p) => p.email) })]],
    ['six addresses of one person', [person(1, { address: [1, 2, 3, 4, 5, 6].map(addressOf) })]],
    ['a mobile id', [person(1, { mobileId: ['4b61639e-47cc-4056-a16a-c8217e029462'] })]],
    ["an id of the advertiser's", [person(1, { externalId: ['c-1'] })]],
    ['an id of X', [person(1, { xId: [digestOf('1')] })]],
    ['a handle of X', [person(1, { xHandle: [digestOf('a')] })]],
  ])('refuses to send %s', (_, members) => {
    expect(() => pack('1234567890', batchOf(members))).toThrow(RangeError);
  });

  it.skipIf(!existsSync(SPEC))('has no field the spec lacks and every field it requires', () => {
    const spec = JSON.parse(readFileSync(SPEC, 'utf8')) as Spec;
    const mixed = [person(1, { address: [addressOf(1)] }), person(2, { consent: UNKNOWN })];
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
