/** What one purchase holds. */
import { gamma, normal, poisson } from './stream.ts';
import type { Stream } from './stream.ts';
import { pick } from './random.ts';
import type { Choices } from './random.ts';

/** A line of the purchases' import, under its own column names. */
export interface Purchase {
  readonly purchase_id: string;
  readonly customer_id: string;
  /** ISO 8601, UTC. */
  readonly purchased_at: string;
  /** Of the whole line, in units of the currency. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly quantity: number;
  readonly category: string;
}

/** What a customer tends to buy. */
export interface Taste {
  readonly favourite: Category;
  /** Around 1: how dear the things are that the customer buys. */
  readonly level: number;
}

interface Category {
  readonly name: string;
  /** Yen, of a middling thing. */
  readonly price: number;
}

const CATEGORIES: Choices<Category> = [
  { name: 'tea', price: 1_600 },
  { name: 'sweets', price: 2_200 },
  { name: 'stationery', price: 1_300 },
  { name: 'kitchen', price: 3_800 },
  { name: 'skincare', price: 4_400 },
  { name: 'fragrance', price: 6_500 },
];
const TO_FAVOURITE = 0.6;

export function drawTaste(next: Stream): Taste {
  return { favourite: pick(CATEGORIES, next()), level: Math.exp(0.3 * normal(next)) };
}

/**
 * One purchase: prices end in 80 as shops like them. Yen (and other currencies without a minor
 * unit) are whole; elsewhere a hundredth of the yen's figure, to the cent: 2,480 yen or 24.80.
 */
export function drawBasket(
  next: Stream,
  taste: Taste,
  currency: string,
): Pick<Purchase, 'amount' | 'currency' | 'quantity' | 'category'> {
  const category = next() < TO_FAVOURITE ? taste.favourite : pick(CATEGORIES, next());
  const quantity = 1 + poisson(next, 0.35);
  const wish = category.price * taste.level * gamma(next, 6, 1 / 6);
  const price = Math.max(300, 100 * Math.round(wish / 100)) - 20;
  const amount = hasMinorUnit(currency) ? (price * quantity) / 100 : price * quantity;
  return { amount, currency, quantity, category: category.name };
}

function hasMinorUnit(currency: string): boolean {
  return !['JPY', 'KRW', 'VND', 'CLP'].includes(currency);
}
