/** Free text beside an answer: where it came from, or why. */
import { textOf } from './values.ts';

const MAX_NOTE = 200;
const ADDRESS = /[^\s<>()"',;:]+[@＠][^\s<>()"',;:]+/gu;
/** Nine digits or more from a plus or a zero on, with what stands between the digits of a phone. */
const PHONE = /(?<!\p{N})(?:[+＋]|[0０])\p{N}(?:[\s()（）‐‑–ー−－-]{0,2}\p{N}){7,}/gu;

/**
 * A note, cut to 200 characters; `fallback` where there is none. Notes are shown in lists and in the
 * audit trail, where no raw address or phone may be (DESIGN §5.1), so those are taken out of them.
 */
export function readNote(value: unknown, fallback: string): string;
export function readNote(value: unknown, fallback: null): string | null;
export function readNote(value: unknown, fallback: string | null): string | null {
  const note = textOf(value).replaceAll(ADDRESS, '[address]').replaceAll(PHONE, '[phone]');
  return note === '' ? fallback : note.slice(0, MAX_NOTE).toWellFormed();
}
