import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explainValue, hashValue } from '../../src/identity/index.ts';
import type { Explained, HashedKeyRule } from '../../src/identity/index.ts';
import { GOOGLE, META, X, normalise } from '../../src/identity/rules.ts';
import type { Rule } from '../../src/identity/rules.ts';
import { walk } from '../../src/identity/step.ts';

const EMPTY = createHash('sha256').update('').digest('hex');
const COUNTRIES = ['JP', 'US', 'GB', 'DE', 'IT', 'RU', 'BR', 'SG', 'XX', 'ZZ'] as const;

const country = fc.option(fc.constantFrom(...COUNTRIES), { nil: null });

const charactersOf = (text: string) => fc.constantFrom(...text.split(''));

/** Any text, lone surrogates among it, and text of what the details of people are made of. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: charactersOf('+0123456789()-. －＋０９ー٣;x#=@:telex内線*~\u3000'),
    maxLength: 24,
  }),
  fc.string({
    unit: charactersOf(
      'aZ09.+@-_ ＠．ａＺß€ÄİΣςﬀ\u3000\u0301日ﾎﾞgmail<>"\'(),;=\u200b\ufeff\u017f\u212a',
    ),
    maxLength: 24,
  }),
  fc.string({
    unit: charactersOf('mrs. drJ,iiiMD\'"様さん殿-・ ー\u0301é９\u200dなし不明'),
    maxLength: 16,
  }),
  fc.string({ unit: charactersOf('0123456789-/.年月日昭和平成元STHマ:+ JanfebＭ'), maxLength: 14 }),
  fc
    .tuple(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('gmail.com', 'ｇmail.COM', '例え.jp'),
    )
    .map(([local, domain]) => `${local}@${domain}`),
  fc.string({ unit: charactersOf('0123456789abcdefABCDEF-'), minLength: 30, maxLength: 66 }),
);

const rules: readonly (readonly [name: string, rule: Rule])[] = Object.entries({
  meta: META,
  google: GOOGLE,
  x: X,
}).flatMap(([platform, table]) =>
  Object.entries(table).map(([name, rule]) => [`${platform} ${name}`, rule] as const),
);

/** What is wrong with an answer, undefined where it is as it must be. */
function problemOf({ sent }: Explained): string | undefined {
  if (!sent.ok) return sent.sentence.endsWith('.') ? undefined : 'no sentence';
  if ('plain' in sent) return sent.plain === '' ? 'an empty text' : undefined;
  const { normalised, digest } = sent;
  if (digest === EMPTY) return 'the digest of nothing';
  if (!/^[\da-f]{64}$/u.test(digest)) return 'not a digest';
  if (normalised === undefined) return undefined;
  const right = createHash('sha256').update(normalised).digest('hex');
  return digest === right ? undefined : 'another digest';
}

function textOf({ sent }: Explained): string | undefined {
  if (!sent.ok) return undefined;
  return 'plain' in sent ? sent.plain : sent.normalised;
}

describe.each(rules)('the rule of %s', (_, rule) => {
  it('answers to any text with what is sent of it, or a reason', () => {
    fc.assert(
      fc.property(anything, country, (raw, of) => {
        expect(problemOf(explainValue(raw, rule, of))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('has a short way that answers as its steps do, or not at all', () => {
    fc.assert(
      fc.property(anything, country, (raw, of) => {
        expect(normalise(rule, raw, of)).toEqual(walk(rule.steps, raw, of));
      }),
      { numRuns: 3000 },
    );
  });

  it('shows as its last step the text that it gives', () => {
    fc.assert(
      fc.property(anything, country, (raw, of) => {
        const explained = explainValue(raw, rule, of);
        const text = textOf(explained);
        const last = explained.steps.at(-1)?.text ?? raw;
        expect(text ?? last).toBe(last);
      }),
      { numRuns: 500 },
    );
  });
});

// Digits without their plus do not say whether they begin with a country code; see below.
describe.each(rules.filter(([name]) => name !== 'meta PHONE'))('the rule of %s', (_, rule) => {
  it('leaves what it normalised as it is', () => {
    fc.assert(
      fc.property(anything, country, (raw, of) => {
        const once = textOf(explainValue(raw, rule, of));
        if (once === undefined) return;
        expect(textOf(explainValue(once, rule, of)), JSON.stringify([raw, once])).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });
});

function normalisedOf(raw: string, rule: HashedKeyRule, of: string | null = null): string {
  const hashed = hashValue(raw, rule, of);
  if (!hashed.ok) throw new Error(`${rule} left out ${JSON.stringify(raw)}: ${hashed.reason}`);
  return hashed.normalised ?? '';
}

describe('a normalised value', () => {
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
        const text = e164.ok ? e164.normalised : e164.reason;
        const other = digits.ok ? digits.normalised : digits.reason;
        expect(e164.ok && text !== undefined ? `+${other}` : other).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });
});

const hyphen = fc.constantFrom(...'-‐‑‒–—―−ー－─➖⁃~〜_・. \u3000'.split(''), '', '\u200b');
const wide = (text: string): string =>
  text.replaceAll(/[!-~]/gu, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
const maybeWide = fc.constantFrom<(text: string) => string>((text) => text, wide);
const padding = fc.constantFrom('', ' ', '  ', '\u3000', '\t', '\u00a0', '\ufeff', '\u200b');
/** Not eight times the same digit nor zeros: nobody's, and refused for that. */
const subscriber = fc.stringMatching(/^[1-9]\d{5}[1-4][5-9]$/u);

describe('the spellings of one Japanese mobile number', () => {
  it('give one digest', () => {
    fc.assert(
      fc.property(
        subscriber,
        fc.constantFrom('70', '80', '90'),
        fc.constantFrom(
          '0',
          '+81',
          '+81 (0)',
          '+81-0',
          '81',
          '+0081',
          '010 81 ',
          '0081',
          'tel:+81',
        ),
        hyphen,
        maybeWide,
        padding,
        fc.constantFrom('', '携帯 ', '(携帯)', '自宅:', "'", '="'),
        fc.constantFrom('', ' 内線12', ' ext. 3', 'x123', '(妻)', '。', '"'),
        (number, area, prefix, dash, width, space, before, after) => {
          const digits = `${prefix}${area}${dash}${number.slice(0, 4)}${dash}${number.slice(4)}`;
          const spelt = `${space}${before}${width(digits)}${after}${space}`;
          expect(normalisedOf(spelt, 'phone_e164', 'JP')).toBe(`+81${area}${number}`);
          expect(normalisedOf(spelt, 'phone_digits', 'JP')).toBe(`81${area}${number}`);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('need no country where they name their own', () => {
    fc.assert(
      fc.property(
        subscriber,
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
  const local = fc.stringMatching(/^[b-z0-9][a-z0-9_-]{2,12}[0-9]$/u);
  const domain = fc.constantFrom('example.com', 'mail.example.co.jp', 'xn--wgv71a.jp');
  const caseOf = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.charAt(0).toUpperCase() + text.slice(1),
  );
  const around = fc.constantFrom<readonly [string, string]>(
    ['', ''],
    ['<', '>'],
    ['山田 太郎 <', '>'],
    ['"Taro, Y." <', '>'],
    ['mailto:', ''],
    ["'", ''],
    ['="', '"'],
    ['', ';'],
    ['', '。'],
    ['', '（自宅）'],
    ['\u200b', '\ufeff'],
  );

  it('give one digest under every rule', () => {
    fc.assert(
      fc.property(
        local,
        domain,
        caseOf,
        maybeWide,
        padding,
        around,
        (name, host, cased, width, space, [before, after]) => {
          const address = `${name}@${host}`;
          const spelt = `${space}${before}${width(cased(address))}${after}${space}`;
          expect(normalisedOf(spelt, 'email_plain')).toBe(address);
          expect(normalisedOf(spelt, 'email_google')).toBe(address);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('include Gmail’s dots and tags for Google, and for Google alone', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[b-z0-9]{3,12}[0-9]$/u),
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
