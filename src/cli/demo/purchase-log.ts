/** A purchase log of one's own, read once for who is in it and what they do after as-of. */
import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { RekindleError } from '../../errors.ts';
import { parseAsOf } from '../../infra/clock.ts';

export const LIFT_WINDOW_DAYS = 28;
const DAY_MS = 86_400_000;

export interface PurchaseLog {
  /** Customer ids, in the order of their first line. */
  readonly customers: readonly string[];
  /** Each purchase's customer, by position in `customers`, and its moment in epoch milliseconds. */
  readonly purchases: readonly { readonly customer: number; readonly at: number }[];
  /** The latest moment in the log. */
  readonly last: number;
}

/**
 * Reads the ids and dates of a CSV log. Lines that the import will reject anyway are passed over.
 *
 * @throws RekindleError `file.unreadable`, `input.invalid` where a mapped column is missing.
 */
export async function readPurchaseLog(
  file: string,
  columns: Readonly<Record<string, string>>,
  timezone: string,
): Promise<PurchaseLog> {
  const idColumn = columns['customer_id'] ?? 'customer_id';
  const atColumn = columns['purchased_at'] ?? 'purchased_at';
  const positions = new Map<string, number>();
  const moments = new Map<string, number | undefined>();
  const purchases: { customer: number; at: number }[] = [];
  let last = Number.NEGATIVE_INFINITY;
  try {
    const rows: AsyncIterable<Record<string, string>> = pipeline(
      createReadStream(file),
      parse({ columns: true, bom: true, skip_records_with_error: true, trim: true }),
      () => {},
    );
    for await (const row of rows) {
      const id = row[idColumn];
      const at = row[atColumn];
      if (id === undefined || at === undefined) throw missingColumn(file, row, idColumn, atColumn);
      // A log has few days and many lines, and asking for a day's bounds is slow.
      if (!moments.has(at)) moments.set(at, momentOf(at, timezone));
      const moment = moments.get(at);
      if (id === '' || moment === undefined) continue;
      let customer = positions.get(id);
      if (customer === undefined) positions.set(id, (customer = positions.size));
      purchases.push({ customer, at: moment });
      last = Math.max(last, moment);
    }
  } catch (error) {
    if (error instanceof RekindleError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw new RekindleError('file.unreadable', `${file} cannot be read as CSV (${code}).`);
  }
  if (purchases.length === 0) {
    throw new RekindleError('input.invalid', `${file} holds no purchase that can be read.`);
  }
  return { customers: [...positions.keys()], purchases, last };
}

/** The customers who buy within the window after `asOf` without any ad. */
export function convertersOf(log: PurchaseLog, asOf: Date): Set<string> {
  const from = asOf.getTime();
  const until = from + LIFT_WINDOW_DAYS * DAY_MS;
  const converters = new Set<string>();
  for (const { customer, at } of log.purchases) {
    const id = log.customers[customer];
    if (id !== undefined && at > from && at <= until) converters.add(id);
  }
  return converters;
}

/** A date stands for its first moment, as the import takes it. */
function momentOf(text: string, timezone: string): number | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/u.test(text);
  if (day) {
    const end = parseAsOf(text, timezone);
    return end === undefined ? undefined : end.getTime() - DAY_MS + 1;
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function missingColumn(
  file: string,
  row: Record<string, string>,
  ...wanted: string[]
): RekindleError {
  const missing = wanted.filter((column) => row[column] === undefined);
  return new RekindleError(
    'input.invalid',
    `${file} has no column ${missing.join(', ')}; it has ${Object.keys(row).join(', ')}. Map them: --columns customer_id=…,purchased_at=…,amount=…`,
  );
}
