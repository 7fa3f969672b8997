/** The purchase log of a believable shop. */
import { drawBasket, drawTaste } from './basket.ts';
import type { Purchase } from './basket.ts';
import { beta, exponential, gamma, normal, stream } from './stream.ts';
import type { Stream } from './stream.ts';

const DAY = 86_400_000;
const DAYS_A_MONTH = 365.25 / 12;
const TOKYO_OFFSET = 9 * 3_600_000;

/**
 * How people buy: MBG/NBD (Batislam, Denizel and Filiztekin 2007). Everyone has a rate of their
 * own, gamma(shape, scale) purchases a day, and after each purchase drops out for good with a
 * chance of their own, beta(a, b). Loyal, lapsed and one-time customers follow from that.
 */
const RATE = { shape: 0.9, scale: 0.022 } as const;
const DROPOUT = { a: 0.9, b: 3.2 } as const;

/** The business grows a little: newer customers are more than older ones. */
const GROWTH = 0.85;

export interface ShopOptions {
  readonly seed: string;
  /** How many customers; each has at least one purchase before `asOf`. */
  readonly customers: number;
  readonly asOf: Date;
  /** How long before `asOf` the shop opened. */
  readonly monthsBefore: number;
  /** How many days after `asOf` the log goes on: what people do if no ad reaches them. */
  readonly daysAfter: number;
}

/** `c-000001` and on, in the order in which customers joined. */
export function customerId(number: number): string {
  return `c-${String(number).padStart(6, '0')}`;
}

/**
 * All purchases, customer by customer, drawn while they are read. What happened before `asOf` does
 * not depend on `daysAfter`.
 */
export function* demoPurchases(options: ShopOptions): Generator<Purchase, void, undefined> {
  const opening = options.asOf.getTime() - options.monthsBefore * DAYS_A_MONTH * DAY;
  const closing = options.asOf.getTime() + options.daysAfter * DAY;
  for (let number = 1; number <= options.customers; number += 1) {
    const next = stream(options.seed, 'purchases', customerId(number));
    const place = (number - 1 + next()) / options.customers;
    const joined = opening + place ** GROWTH * (options.asOf.getTime() - opening);
    yield* purchasesOf(number, next, { joined, opening, asOf: options.asOf.getTime(), closing });
  }
}

interface Times {
  readonly opening: number;
  readonly joined: number;
  readonly asOf: number;
  readonly closing: number;
}

/** The first purchase is the one that made them a customer; each may be the last. */
function* purchasesOf(number: number, next: Stream, times: Times): Generator<Purchase> {
  const gap = DAY / gamma(next, RATE.shape, RATE.scale);
  const dropout = beta(next, DROPOUT.a, DROPOUT.b);
  const taste = drawTaste(next);
  let order = 1;
  for (let at = times.joined; at <= times.closing; at += exponential(next, gap)) {
    yield {
      purchase_id: `p-${customerId(number).slice(2)}-${String(order).padStart(2, '0')}`,
      customer_id: customerId(number),
      purchased_at: new Date(inShopHours(at, next, times)).toISOString(),
      ...drawBasket(next, taste, 'JPY'),
    };
    if (next() < dropout) return;
    order += 1;
  }
}

/**
 * The same day in Tokyo, at an hour when people shop: around half past three. Where that would be
 * on the other side of a border of the log, the moment stays.
 */
function inShopHours(at: number, next: Stream, { opening, asOf, closing }: Times): number {
  const midnight = Math.floor((at + TOKYO_OFFSET) / DAY) * DAY - TOKYO_OFFSET;
  const hour = Math.min(23.5, Math.max(7, 15.5 + 4 * normal(next)));
  const moved = midnight + Math.floor(hour * 3_600) * 1_000;
  const crosses = moved < opening || moved > closing || moved <= asOf !== at <= asOf;
  return crosses ? at : moved;
}
