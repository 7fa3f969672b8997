/** One value at a time through a platform's rule: why does this person not match. */
import { z } from 'zod';
import { PLATFORMS, findConnector } from '../../connectors/registry.ts';
import { UNKNOWN_COUNTRY, readCountry } from '../customer/index.ts';
import { RekindleError } from '../errors.ts';
import {
  IDENTIFIER_KINDS,
  countryOfCallingCode,
  explainValue,
  rulesOf,
} from '../identity/index.ts';
import type { Explained, Rule, Trace } from '../identity/index.ts';

export { IDENTIFIER_KINDS };

export const HashRequest = z.object({
  /** A column of an import, or the platform's own name of the value, in any case. */
  field: z.string(),
  value: z.union([z.string(), z.number().transform(String)]),
  /** A country as an import reads it, or a calling code such as +44. */
  country: z.string().optional(),
});
export type HashRequest = z.infer<typeof HashRequest>;

/** `steps` is there where it was asked for: what each rule made of the value. */
export type HashAnswer = { readonly field: string | null; readonly steps?: readonly Trace[] } & (
  | {
      readonly hash: string;
      /** What the digest is of; absent where the value was a digest already. */
      readonly normalized?: string;
      /** What to know of the digest before comparing it. */
      readonly warning?: string;
    }
  /** A value that the platform takes unhashed. */
  | { readonly hash: ''; readonly plain: string }
  /** A value of which the platform takes several parts, each hashed by itself. */
  | { readonly hash: ''; readonly parts: readonly HashAnswer[] }
  | { readonly hash: ''; readonly error: string }
);

/** Other names of the same thing, in lower case. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  google: {
    emailaddress: 'email',
    phonenumber: 'phone',
    firstname: 'givenName',
    lastname: 'familyName',
  },
  x: { phonenumber: 'phone_number' },
};

/** Meta's name, which was the company's before. */
const PLATFORM_ALIASES: Readonly<Record<string, string>> = { facebook: 'meta' };

const COUNTRY_MISSING =
  'Meta’s rule for a number without a country code; Rekindle never uploads this digest, since abroad the same digits may be a stranger’s. Give the country.';
const ALREADY_HASHED = 'The value was a SHA-256 digest already and is passed through as it is.';

/**
 * How a platform hashes: for each value the digest that it would get, or why it would get none.
 *
 * @throws RekindleError `not-found` for an unknown platform.
 */
export function hasherFor(
  platform: string,
  options: { readonly explain: boolean } = { explain: false },
): (request: HashRequest) => HashAnswer {
  const id = PLATFORM_ALIASES[platform] ?? platform;
  const connector = findConnector(id);
  const rules = rulesOf(id);
  if (connector === undefined || rules === undefined) {
    throw new RekindleError(
      'not-found',
      `"${platform}" is not a platform; there are ${PLATFORMS.join(', ')}.`,
    );
  }
  return ({ field, value, country }) => {
    const found = rulesFor(field, rules, ALIASES[id] ?? {});
    if (found === undefined) return unknownField(Object.keys(rules));
    const at = countryOf(country);
    if (at === UNKNOWN_COUNTRY) return { field, hash: '', error: NO_COUNTRY };
    const answers = found.map(([name, rule]) =>
      answer(found.length === 1 ? field : name, explainValue(value, rule, at), options.explain),
    );
    const [first, ...others] = answers;
    if (first === undefined) {
      return { field, hash: '', error: `${connector.title} does not take ${field}.` };
    }
    if (others.length === 0) return first;
    return 'error' in first ? { ...first, field } : { field, hash: '', parts: answers };
  };
}

const NO_COUNTRY =
  'The country is none that is known: write two letters such as JP, a name, or a calling code such as +81.';

/** The answer to what is no request; it says nothing of what was there, which may be personal. */
export function unknownField(names: readonly string[] = []): HashAnswer {
  const fields = [...new Set<string>([...IDENTIFIER_KINDS, ...names])].join(', ');
  return {
    field: null,
    hash: '',
    error: `Not a request: {"field": "email", "value": "…"} is one; a field is one of ${fields}.`,
  };
}

type NamedRule = readonly [name: string, rule: Rule];

/** The rules of a field: several for Meta's birth date, none for what the platform does not take. */
function rulesFor(
  field: string,
  rules: Readonly<Record<string, Rule>>,
  aliases: Readonly<Record<string, string>>,
): readonly NamedRule[] | undefined {
  const asked = field.trim().toLowerCase();
  const named = (aliases[asked.replaceAll('_', '')] ?? asked).toLowerCase();
  const own = Object.entries(rules).filter(([name]) => name.toLowerCase() === named);
  if (own.length > 0) return own;
  const kind = IDENTIFIER_KINDS.find((known) => known === asked);
  if (kind === undefined) return undefined;
  const ofKind = Object.entries(rules).filter(([, rule]) => rule.kind === kind);
  // Meta's FI is a part of its FN, and FN comes first.
  return kind === 'birth_date' ? ofKind : ofKind.slice(0, 1);
}

/** Read as an import reads it, so that the answer is about what would be sent. */
function countryOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const dialled = countryOfCallingCode(text);
  if (dialled !== undefined) return dialled;
  return readCountry(text);
}

function answer(field: string, explained: Explained, explain: boolean): HashAnswer {
  const { sent, steps, countryMissing } = explained;
  const rest = { field, ...(explain ? { steps } : {}) };
  if (!sent.ok) return { ...rest, hash: '', error: `${sent.reason}: ${sent.sentence}` };
  if ('plain' in sent) return { ...rest, hash: '', plain: sent.plain };
  const { digest: hash, normalised } = sent;
  if (normalised === undefined) return { ...rest, hash, warning: ALREADY_HASHED };
  return {
    ...rest,
    hash,
    normalized: normalised,
    ...(countryMissing ? { warning: COUNTRY_MISSING } : {}),
  };
}
