import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IDENTITY_RULES, hashValue } from '../../src/identity/index.ts';
import type { HashedValue, IdentityRule } from '../../src/identity/index.ts';

const RULES = Object.values(IDENTITY_RULES).flat();
const EMPTY = createHash('sha256').update('').digest('hex');
const COUNTRIES = ['JP', 'US', 'GB', 'DE', 'IT', 'RU', 'BR', 'SG', 'jp', 'XX', ''] as const;

const country = fc.option(fc.constantFrom(...COUNTRIES), { nil: null });

const charactersOf = (text: string) => fc.constantFrom(...text.split(''));

/** Any text, lone surrogates among it, and text of what contact details are made of. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({ unit: charactersOf('+0123456789()-. －＋０９ー٣;x#=@:telex'), maxLength: 24 }),
  fc.string({
    unit: charactersOf('aZ09.+@-_ ＠．ａＺß€ÄİΣςﬀ\u3000\u0301日ﾎﾞgmail'),
    maxLength: 24,
  }),
  fc
    .tuple(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('gmail.com', 'ｇmail.COM'),
    )
    .map(([local, domain]) => `${local}@${domain}`),
);

function normalisedOf(raw: string, rule: IdentityRule, of: string | null = null): string {
  const hashed = hashValue(raw, rule, of);
  if (!hashed.ok) throw new Error(`${rule} left out ${JSON.stringify(raw)}: ${hashed.reason}`);
  return hashed.normalised;
}

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;
const FORMS: Readonly<Record<IdentityRule, RegExp>> = {
  email_plain: ADDRESS,
  email_google: ADDRESS,
  phone_e164: /^\+[1-9]\d{4,14}$/u,
  phone_digits: /^[1-9]\d{4,14}$/u,
};

/** What is wrong with an answer, undefined where it is as it must be. */
function problemOf(hashed: HashedValue, form: RegExp): string | undefined {
  if (!hashed.ok) return hashed.sentence.endsWith('.') ? undefined : 'no sentence';
  const { normalised, digest } = hashed;
  if (!form.test(normalised)) return `"${normalised}" is not of its form`;
  if (digest === EMPTY) return 'the digest of nothing';
  const right = createHash('sha256').update(normalised).digest('hex');
  return digest === right ? undefined : 'another digest';
}

describe.each(RULES)('%s', (rule) => {
  it('answers to any text with a digest of its normalised form, or a reason', () => {
    fc.assert(
      fc.property(anything, country, (raw, of) => {
        expect(problemOf(hashValue(raw, rule, of), FORMS[rule])).toBeUndefined();
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a normalised value', () => {
  it.each(['email_plain', 'email_google', 'phone_e164'] as const)('is its own %s', (rule) => {
    fc.assert(
      fc.property(anything, country, country, (raw, of, other) => {
        const once = hashValue(raw, rule, of);
        const twice = once.ok ? hashValue(once.normalised, rule, other) : once;
        expect(twice).toEqual(once);
      }),
      { numRuns: 5000 },
    );
  });

  it('is its own e-mail where letters compose in lower case alone', () => {
    for (const letter of ['\u03aa\u0301', '\u03d4\u0301', '\u1fbc\u0345', '\u0130', '\u1e9e']) {
      const once = normalisedOf(`${letter}@example.gr`, 'email_plain');
      expect(normalisedOf(once, 'email_plain')).toBe(once);
    }
  });

  it('is the same phone with and without its plus', () => {
    fc.assert(
      fc.property(anything, country, (raw, of) => {
        const e164 = hashValue(raw, 'phone_e164', of);
        const digits = hashValue(raw, 'phone_digits', of);
        expect(digits.ok ? `+${digits.normalised}` : digits).toEqual(
          e164.ok ? e164.normalised : e164,
        );
      }),
      { numRuns: 5000 },
    );
  });
});

const hyphen = fc.constantFrom('-', '‐', '‑', '–', '−', 'ー', '－', ' ', '\u3000', '');
const wide = (text: string): string =>
  text.replaceAll(/[!-~]/gu, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
const maybeWide = fc.constantFrom<(text: string) => string>((text) => text, wide);
const padding = fc.constantFrom('', ' ', '  ', '\u3000', '\t', '\u00a0');

describe('the spellings of one Japanese mobile number', () => {
  it('give one digest', () => {
    const digits = fc.stringMatching(/^[1-9]\d{7}$/u);
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom('70', '80', '90'),
        fc.constantFrom('0', '+81', '+81 (0)', '+81-0', '81', '+0081', '010 81 '),
        hyphen,
        maybeWide,
        padding,
        (number, area, prefix, dash, width, space) => {
          const spelt = `${space}${width(`${prefix}${area}${dash}${number.slice(0, 4)}${dash}${number.slice(4)}`)}${space}`;
          expect(normalisedOf(spelt, 'phone_e164', 'JP')).toBe(`+81${area}${number}`);
          expect(normalisedOf(spelt, 'phone_digits', 'JP')).toBe(`81${area}${number}`);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('need no country where they name their own', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[1-9]\d{7}$/u),
        fc.constantFrom('+81', '81', '0081', '+81(0)', '+0081'),
        hyphen,
        (number, prefix, dash) => {
          const spelt = `${prefix}90${dash}${number}`;
          expect(normalisedOf(spelt, 'phone_e164', null)).toBe(`+8190${number}`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the spellings of one address', () => {
  const local = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,12}$/u);
  const domain = fc.constantFrom('example.com', 'mail.example.co.jp', 'xn--wgv71a.jp');
  const caseOf = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.charAt(0).toUpperCase() + text.slice(1),
  );

  it('give one digest under every rule', () => {
    fc.assert(
      fc.property(local, domain, caseOf, maybeWide, padding, (name, host, cased, width, space) => {
        const address = `${name}@${host}`;
        const spelt = `${space}${width(cased(address))}${space}`;
        expect(normalisedOf(spelt, 'email_plain')).toBe(address);
        expect(normalisedOf(spelt, 'email_google')).toBe(address);
      }),
      { numRuns: 1000 },
    );
  });

  it('include Gmail’s dots and tags for Google, and for Google alone', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9]{3,12}$/u),
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom('', '+news', '+a.b+c'),
        fc.constantFrom('gmail.com', 'googlemail.com'),
        (name, at, tag, host) => {
          const spelt = `${name.slice(0, at)}.${name.slice(at)}${tag}@${host}`;
          expect(normalisedOf(spelt, 'email_google')).toBe(`${name}@${host}`);
          expect(normalisedOf(spelt, 'email_plain')).toBe(spelt);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keep dots and tags elsewhere', () => {
    const spelt = 'first.last+news@example.com';
    expect(normalisedOf(spelt, 'email_google')).toBe(spelt);
  });
});
