/** Where the demo's customers and purchases come from: made up, or a log of one's own. */
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DEMO_SEED, demoCustomerIds } from './accounts.ts';
import { LIFT_WINDOW_DAYS, convertersOf, readPurchaseLog } from './purchase-log.ts';
import { asRecorded, demoPurchases, makePerson } from './world/index.ts';

const DAY_MS = 86_400_000;
const MONTHS_BEFORE = 24;

/** Where the made-up shop is. */
export const SHOP_TIMEZONE = 'Asia/Tokyo';

export interface DemoSource {
  /** What the story says about it. */
  readonly description: string;
  /** Keeps one source's data apart from another's. */
  readonly key: string;
  readonly asOf: Date;
  readonly currency: string;
  /** IANA zone of the source's days. */
  readonly timezone: string;
  readonly customerIds: readonly string[];
  /** Customers who buy within the window after as-of, ads or none. */
  readonly converters: ReadonlySet<string>;
  readonly customers: () => Readable;
  readonly purchases: () => Readable;
  readonly purchaseFormat: 'csv' | 'ndjson';
  readonly purchaseColumns: Readonly<Record<string, string>>;
}

/** A made-up shop. */
export function madeUpSource(options: {
  readonly customers: number;
  readonly asOf: Date;
}): DemoSource {
  const { customers, asOf } = options;
  const customerIds = [...demoCustomerIds(customers)];
  const purchases = () =>
    demoPurchases({
      seed: DEMO_SEED,
      customers,
      asOf,
      monthsBefore: MONTHS_BEFORE,
      daysAfter: LIFT_WINDOW_DAYS,
    });
  const converters = new Set<string>();
  const until = asOf.getTime() + LIFT_WINDOW_DAYS * DAY_MS;
  for (const purchase of purchases()) {
    const at = Date.parse(purchase.purchased_at);
    if (at > asOf.getTime() && at <= until) converters.add(purchase.customer_id);
  }
  return {
    description: 'a made-up Japanese shop',
    key: `demo_${customers}_${asOf.toISOString().slice(0, 10).replaceAll('-', '')}`,
    asOf,
    currency: 'JPY',
    timezone: SHOP_TIMEZONE,
    customerIds,
    converters,
    customers: () => contactLines(customerIds),
    purchases: () => ndjson(purchases()),
    purchaseFormat: 'ndjson',
    purchaseColumns: {},
  };
}

/**
 * A purchase log in CSV, whose customers get made-up contact details.
 *
 * @param asOf left out: the log's last day less the window, so that the window has purchases in it
 */
export async function logSource(options: {
  readonly file: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly asOf: Date | undefined;
  readonly timezone: string;
}): Promise<DemoSource> {
  const { file, columns } = options;
  const log = await readPurchaseLog(file, columns, options.timezone);
  const asOf = options.asOf ?? new Date(log.last - LIFT_WINDOW_DAYS * DAY_MS);
  return {
    description: `the purchase log ${basename(file)}, its customers given made-up contact details`,
    key: keyOf(resolve(file), columns, asOf),
    asOf,
    currency: 'USD',
    timezone: options.timezone,
    customerIds: log.customers,
    converters: convertersOf(log, asOf),
    customers: () => contactLines(log.customers),
    purchases: () => createReadStream(file),
    purchaseFormat: 'csv',
    purchaseColumns: columns,
  };
}

/** One database for one log read in one way at one moment: nothing of another is mixed in. */
function keyOf(file: string, columns: Readonly<Record<string, string>>, asOf: Date): string {
  const named = JSON.stringify([file, Object.keys(columns), Object.values(columns), asOf]);
  return `demo_${createHash('sha256').update(named).digest('hex').slice(0, 12)}`;
}

function contactLines(ids: readonly string[]): Readable {
  function* records(): Iterable<object> {
    for (const id of ids) yield asRecorded(DEMO_SEED, makePerson(DEMO_SEED, id));
  }
  return ndjson(records());
}

/** Lines in chunks, since a stream of single lines spends its time on streaming. */
export function ndjson(records: Iterable<object>): Readable {
  function* chunks(): Iterable<string> {
    let lines: string[] = [];
    for (const record of records) {
      lines.push(JSON.stringify(record));
      if (lines.length < 500) continue;
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
  return Readable.from(chunks(), { objectMode: false });
}
