/**
 * The phone numbers of the made-up world. Each has a possible length in its country, and none is
 * given to a person: subscriber numbers with a leading 0 (JP, KR, BR), the exchange 555 (US), the
 * unused area 01632 (GB), blocks reserved for films (DE: Bundesnetzagentur, FR: Arcep).
 * 080 is missing on purpose: 0800 is Japan's free-phone range.
 */
import type { Country } from './names.ts';
import { digits, pick } from './random.ts';
import type { Choices } from './random.ts';

interface Block {
  /** What its national numbers start with, without the trunk digit. */
  readonly prefix: string;
  /** How many digits people write between two hyphens. */
  readonly groups: readonly number[];
}

interface Plan {
  /** The country code. */
  readonly code: string;
  /** What stands before a number that is dialled inside the country. */
  readonly trunk: '0' | '';
  readonly blocks: Choices<Block>;
}

const PLANS: Readonly<Record<Country, Plan>> = {
  JP: plan('81', '0', [2, 4, 4], ['900', '700']),
  US: plan('1', '', [3, 3, 4], areas('555', '212 213 303 305 312 404 415 503 512 602 617 702 713')),
  GB: plan('44', '0', [4, 6], ['1632']),
  DE: plan('49', '0', [2, 5, 3], ['3023125', '4066969', '6990009', '8999998']),
  FR: plan('33', '0', [1, 2, 2, 2, 2], ['63998', '19900', '26191', '35301', '46571', '53649']),
  KR: plan('82', '0', [2, 4, 4], ['100']),
  BR: plan('55', '', [2, 5, 4], areas('900', '11 21 41 51')),
};

/** A phone number of that country in E.164; `block` and `subscriber` are draws in [0, 1). */
export function makePhone(country: Country, block: number, subscriber: number): string {
  const { code, blocks } = PLANS[country];
  const { prefix, groups } = pick(blocks, block);
  const length = groups.reduce((sum, size) => sum + size, 0);
  return `+${code}${prefix}${digits(length - prefix.length, subscriber)}`;
}

/** A number of `makePhone` cut into what people write: +81, 0, and 90 · 0123 · 4567. */
export function phoneParts(
  country: Country,
  phone: string,
): { readonly code: string; readonly trunk: '0' | ''; readonly groups: readonly string[] } {
  const { code, trunk, blocks } = PLANS[country];
  const national = phone.slice(1 + code.length);
  const block = blocks.find(({ prefix }) => national.startsWith(prefix)) ?? blocks[0];
  let from = 0;
  const groups = block.groups.map((size) => national.slice(from, (from += size)));
  return { code, trunk, groups };
}

function plan(
  code: string,
  trunk: Plan['trunk'],
  groups: readonly number[],
  prefixes: Choices<string>,
): Plan {
  const [first, ...rest] = prefixes;
  const block = (prefix: string): Block => ({ prefix, groups });
  return { code, trunk, blocks: [block(first), ...rest.map(block)] };
}

/** One prefix an area code. */
function areas(exchange: string, codes: string): Choices<string> {
  const [first = '', ...rest] = codes.split(' ').map((area) => `${area}${exchange}`);
  return [first, ...rest];
}
