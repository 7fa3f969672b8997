/**
 * Birth dates.
 *
 * Meta, DOBY, DOBM and DOBD: YYYY from 1900, MM and DD, each hashed by itself (Marketing API,
 * "Custom Audiences"). No clock is asked: a year to come matches nobody, and the year 2100 ends it.
 */
import { passDigests } from './already-hashed.ts';
import { isOfEra, yearOfEra } from './japanese-era.ts';
import { refuse } from './outcome.ts';
import type { Normalised } from './outcome.ts';
import type { Step } from './step.ts';
import { CLEANED, lowered, meant } from './text.ts';

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

/** The month of an English name or its first three letters, 1 to 12; undefined where it is none. */
function monthNamed(text: string): number | undefined {
  const name = text.replace(/^sept$/u, 'sep');
  const index = MONTHS.findIndex((month) => month === name || month.slice(0, 3) === name);
  return index === -1 ? undefined : index + 1;
}

/** The day, where there is one, as 1990-01-31. */
function dayOf(year: number, month: number, day: number): Normalised {
  if (year < 1900 || year > 2100 || month < 1 || month > 12) return refuse('impossible-date');
  if (day < 1 || day > daysIn(year, month)) return refuse('impossible-date');
  return `${year}-${two(month)}-${two(day)}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * A date with a time is a day only at midnight: 1990-01-30T15:00Z is a birthday on the 31st that
 * passed through a clock, and nothing says which.
 */
const MIDNIGHT = /(?:(?<=\d)t|\s+)0{1,2}:00(?::00(?:\.0+)?)?(?:\s*z|[+-]\d{2}:?\d{2})?$/u;

const dated: Step = {
  does: 'read the date',
  apply: (raw) => {
    const text = raw.replace(MIDNIGHT, '').replace(/\s*\([^()]*\)$/u, '');
    return (
      yearFirst(text) ?? ofEra(text) ?? dayFirst(text) ?? inWords(text) ?? refuse('not-a-date')
    );
  },
};

function yearFirst(text: string): Normalised | undefined {
  const parts =
    /^(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?$/u.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/u.exec(text);
  return parts === null ? undefined : dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

function ofEra(text: string): Normalised | undefined {
  const parts =
    /^(明治|大正|昭和|平成|令和|[mtshr])\s*(元|\d{1,2})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?$/u.exec(
      text,
    ) ?? /^([mtshr])(\d{2})(\d{2})(\d{2})$/u.exec(text);
  if (parts === null) return undefined;
  const [, era = '', eraYear = '', month, date] = parts;
  const year = yearOfEra(era, eraYear);
  if (year === undefined) return undefined;
  const day = dayOf(year, Number(month), Number(date));
  return typeof day !== 'string' || isOfEra(era, day) ? day : refuse('impossible-date');
}

/** Dots part day and month in the countries that use them (DIN 5008); slashes part either first. */
function dayFirst(text: string): Normalised | undefined {
  const parts = /^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})$/u.exec(text);
  if (parts === null) return undefined;
  const [first, second, year] = [Number(parts[1]), Number(parts[3]), Number(parts[4])];
  if (parts[2] === '.' || first > 12 || first === second) return dayOf(year, second, first);
  return second > 12 ? dayOf(year, first, second) : refuse('ambiguous-date');
}

function inWords(text: string): Normalised | undefined {
  const parts =
    /^(?<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?<month>[a-z]{3,9})\.?,?[\s-]+(?<year>\d{4})$/u.exec(
      text,
    ) ??
    /^(?<month>[a-z]{3,9})\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?<year>\d{4})$/u.exec(text);
  const month = monthNamed(parts?.groups?.['month'] ?? '');
  if (month === undefined) return undefined;
  return dayOf(Number(parts?.groups?.['year']), month, Number(parts?.groups?.['day']));
}

/** 1 January 1900 is what databases put where they must have a date. */
const known: Step = {
  does: 'leave out what stands for nothing',
  apply: (day) => (day === '1900-01-01' ? refuse('placeholder') : day),
};

const CLEAN: readonly Step[] = [...CLEANED, meant, passDigests, lowered];

/** To 1990-01-31. */
export const BIRTH_DATE_STEPS: readonly Step[] = [...CLEAN, dated, known];

/** The number that the digits between two places are. */
export function numberAt(digits: string, from: number, to: number): number {
  let number = 0;
  for (let index = from; index < to; index += 1) {
    number = number * 10 + digits.charCodeAt(index) - DIGIT_0;
  }
  return number;
}

const DIGIT_0 = 0x30;

/** The day as it is where it is written as we write it; the short form of the steps above. */
export function plainDay(raw: string): string | undefined {
  if (!/^\d{4}([-/])\d\d\1\d\d$/.test(raw)) return undefined;
  const date = dayOf(numberAt(raw, 0, 4), numberAt(raw, 5, 7), numberAt(raw, 8, 10));
  return typeof date === 'string' && date !== '1900-01-01' ? date : undefined;
}

/** A whole date, or the part alone, as a column of a file made for Meta holds it. */
function partSteps(does: string, from: number, to: number, alone: Step['apply']): readonly Step[] {
  const part: Step = {
    does,
    apply: (text, country) => {
      const day = dated.apply(text, country);
      if (typeof day === 'string') {
        const whole = known.apply(day, country);
        return typeof whole === 'string' ? whole.slice(from, to) : whole;
      }
      const own = alone(text, country);
      return typeof own === 'string' || !('reason' in day) || day.reason === 'not-a-date'
        ? own
        : day;
    },
  };
  return [...CLEAN, part];
}

export const META_YEAR_STEPS = partSteps('keep the year', 0, 4, (text) =>
  /^(?:19\d\d|20\d\d|2100)$/u.test(text) ? text : refuse('not-a-date'),
);

export const META_MONTH_STEPS = partSteps('keep the month in two digits', 5, 7, (text) => {
  const month = /^\d{1,2}$/u.test(text) ? Number(text) : (monthNamed(text) ?? 0);
  return month >= 1 && month <= 12 ? two(month) : refuse('not-a-date');
});

export const META_DAY_STEPS = partSteps('keep the day in two digits', 8, 10, (text) =>
  /^(?:0?[1-9]|[12]\d|3[01])$/u.test(text) ? two(Number(text)) : refuse('not-a-date'),
);
