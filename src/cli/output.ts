/** How commands speak: results on stdout, as JSON or as lines; everything else on stderr. */
import stringWidth from 'string-width';
import { reportError } from '../services/problem.ts';

/** JSON of any result: big ids as text, dates as ISO; nothing of what is undefined. */
export function toJson(value: unknown): string {
  if (value === undefined) return '';
  return JSON.stringify(
    value,
    (_key, field: unknown) => (typeof field === 'bigint' ? String(field) : field),
    2,
  );
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** What a person can act on. Unexpected errors keep their stack, for whoever mends them. */
export function describeError(error: unknown): string {
  const { message, nextStep, platformCode, stack } = reportError(error);
  if (stack !== undefined) return stack;
  const code = platformCode === undefined ? '' : ` (${platformCode})`;
  return `${message}${code}${nextStep === undefined ? '' : `\n  What to do: ${nextStep}`}`;
}

/** The same for programs. */
export function errorJson(error: unknown): string {
  const { stack: _stack, ...report } = reportError(error);
  return toJson({ error: report });
}

const integer = new Intl.NumberFormat('en');

export function count(value: number): string {
  return integer.format(value);
}

/** A number with its noun: 1 customer, 2 customers. */
export function countOf(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share as percent, with as many digits as the range it belongs to deserves. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** Rows under headings, numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(
      ...[heading, ...rows.map((row) => row[column] ?? '')].map((cell) => stringWidth(cell)),
    ),
  );
  const isNumeric = headings.map((_, column) =>
    rows.every((row) => /^[-–+]?[\d,.]+(?: ?%)?$|^$|^–$/u.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        // A character of Japanese is two cells wide.
        const room = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
        return isNumeric[column] === true ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd();
  return [line(headings), ...rows.map(line)].join('\n');
}
