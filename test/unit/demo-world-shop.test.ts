import { describe, expect, it } from 'vitest';
import {
  adPurchases,
  customerId,
  demoPurchases,
  trueLift,
} from '../../src/cli/demo/world/index.ts';
import type { AdPurchase, ShopOptions } from '../../src/cli/demo/world/index.ts';

const ASOF = new Date('2026-11-01T00:00:00Z');
const DAY = 86_400_000;
const SHOP: ShopOptions = {
  seed: 'a fixed seed',
  customers: 5_000,
  asOf: ASOF,
  monthsBefore: 24,
  daysAfter: 30,
};
const log = [...demoPurchases(SHOP)];
const isBefore = ({ purchased_at }: { purchased_at: string }): boolean =>
  Date.parse(purchased_at) <= ASOF.getTime();
const before = log.filter(isBefore);

describe('the shop’s purchases', () => {
  it('are the same for a seed, and others for another seed', () => {
    const few = { ...SHOP, customers: 100 };
    expect([...demoPurchases(few)]).toEqual([...demoPurchases(few)]);
    expect([...demoPurchases({ ...few, seed: 'another' })]).not.toEqual([...demoPurchases(few)]);
  });

  it('before as-of do not depend on how long the log goes on', () => {
    expect([...demoPurchases({ ...SHOP, daysAfter: 0 })]).toEqual(before);
    expect(log.length).toBeGreaterThan(before.length);
  });

  it('are drawn while they are read', () => {
    const endless = demoPurchases({ ...SHOP, customers: 1e9 });
    expect(endless.next().value?.customer_id).toBe('c-000001');
  });

  it('lie between the opening and the end, each with an id of its own', () => {
    const times = log.map(({ purchased_at }) => Date.parse(purchased_at));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(ASOF.getTime() - 24 * (365.25 / 12) * DAY);
    expect(Math.max(...times)).toBeLessThanOrEqual(ASOF.getTime() + 30 * DAY);
    expect(log.filter(({ purchased_at: at }) => new Date(at).toISOString() !== at)).toEqual([]);
    expect(new Set(log.map(({ purchase_id }) => purchase_id)).size).toBe(log.length);
  });

  it('have whole yen that the quantity divides', () => {
    const odd = log.filter(
      ({ amount, quantity, currency }) =>
        currency !== 'JPY' || amount < 280 || quantity < 1 || !Number.isInteger(amount / quantity),
    );
    expect(odd).toEqual([]);
  });

  it('come from every customer, who joined one after the other over the whole time', () => {
    const joined = Map.groupBy(before, ({ customer_id }) => customer_id);
    expect([...joined.keys()]).toEqual(
      Array.from({ length: SHOP.customers }, (_, index) => customerId(index + 1)),
    );
    const first = [...joined.values()].map((own) => Date.parse(own[0]?.purchased_at ?? ''));
    const outOfOrder = first.filter((at, index) => at < (first[index - 1] ?? 0) - DAY);
    expect(outOfOrder).toEqual([]);
    expect(Math.max(...first)).toBeGreaterThan(ASOF.getTime() - 2 * DAY);
  });

  it('leave one-time, loyal and lapsed customers: 3 to 4 purchases each on average', () => {
    const own = [...Map.groupBy(before, ({ customer_id }) => customer_id).values()];
    const rate = (holds: (purchases: typeof before) => boolean): number =>
      own.filter(holds).length / own.length;
    const silentDays = (purchases: typeof before): number =>
      (ASOF.getTime() - Math.max(...purchases.map((one) => Date.parse(one.purchased_at)))) / DAY;
    expect(before.length / own.length).toBeGreaterThan(3);
    expect(before.length / own.length).toBeLessThan(4);
    expect(rate((purchases) => purchases.length === 1)).toBeGreaterThan(0.3);
    const loyal = rate((purchases) => purchases.length >= 5 && silentDays(purchases) < 60);
    const lapsed = rate((purchases) => purchases.length >= 3 && silentDays(purchases) > 180);
    expect(loyal).toBeGreaterThan(0.05);
    expect(lapsed).toBeGreaterThan(0.05);
    const returning = new Set(log.filter((one) => !isBefore(one)).map((one) => one.customer_id));
    expect(returning.size / own.length).toBeGreaterThan(0.05);
    expect(returning.size / own.length).toBeLessThan(0.25);
  });
});

describe('the ads’ purchases', () => {
  const customers = Array.from({ length: 20_000 }, (_, index) => customerId(index + 1));
  const window = { seed: 'a fixed seed', asOf: ASOF, windowDays: 30, currency: 'JPY' };

  it('come from the share of reached customers that the effect says, at most one each', () => {
    const reached = [
      { sync: 'lapsed-meta', customers: [...customers, ...customers], effect: 0.04 },
    ];
    const bought = adPurchases({ ...window, reached });
    expect(Math.abs(bought.length / customers.length - 0.04)).toBeLessThan(0.0055);
    expect(new Set(bought.map(({ purchase_id }) => purchase_id)).size).toBe(bought.length);
    expect(bought.map(({ purchase_id }) => purchase_id)).toEqual(
      bought.map(({ customer_id }) => `ad-lapsed-meta-${customer_id}`),
    );
    expect(adPurchases({ ...window, reached })).toEqual(bought);
  });

  it('lie strictly inside the window, over all of it', () => {
    const reached = [{ sync: 's', customers, effect: 1 }];
    const days = adPurchases({ ...window, reached }).map(
      ({ purchased_at }) => (Date.parse(purchased_at) - ASOF.getTime()) / DAY,
    );
    expect(days).toHaveLength(customers.length);
    expect(Math.min(...days)).toBeGreaterThan(0);
    expect(Math.max(...days)).toBeLessThan(30);
    expect(days.reduce((sum, day) => sum + day, 0) / days.length).toBeCloseTo(15, 0);
  });

  it('are nobody’s without an effect, and the same whoever else is reached', () => {
    expect(adPurchases({ ...window, reached: [{ sync: 's', customers, effect: 0 }] })).toEqual([]);
    const alone = adPurchases({ ...window, reached: [{ sync: 's', customers, effect: 0.1 }] });
    const beside = adPurchases({
      ...window,
      reached: [
        { sync: 'other', customers, effect: 0.5 },
        { sync: 's', customers: customers.slice(0, 100), effect: 0.1 },
      ],
    });
    const firstHundred = alone.filter((one) => one.customer_id <= customerId(100));
    expect(firstHundred.length).toBeGreaterThan(0);
    expect(beside.filter((one) => one.purchase_id.startsWith('ad-s-'))).toEqual(firstHundred);
  });

  it('have amounts that fit the currency', () => {
    const reached = [{ sync: 's', customers: customers.slice(0, 200), effect: 1 }];
    const yen = adPurchases({ ...window, reached });
    const dollars = adPurchases({ ...window, currency: 'USD', reached });
    expect(
      yen.every(({ amount, currency }) => currency === 'JPY' && Number.isInteger(amount)),
    ).toBe(true);
    expect(dollars.map(({ amount }) => amount)).toEqual(yen.map(({ amount }) => amount / 100));
    expect(new Set(dollars.map(({ currency }) => currency))).toEqual(new Set(['USD']));
  });
});

describe('the true lift', () => {
  const bought = (sync: string, customer: string): AdPurchase => ({
    purchase_id: `ad-${sync}-${customer}`,
    customer_id: customer,
    purchased_at: '2026-11-05T00:00:00.000Z',
    amount: 1_980,
    currency: 'JPY',
    quantity: 1,
    category: 'tea',
  });

  it('counts who bought because of this sync alone, per customer assigned', () => {
    const purchases = [
      bought('a', 'only-a'),
      bought('a', 'also-a'),
      bought('a', 'anyway'),
      bought('a', 'both'),
      bought('b', 'both'),
      bought('b', 'only-b'),
    ];
    const baseConverters = new Set(['anyway', 'untouched']);
    expect(trueLift({ sync: 'a', adPurchases: purchases, baseConverters, assigned: 8 })).toEqual({
      extraConverters: 2,
      lift: 0.25,
    });
    expect(trueLift({ sync: 'b', adPurchases: purchases, baseConverters, assigned: 4 })).toEqual({
      extraConverters: 1,
      lift: 0.25,
    });
  });

  it('tells syncs apart whose names start alike', () => {
    const purchases = [bought('loyal', 'c-1'), bought('loyal-x', 'c-2')];
    const options = { adPurchases: purchases, baseConverters: new Set<string>(), assigned: 2 };
    expect(trueLift({ ...options, sync: 'loyal' })).toEqual({ extraConverters: 1, lift: 0.5 });
  });

  it('is 0 where nobody was assigned', () => {
    const lift = trueLift({ sync: 'a', adPurchases: [], baseConverters: new Set(), assigned: 0 });
    expect(lift).toEqual({ extraConverters: 0, lift: 0 });
  });
});
