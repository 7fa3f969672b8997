/**
 * Raw rows → keys and profiles, beside the floor: hashing the same normalised strings with
 * `crypto.hash` alone. Both run in turn, several times each; medians are compared.
 */
import { hash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { domainAndParents } from '../src/identity/domain.ts';
import { computeIdentity } from '../src/identity/index.ts';
import type { Contact } from '../src/customer/index.ts';
import { BIRTH_DATE, GOOGLE, META, normalise } from '../src/identity/rules.ts';
import type { Rule } from '../src/identity/rules.ts';
import { personAt } from './people.ts';

const ROWS_TIMED = 100_000;
const ROUNDS = 7;
const SIZES = [100_000, 1_000_000];
/** Rows at a time, as `refreshIdentities` reads them. */
const PAGE = 5_000;

/** Prints the memory at two sizes, rows a second, and the ratio to the floor. */
export function benchIdentity(print: (line: string) => void): void {
  print(`identity: rows of 8 fields and a country, ${PAGE} at a time`);
  for (const size of SIZES) print(`  ${size.toLocaleString('en')} rows: ${memoryOf(size)}`);
  const rounds = Array.from({ length: ROUNDS }, timeBoth);
  const ours = median(rounds.map((round) => round.ours));
  const floor = median(rounds.map((round) => round.floor));
  const strings = (rounds[0]?.strings ?? 0) / ROWS_TIMED;
  print(`  medians of ${ROUNDS} rounds of ${ROWS_TIMED.toLocaleString('en')} rows, in turn:`);
  print(`  raw rows to keys   ${rate(ours)} rows/s`);
  print(`  hashing alone      ${rate(floor)} rows/s (${strings.toFixed(1)} strings a row)`);
  print(`  ratio              ${(ours / floor).toFixed(2)} (at most 2.00)`);
}

/** Milliseconds of each for the same rows, page by page, so that both meet the same machine. */
function timeBoth(): { ours: number; floor: number; strings: number } {
  const total = { ours: 0, floor: 0, strings: 0 };
  for (let from = 0; from < ROWS_TIMED; from += PAGE) {
    const people = afresh(pageFrom(from));
    total.ours += timed(() => {
      for (const person of people) computeIdentity(person);
    });
    const texts = afresh(people.flatMap(textsOf));
    total.strings += texts.length;
    total.floor += timed(() => {
      for (const text of texts) hash('sha256', text, 'hex');
    });
  }
  return total;
}

function pageFrom(from: number): Contact[] {
  return Array.from({ length: PAGE }, (_, offset) => personAt(from + offset));
}

/** Strings that nothing has looked at yet, as they come from a database. */
function afresh<T>(rows: T): T {
  return deserialize(serialize(rows)) as T;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Every normalised string whose digest is in the result, each once a person. */
function textsOf(person: Contact): string[] {
  const { country } = person;
  const values: (readonly [Rule, string | null | undefined])[] = [
    [META.EMAIL, person.emails[0]],
    [GOOGLE.email, person.emails[0]],
    [GOOGLE.phone, person.phones[0]],
    [META.PHONE, person.phones[0]],
    [META.FN, person.firstName],
    [META.LN, person.lastName],
    [GOOGLE.givenName, person.firstName],
    [GOOGLE.familyName, person.lastName],
    [META.CT, person.city],
    [META.ST, person.region],
    [META.ZIP, person.postalCode],
    [META.COUNTRY, country],
  ];
  const texts = values.flatMap(([rule, raw]) => {
    const value = normalise(rule, raw ?? '', country);
    return typeof value === 'string' ? [value] : [];
  });
  const address = texts[0] ?? '';
  const domains = domainAndParents(address.slice(address.lastIndexOf('@') + 1));
  const day = normalise(BIRTH_DATE, person.birthDate ?? '', country);
  const parts = typeof day === 'string' ? day.split('-') : [];
  return [...new Set([...texts, ...domains, ...parts])];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rate(ms: number): string {
  return Math.round((ROWS_TIMED / ms) * 1000)
    .toLocaleString('en')
    .padStart(9);
}

/** Rows are made a page at a time and let go, so that what grows is what identity keeps. */
function memoryOf(size: number): string {
  let peak = 0;
  for (let from = 0; from < size; from += PAGE) {
    for (const person of pageFrom(from)) computeIdentity(person);
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  return `peak ${(peak / 2 ** 20).toFixed(0)} MB`;
}
