import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import { newUserList } from '../../connectors/google/audience.ts';
import { google } from '../../connectors/google/index.ts';
import { LIMITS, pack } from '../../connectors/google/pack.ts';
import type { Digest } from '../../src/identity/types.ts';
import {
  addressOf,
  batchOf,
  digestOf,
  googleContext,
  people,
  person,
} from '../support/google-context.ts';
import { breaches, readGoogleSpec } from '../support/google-spec.ts';
import { GRANTED, UNKNOWN } from '../support/member-consent.ts';

const CONTEXT = googleContext();
const spec = readGoogleSpec();

describe('a batch on the wire to Google', () => {
  it('keeps the identifiers of one person in one record', () => {
    const member = person(1, { phone: [digestOf('+1'), digestOf('+2')] });
    expect(pack(CONTEXT, batchOf([member])).audienceMembers).toEqual([
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
        const body = pack(CONTEXT, batchOf(members));
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
    const text = JSON.stringify(pack(CONTEXT, batchOf(members)));
    expect(text).toContain(`"encoding":"HEX",${bytes},"termsOfService"`);
    expect(text.match(/consent/g)).toHaveLength(1);
  });

  it('states nothing where nobody said anything', () => {
    const members = [person(1, { consent: UNKNOWN })];
    expect(JSON.stringify(pack(CONTEXT, batchOf(members)))).not.toContain('consent');
  });

  it('states consent by each member where they differ', () => {
    const half = { ...UNKNOWN, adUserData: 'granted' as const };
    const members = [person(1), person(2, { consent: half }), person(3, { consent: UNKNOWN })];
    const body = pack(CONTEXT, batchOf(members));
    expect(body.consent).toBeUndefined();
    expect(body.audienceMembers.map((member) => JSON.stringify(member.consent))).toEqual([
      '{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"}',
      '{"adUserData":"CONSENT_GRANTED"}',
      undefined,
    ]);
  });

  it('sends a name at an address with all of its four parts, in the same record', () => {
    const member = person(1, { phone: [], address: [addressOf(1)] });
    const [sent] = pack(CONTEXT, batchOf([member])).audienceMembers;
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
    const [sent] = pack(CONTEXT, batchOf([most])).audienceMembers;
    expect(sent?.compositeData.userData.userIdentifiers).toHaveLength(LIMITS.keysPerMember);
    const more = { ...most, address: [addressOf(1), addressOf(2)] };
    expect(() => pack(CONTEXT, batchOf([more]))).toThrow(RangeError);
  });

  it('sends neither consent nor terms with a removal', () => {
    const members = [person(1), person(2, { consent: UNKNOWN })];
    const text = JSON.stringify(pack(CONTEXT, batchOf(members, { operation: 'remove' })));
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
    expect(() => pack(CONTEXT, batchOf(members))).toThrow(RangeError);
  });

  it.skipIf(spec === undefined)('has no field the spec lacks and every field it requires', () => {
    const found = (message: string, body: object) =>
      spec === undefined ? [] : breaches(spec, message, body, 'request');
    const mixed = [person(1, { address: [addressOf(1)] }), person(2, { consent: UNKNOWN })];
    const add = pack(CONTEXT, batchOf(mixed));
    const all = pack(CONTEXT, batchOf([person(1)]));
    const remove = pack(CONTEXT, batchOf(mixed, { operation: 'remove' }));
    expect(found('IngestAudienceMembersRequest', add)).toEqual([]);
    expect(found('IngestAudienceMembersRequest', all)).toEqual([]);
    expect(found('RemoveAudienceMembersRequest', remove)).toEqual([]);
    expect(found('UserList', newUserList({ name: 'A', key: 'k' }))).toEqual([]);
    expect(found('RemoveAudienceMembersRequest', all)).not.toEqual([]);
  });

  it.each(['jp', 'JPN', 'Japan', 'ZZ', 'QQ', 'AN', 'SU', 'UK', 'XK', 'EU', '', digestOf('JP')])(
    'leaves out an address in %j, which is no region',
    (regionCode) => {
      const bad = { ...addressOf(1), regionCode };
      const member = person(1, { phone: [], address: [bad, addressOf(2)] });
      for (const operation of ['add', 'remove'] as const) {
        const [sent] = pack(CONTEXT, batchOf([member], { operation })).audienceMembers;
        expect(sent?.compositeData.userData.userIdentifiers).toEqual([
          { emailAddress: member.email[0] },
          { address: addressOf(2) },
        ]);
      }
    },
  );

  it.each([
    ' 150-0001',
    '150 -0001',
    '〒150-0001',
    '',
    '-',
    'n/a',
    digestOf('150-0001'),
    'A - A',
    'A-A',
    'none',
    'HM FX',
  ])(
    'names who has only an address with %j, which is no postal code, and throws before sending',
    (postalCode) => {
      const alone = person(1, { email: [], phone: [], address: [{ ...addressOf(1), postalCode }] });
      const attempt = () => pack(CONTEXT, batchOf([person(2), alone, person(3), alone]));
      expect(attempt).toThrow(ConnectorFailure);
      try {
        attempt();
      } catch (error) {
        expect(error).toMatchObject({
          kind: 'invalid',
          code: 'INVALID_POSTAL_CODE',
          culprits: [1, 3].map((position) => ({ position, code: 'INVALID_POSTAL_CODE' })),
        });
        if (postalCode.length > 2) expect(String(error)).not.toContain(postalCode);
      }
    },
  );

  it.each([
    ...['150-0001', '94045', '94043-1351', 'SW1A 1AA', 'K1A 0B1', '1'].map((code) => ['JP', code]),
    ['BM', 'HM FX'],
  ])('sends the postal code %j %j as it is', (regionCode, postalCode) => {
    const address = { ...addressOf(1), regionCode, postalCode };
    const member = person(1, { email: [], phone: [], address: [address] });
    const [sent] = pack(CONTEXT, batchOf([member])).audienceMembers;
    expect(sent?.compositeData.userData.userIdentifiers).toEqual([{ address }]);
  });

  it.each([
    ['plain', 'someone@example.com'],
    ['in capitals', digestOf('a').toUpperCase()],
    ['too long', `${digestOf('a')}00`],
    ['of the empty string', digestOf('')],
  ])('refuses to send a key that is %s, without showing it', (_, text) => {
    const key = text as Digest;
    const slips = [
      person(1, { email: [key] }),
      person(1, { phone: [key] }),
      person(1, { address: [{ ...addressOf(1), givenName: key }] }),
      person(1, { address: [{ ...addressOf(1), familyName: key }] }),
    ];
    for (const slip of slips) {
      const attempt = () => pack(CONTEXT, batchOf([slip]));
      expect(attempt).toThrow(RangeError);
      expect(attempt).not.toThrow(key);
    }
  });

  it('names a manager account beside the account, digits alone', () => {
    const context = googleContext({ options: { loginAccount: '999-888-7777' } });
    expect(pack(context, batchOf([person(1)])).destinations).toEqual([
      {
        operatingAccount: { accountType: 'GOOGLE_ADS', accountId: '1234567890' },
        loginAccount: { accountType: 'GOOGLE_ADS', accountId: '9998887777' },
        productDestinationId: '7000000001',
      },
    ]);
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
