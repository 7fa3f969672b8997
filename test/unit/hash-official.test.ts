import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasherFor } from '../../src/services/hash-identifiers.ts';

/** Raw spelling → digest, as the platforms' own pages and test suites print them. */
const PRINTED: Readonly<
  Record<'meta' | 'google' | 'x', readonly (readonly [field: string, string, string])[]>
> = {
  // Marketing API and Conversions API, "Customer information parameters".
  meta: [
    [
      'email',
      'mary@example.com',
      'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79',
    ],
    [
      'email',
      'John_Smith@gmail.com',
      '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
    ],
    [
      'phone',
      '+1 (555) 987-6543',
      '1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e',
    ],
    ['phone', '1(650)555-1212', 'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'],
    ['FN', 'Mary', '6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec'],
    ['FN', '정', '8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14'],
    ['LN', 'Valéry', '08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c'],
    ['country', 'US', '79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621'],
  ],
  // Constants of the tests beside Google's Data Manager samples, and its quickstart's inputs.
  google: [
    [
      'email',
      'alexz@example.com',
      '509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a',
    ],
    [
      'email',
      ' AlexZ@Example.com ',
      '509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a',
    ],
    ['phone', '+1 800 5550100', 'fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30'],
    [
      'email',
      'dana@example.com',
      '07e2f1394b0ea80e2adca010ea8318df697001a005ba7452720edda4b0ce57b3',
    ],
    [
      'email',
      'danam@example.com',
      '1df6b43bc68dd38eca94e6a65b4f466ae537b796c81a526918b40ac4a7b906c7',
    ],
    [
      'email',
      'quinn@cymbalgroup.com',
      '05bb62526f091b45d20e243d194766cca8869137421047dc53fa4876d111a6f0',
    ],
    [
      'email',
      'Cloudy.SanFrancisco+shopping@gmail.com',
      '223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4',
    ],
    [
      'email',
      'user.name+NYC@Example.com',
      'f109a2a632fbcea5fc82049f50beed3d8621bf9034399f437fb622222acccdac',
    ],
  ],
  // Ads API, "Audience user data" and "Web conversions".
  x: [
    ['handle', '@AdsAPI', '49e0be2aeccfb51a8dee4c945c8a70a9ac500cf6f5cb08112575f74db9b1470d'],
    ['twitter_id', '143567', '617b8747525a154b1ecf75a42d883df00e0dd6d0f981bea57ac7bdce73e57eae'],
    [
      'device_id',
      '4B61639E-47CC-4056-A16A-C8217E029462',
      '225859d35b46df63b4fb381eb3f815b2ef4620bec0a79f2115a6a3eb71a5fa1a',
    ],
    ['email', 'support@x.com', '6afb3b8ba60b4050a492472f3c82294dede1ecc6319a9c420f776fd3bca2a381'],
    [
      'email',
      ' Taro@Example.co.jp',
      '6a187d7ed3f533984fb679301694279d7f3e712b863d10bd966264d746254715',
    ],
    ['phone', '+11234567890', '1fa6b8d986d9b9cd01bf36951815158bbde9f520c0567c835dfe34783d0a4231'],
    [
      'phone',
      '+81 90-1234-5678',
      '3d06a39d40790f11761295e053029378ae28c4b4f6f301693005e079f3d4ca64',
    ],
  ],
};

describe.each(['meta', 'google', 'x'] as const)('%s', (platform) => {
  it.each(PRINTED[platform])(
    'prints for the %s %s the digest that we give',
    (field, value, hash) => {
      expect(hasherFor(platform)({ field, value })).toMatchObject({ field, hash });
    },
  );
});

describe('Google’s normalisation pairs', () => {
  it.each([
    ['email', 'j.e.f..ferson.Loves.hiking@gmail.com', 'jeffersonloveshiking@gmail.com'],
    ['email', 'Cloudy.SanFrancisco+shopping@googlemail.com', 'cloudysanfrancisco@googlemail.com'],
    ['phone', '+44-113-496-0987', '+441134960987'],
    ['familyName', 'quinn, jr., dds', 'quinn'],
    ['givenName', ' Mr. Alex ', 'alex'],
    ['givenName', 'Alex Dr.', 'alex dr.'],
  ] as const)('give for the %s %s the text %s', (field, value, normalized) => {
    expect(hasherFor('google')({ field, value })).toMatchObject({ normalized });
  });
});

describe('what cannot be hashed', () => {
  it('gets a reason, never a digest', () => {
    const answer = hasherFor('x')({ field: 'phone', value: '090-1234-5678' });
    expect(answer).toMatchObject({ hash: '', error: expect.stringContaining('country') });
    expect(hasherFor('x')({ field: 'phone', value: '090-1234-5678', country: 'JP' })).toEqual({
      field: 'phone',
      hash: '3d06a39d40790f11761295e053029378ae28c4b4f6f301693005e079f3d4ca64',
      normalized: '+819012345678',
    });
  });

  it('includes values for a platform that there is not', () => {
    expect(() => hasherFor('myspace')({ field: 'email', value: 'a@b.example' })).toThrow(
      'there are',
    );
  });
});

const CASES = new URL('../../../shared/conformance/hash-cases.json', import.meta.url);

const Case = z.object({
  id: z.string(),
  platform: z.enum(['facebook', 'google', 'x']),
  field: z.string(),
  raw: z.string(),
  expected: z.string(),
  context: z.looseObject({ phone_country_code: z.string().optional() }).optional(),
  verdict: z.enum(['must-equal', 'must-differ']),
});

const present = existsSync(CASES);
const cases = present ? z.array(Case).parse(JSON.parse(readFileSync(CASES, 'utf8'))) : [];

describe.skipIf(!present)(
  'conformance cases (skipped where ../shared/conformance is absent)',
  () => {
    it('are all there', () => {
      const verdicts = cases.map(({ verdict }) => verdict);
      expect(verdicts.filter((verdict) => verdict === 'must-equal')).toHaveLength(160);
      expect(verdicts.filter((verdict) => verdict === 'must-differ')).toHaveLength(17);
    });

    it.each(cases)('$id: $platform $field $verdict', ({ platform, field, raw, ...row }) => {
      const country = row.context?.phone_country_code;
      const answer = hasherFor(platform)({
        field,
        value: raw,
        ...(country === undefined ? {} : { country }),
      });
      expect(answer.hash === row.expected, 'the digest equals the one of the case').toBe(
        row.verdict === 'must-equal',
      );
    });
  },
);
