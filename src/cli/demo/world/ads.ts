/** What the ads do to purchases in the made-up world: the truth that a measured lift must find. */
import { drawBasket, drawTaste } from './basket.ts';
import type { Purchase } from './basket.ts';
import { chance } from './random.ts';
import { stream } from './stream.ts';

const DAY = 86_400_000;

/** A purchase that would not have been without an ad. */
export type AdPurchase = Purchase;

export interface AdOptions {
  readonly seed: string;
  readonly asOf: Date;
  /** How many days after `asOf` the ads work. */
  readonly windowDays: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly reached: readonly Reached[];
}

export interface Reached {
  /** The name of the sync whose audience got the ads. */
  readonly sync: string;
  /** Who saw them: members of the audience that the platform found. */
  readonly customers: readonly string[];
  /** The chance, 0 to 1, that they move a customer to buy once more. */
  readonly effect: number;
}

/**
 * The purchases that the ads bring: at most one a sync and customer, at a moment between `asOf` and
 * the end of the window, never on its borders.
 */
export function adPurchases(options: AdOptions): AdPurchase[] {
  const { seed, reached } = options;
  return reached.flatMap(({ sync, customers, effect }) =>
    [...new Set(customers)]
      .filter((customer) => chance(seed, 'ad works', sync, customer) < effect)
      .map((customer) => adPurchase(options, sync, customer)),
  );
}

export interface TrueLift {
  /** Treated customers who bought in the window and would not have without this sync's ads. */
  readonly extraConverters: number;
  /** `extraConverters` per customer assigned to treatment; 0 where nobody was. */
  readonly lift: number;
}

/**
 * The lift that this sync's ads really have: purchases of somebody who bought anyway, or whom
 * another sync's ads moved as well, add no converter.
 */
export function trueLift(options: {
  readonly sync: string;
  readonly adPurchases: readonly AdPurchase[];
  /** Customers with a purchase in the window that no ad brought. */
  readonly baseConverters: ReadonlySet<string>;
  /** Customers assigned to this sync's treatment. */
  readonly assigned: number;
}): TrueLift {
  const moved = new Set<string>();
  const movedElsewhere = new Set<string>();
  for (const { purchase_id, customer_id } of options.adPurchases) {
    const here = purchase_id === adPurchaseId(options.sync, customer_id);
    (here ? moved : movedElsewhere).add(customer_id);
  }
  const extra = [...moved].filter(
    (customer) => !options.baseConverters.has(customer) && !movedElsewhere.has(customer),
  );
  const extraConverters = extra.length;
  return { extraConverters, lift: options.assigned === 0 ? 0 : extraConverters / options.assigned };
}

function adPurchase(
  { seed, asOf, windowDays, currency }: AdOptions,
  sync: string,
  customer: string,
): AdPurchase {
  const next = stream(seed, 'ad purchase', sync, customer);
  const inside = 1 + Math.floor(next() * (windowDays * DAY - 1));
  return {
    purchase_id: adPurchaseId(sync, customer),
    customer_id: customer,
    purchased_at: new Date(asOf.getTime() + inside).toISOString(),
    ...drawBasket(next, drawTaste(next), currency),
  };
}

function adPurchaseId(sync: string, customer: string): string {
  return `ad-${sync}-${customer}`;
}
