/** How commands speak: results on stdout, as JSON or as lines; everything else on stderr. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';

/** JSON of any result: big ids as text, dates as ISO. */
export function toJson(value: unknown): string {
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

/** One line a person can act on. Unexpected errors keep their stack, for whoever mends them. */
export function describeError(error: unknown): string {
  if (error instanceof RekindleError) return error.message;
  if (error instanceof ConnectorFailure) {
    return `${error.message} (${error.kind}, ${error.code})\n  What to do: ${error.nextStep}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The same for programs. */
export function errorJson(error: unknown): string {
  if (error instanceof RekindleError) {
    return toJson({ error: { code: error.code, message: error.message, ...error.details } });
  }
  if (error instanceof ConnectorFailure) {
    const { kind, code, message, nextStep } = error;
    return toJson({ error: { code: `platform.${kind}`, platformCode: code, message, nextStep } });
  }
  return toJson({
    error: { code: 'unexpected', message: error instanceof Error ? error.message : String(error) },
  });
}

const integer = new Intl.NumberFormat('en');

export function count(value: number): string {
  return integer.format(value);
}

/** A share as percent, with as many digits as the range it belongs to deserves. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** Rows under headings, numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumeric = headings.map((_, column) =>
    rows.every((row) => /^[-–+]?[\d,.]+(?: ?%)?$|^$|^–$/u.test(row[column] ?? '')),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(headings), ...rows.map(line)].join('\n');
}
