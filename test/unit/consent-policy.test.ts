import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readCountry } from '../../src/customer/index.ts';
import { ConsentSettings, resolveConsentPolicy } from '../../src/sync/consent-policy.ts';

/** The Union, Iceland, Liechtenstein and Norway, and their parts with codes of their own. */
const EEA =
  'AT AX BE BG CY CZ DE DK EE ES FI FR GF GP GR HR HU IE IS IT LI LT LU LV MF MQ MT NL NO PL PT RE RO SE SI SK YT'.split(
    ' ',
  );

type Answers = Readonly<Record<string, 'allow' | 'deny'>>;

/** The condition of screen.sql, with the three values of SQL's logic. */
function denied(unknown: Answers, country: string | null): boolean {
  const policy = resolveConsentPolicy({ unknown });
  const isIn = (countries: readonly string[]) => country !== null && countries.includes(country);
  return (
    isIn(policy.denyCountries) ||
    (policy.denyElsewhere && (country === null || !isIn(policy.allowCountries)))
  );
}

/** The same in words: a country, then the EEA, then elsewhere. */
function expected(unknown: Answers, country: string | null): boolean {
  const defaults: Answers = { EEA: 'deny', GB: 'deny', CH: 'deny', GI: 'deny', elsewhere: 'allow' };
  const answers: Answers = { ...defaults, ...unknown };
  if (country === 'ZZ') return true;
  const own = country === null ? undefined : answers[country];
  const region = country !== null && EEA.includes(country) ? answers['EEA'] : answers['elsewhere'];
  return (own ?? region) === 'deny';
}

const COUNTRIES = [...EEA, 'GB', 'CH', 'GI', 'JP', 'US', 'BR', 'XK', 'SJ'];
const answer = fc.constantFrom('allow' as const, 'deny' as const);
const answers = fc.dictionary(fc.constantFrom('EEA', 'elsewhere', ...COUNTRIES), answer, {
  maxKeys: 8,
  noNullPrototype: true,
});
const country = fc.constantFrom(null, 'ZZ', ...COUNTRIES);

describe('an unknown consent', () => {
  it('is a no in the EEA, the UK and Switzerland, and a yes elsewhere, where nothing is said', () => {
    expect(resolveConsentPolicy({})).toEqual({
      allowCountries: [],
      denyCountries: [...EEA, 'CH', 'GB', 'GI', 'ZZ'].sort(),
      denyElsewhere: false,
      limitedUse: { states: [], numbers: [], everyState: false },
    });
  });

  it('asks for countries by the codes that an import gives them', () => {
    const { denyCountries } = resolveConsentPolicy({});
    expect(denyCountries.filter((code) => readCountry(code) !== code)).toEqual([]);
    expect(denyCountries).toContain(readCountry('Atlantis'));
  });

  it('is what the country says before the EEA before elsewhere', () => {
    fc.assert(
      fc.property(answers, country, (unknown, code) => {
        expect(denied(unknown, code)).toBe(expected(unknown, code));
      }),
      { numRuns: 3000 },
    );
  });

  it.each<[Answers, string | null, boolean]>([
    [{ EEA: 'allow' }, 'FR', false],
    [{ EEA: 'allow' }, 'GF', false],
    [{ EEA: 'allow' }, 'GB', true],
    [{ EEA: 'allow', FR: 'deny' }, 'FR', true],
    [{ FR: 'allow' }, 'FR', false],
    [{ FR: 'allow' }, 'RE', true],
    [{ GB: 'allow' }, 'GB', false],
    [{ GB: 'allow' }, 'GI', true],
    [{ elsewhere: 'deny' }, 'JP', true],
    [{ elsewhere: 'deny' }, null, true],
    [{ elsewhere: 'deny', JP: 'allow' }, 'JP', false],
    [{ elsewhere: 'deny', EEA: 'allow' }, 'DE', false],
    [{ elsewhere: 'allow' }, 'DE', true],
    [{ JP: 'deny' }, 'JP', true],
    [{ JP: 'deny' }, null, false],
  ])('with %o is, for %s, a no: %s', (unknown, code, no) => {
    expect(denied(unknown, code)).toBe(no);
  });

  it('is a no for a country that could not be read, whatever is said', () => {
    fc.assert(
      fc.property(answers, (unknown) => {
        expect(denied(unknown, 'ZZ')).toBe(true);
      }),
    );
  });
});

describe('the policy as written', () => {
  const problems = (value: unknown) =>
    ConsentSettings.safeParse(value).error?.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  it('knows Norway from a no', () => {
    expect(ConsentSettings.parse(parse('unknown: { NO: deny }'))).toEqual({
      unknown: { NO: 'deny' },
    });
  });

  it('reads the same in any order', () => {
    const write = (unknown: Answers, limitedDataUse: string[]) =>
      JSON.stringify(ConsentSettings.parse({ unknown, limitedDataUse }));
    const written = write({ EEA: 'deny', CH: 'allow', JP: 'allow', elsewhere: 'deny' }, [
      'US-CA',
      'US-TX',
    ]);
    expect(
      write({ elsewhere: 'deny', JP: 'allow', EEA: 'deny', CH: 'allow' }, ['US-TX', 'US-CA']),
    ).toBe(written);
    expect(written).toBe(
      '{"unknown":{"EEA":"deny","CH":"allow","JP":"allow","elsewhere":"deny"},"limitedDataUse":["US-CA","US-TX"]}',
    );
  });

  it('is the same whether it says nothing or is not there', () => {
    for (const empty of [{}, { unknown: {} }, { limitedDataUse: [] }]) {
      expect(ConsentSettings.parse(empty)).toEqual({});
    }
  });

  it.each([
    ['UK', 'is not how a country is written here; write GB'],
    ['jp', 'is not how a country is written here; write JP'],
    ['Japan', 'is not how a country is written here; write JP'],
    ['QQ', 'is not a country; write EEA, elsewhere, or two letters of ISO 3166-1 such as JP'],
    ['eea', 'is not a country; write EEA, elsewhere, or two letters of ISO 3166-1 such as JP'],
    ['', 'is not a country; write EEA, elsewhere, or two letters of ISO 3166-1 such as JP'],
    ['ZZ', 'stands for countries that could not be read, where an unknown consent is always a no'],
  ])('does not take %s for a region', (key, message) => {
    expect(problems({ unknown: { [key]: 'deny' } })).toEqual([`unknown.${key}: ${message}`]);
  });

  it('takes allow and deny alone', () => {
    expect(problems({ unknown: { JP: 'yes' } })).toHaveLength(1);
    expect(problems({ unknown: { JP: true } })).toHaveLength(1);
  });
});

describe('limited data use', () => {
  const resolve = (limitedDataUse: string[]) =>
    resolveConsentPolicy(ConsentSettings.parse({ limitedDataUse })).limitedUse;

  it('names California by Meta’s number, and leaves finding other states to Meta', () => {
    expect(resolve(['US-TX', 'US-CA', 'US-DC'])).toEqual({
      states: ['ca', 'dc', 'tx'],
      numbers: [1000, 0, 0],
      everyState: false,
    });
  });

  it.each([[['US']], [['US', 'US-NY']]])('means all of them by %o', (areas) => {
    const { states, numbers, everyState } = resolve(areas);
    expect(everyState).toBe(true);
    expect(states).toHaveLength(51);
    expect(new Set(states).size).toBe(51);
    expect(numbers).toHaveLength(51);
    expect(numbers.filter((number) => number !== 0)).toEqual([1000]);
    expect(numbers[states.indexOf('ca')]).toBe(1000);
  });

  it.each([['CA'], ['us-ca'], ['US-ZZ'], ['US-'], ['JP'], ['US-CAL']])(
    'does not take %s for a state',
    (area) => {
      expect(ConsentSettings.safeParse({ limitedDataUse: [area] }).error?.issues).toMatchObject([
        { path: ['limitedDataUse', 0], message: 'must be US, or a US state such as US-CA' },
      ]);
    },
  );

  it('names a state once', () => {
    expect(
      ConsentSettings.safeParse({ limitedDataUse: ['US-CA', 'US-CA'] }).error?.issues,
    ).toMatchObject([{ path: ['limitedDataUse'], message: 'must name each state once' }]);
  });
});
