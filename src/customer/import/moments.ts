/** Dates and times as people and databases write them. */
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';
import { plain } from './values.ts';

export interface Moment {
  readonly ok: true;
  /** `YYYY-MM-DD HH:MM:SS.mmm`, with the offset behind it where the text has one. */
  readonly at: string;
  /** Whether an offset says which moment it is; else it is local to the import's time zone. */
  readonly exact: boolean;
}

const JAPANESE_DATE = /^(\d{4})年(\d{1,2})月(\d{1,2})日(?:\([日月火水木金土]\))?/;
const JAPANESE_TIME = /(\d{1,2})時(\d{1,2})分(?:(\d{1,2})秒)?/;
const FORM =
  /^(?<year>\d{4})([-/])(?<month>\d{1,2})\2(?<day>\d{1,2})(?:(?:T|\s+)(?<hour>\d{1,2}):(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?:[.,](?<fraction>\d{1,9}))?)?\s*(?<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Reads `2026-11-21`, `2026/11/21`, `20261121`, `2026年11月21日`, each with or without a time
 * (`T14:05`, ` 14:05:09.123`, `14時5分`), with or without an offset (`Z`, `+09:00`, `+0900`, `+09`).
 * Year first, always: 03/04/2026 is two days. Fractions are cut to milliseconds.
 */
export function readMoment(column: string, text: string): Moment | Fault {
  const groups = FORM.exec(westernForm(text))?.groups;
  if (groups === undefined) return fault('date-unreadable', column);
  const part = (name: string): number => Number(groups[name] ?? 0);
  const [year, month, day] = [part('year'), part('month'), part('day')];
  const [hour, minute, second] = [part('hour'), part('minute'), part('second')];
  const offset = readOffset(groups['offset']);
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59 || offset === undefined) {
    return fault('date-impossible', column);
  }
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  const time = `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}`;
  const fraction = (groups['fraction'] ?? '').slice(0, 3).padEnd(3, '0');
  return { ok: true, at: `${date} ${time}.${fraction}${offset}`, exact: offset !== '' };
}

function westernForm(text: string): string {
  const form = plain(text);
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(form);
  if (compact !== null) return compact.slice(1).join('-');
  if (!form.includes('年')) return form;
  return form
    .replace(JAPANESE_DATE, '$1-$2-$3 ')
    .replace(JAPANESE_TIME, (_, hour: string, minute: string, second: string | undefined) =>
      [hour, minute, second ?? '00'].join(':'),
    )
    .trim();
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year >= 1 && day >= 1 && day <= days;
}

/** '' for none, undefined for one that does not exist (the zones reach from -12:00 to +14:00). */
function readOffset(offset: string | undefined): string | undefined {
  if (offset === undefined) return '';
  if (!/^[+-]/.test(offset)) return '+00:00';
  const hours = offset.slice(1, 3);
  const minutes = offset.slice(3).replace(':', '') || '00';
  return Number(hours) > 14 || Number(minutes) > 59
    ? undefined
    : `${offset.charAt(0)}${hours}:${minutes}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
