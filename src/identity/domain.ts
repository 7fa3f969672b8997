/** Domains as mail systems know them: ASCII, lower case. */
import { domainToASCII } from 'node:url';

/** RFC 1035: 253 characters, labels of 63. The last label has a letter, so that 1.2.3.4 is none. */
const LONGEST = 253;
const ASCII_DOMAIN =
  /^(?:[\da-z](?:[\da-z-]{0,61}[\da-z])?\.)+(?=[\d-]*[a-z])[\da-z](?:[\da-z-]{0,61}[\da-z])?$/u;
const LETTERS = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * The ASCII form of a lowercase domain of two labels or more, undefined where it is none.
 *
 * A domain in other letters becomes its xn-- form (UTS 46), which is what mail systems keep and
 * what people who sign up to a platform with such an address are known by: forms in browsers
 * (HTML, "valid e-mail address" and `type=email`) hand it over so.
 */
export function asciiDomain(domain: string): string | undefined {
  if (domain.length > LONGEST) return undefined;
  if (ASCII_DOMAIN.test(domain)) return domain;
  const dotted = domain.replaceAll('。', '.');
  if (!LETTERS.test(dotted)) return undefined;
  const ascii = domainToASCII(dotted);
  return ascii.length <= LONGEST && ASCII_DOMAIN.test(ascii) ? ascii : undefined;
}

/** A domain and those above it that have two labels or more: mail.example.com, example.com. */
export function domainAndParents(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, first) => labels.slice(first).join('.'));
}
