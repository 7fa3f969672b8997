/** What an ad account spent, by campaign and day, with exact totals. */
import { z } from 'zod';
import type { SpendRow } from '../../connectors/connector.ts';
import { PLATFORMS, findConnector } from '../../connectors/registry.ts';
import { readyConnector, withAccount } from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';
import { loadDestination } from './load-destination.ts';

/** The sums over all rows of one currency; amounts as decimals, added without rounding. */
export interface SpendTotal {
  /** ISO 4217. */
  readonly currency: string;
  readonly cost: string;
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: string;
  readonly conversionsValue: string;
}

export interface SpendReport {
  readonly destination: string;
  readonly platform: string;
  readonly account: string;
  /** Days of the account's own time zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly rows: readonly SpendRow[];
  /** One a currency; none where nothing was spent. */
  readonly totals: readonly SpendTotal[];
}

/**
 * Reads the spend of one destination's account from its platform now; nothing is kept.
 *
 * @param input.from first day, `YYYY-MM-DD`
 * @param input.to last day, included
 * @throws RekindleError `input.invalid` for days that are none or still to come and for a platform
 * without a spend report, `not-found`, `secret.missing`; ConnectorFailure of the platform.
 */
export async function readSpend(
  context: ServiceContext,
  input: { readonly destination: string; readonly from: string; readonly to: string },
): Promise<SpendReport> {
  const { surroundings } = context;
  const { from, to } = readDays(input, surroundings.clock.now());
  const destination = await loadDestination(context, input.destination);
  const known = findConnector(destination.platform);
  if (known !== undefined && known.readSpend === undefined) {
    throw new RekindleError(
      'input.invalid',
      `${known.title}, the platform of "${destination.name}", reports no spend here; there is a report of: ${reporting().join(', ') || 'none'}.`,
    );
  }
  const ready = readyConnector(destination, surroundings);
  const { clock, budgets } = surroundings;
  const rows = await withAccount({ db: context.db, clock, budgets, ...ready }, ({ spend }) =>
    spend(async () => (await ready.connector.readSpend?.(ready.context, { from, to })) ?? []),
  );
  const { name, platform, account } = destination;
  return { destination: name, platform, account, from, to, rows, totals: totalsOf(rows) };
}

function reporting(): string[] {
  return PLATFORMS.filter((platform) => findConnector(platform)?.readSpend !== undefined);
}

/** The zone that is furthest ahead of UTC has a day 14 hours before UTC has it. */
const FURTHEST_AHEAD_MS = 14 * 60 * 60_000;

function readDays(
  { from, to }: { readonly from: string; readonly to: string },
  now: Date,
): { from: string; to: string } {
  for (const day of [from, to]) {
    if (!z.iso.date().safeParse(day).success) {
      throw new RekindleError(
        'input.invalid',
        `"${day}" is not a day: write it as YYYY-MM-DD, such as 2026-11-21.`,
      );
    }
  }
  if (from > to) {
    throw new RekindleError('input.invalid', `The first day, ${from}, is after the last, ${to}.`);
  }
  if (Date.parse(`${to}T00:00:00Z`) - FURTHEST_AHEAD_MS > now.getTime()) {
    throw new RekindleError('input.invalid', `Nothing was spent yet on ${to}, a day to come.`);
  }
  return { from, to };
}

function totalsOf(rows: readonly SpendRow[]): SpendTotal[] {
  const byCurrency = Map.groupBy(rows, ({ currency }) => currency);
  return Array.from(byCurrency, ([currency, group]) => ({
    currency,
    cost: sum(group.map(({ cost }) => cost)),
    impressions: group.reduce((total, { impressions }) => total + impressions, 0),
    clicks: group.reduce((total, { clicks }) => total + clicks, 0),
    // Platforms share a conversion among clicks; six digits are more than any of them shows.
    conversions: sum(group.map(({ conversions }) => conversions.toFixed(6))),
    conversionsValue: sum(group.map(({ conversionsValue }) => conversionsValue)),
  })).toSorted((one, other) => (one.currency < other.currency ? -1 : 1));
}

/** The exact sum of decimals such as `-12.5`, without the zeros that say nothing. */
function sum(decimals: readonly string[]): string {
  const digits = decimals.reduce((most, text) => Math.max(most, fractionOf(text).length), 0);
  const total = decimals.reduce((so, text) => so + scaled(text, digits), 0n);
  const [sign, size] = total < 0n ? ['-', -total] : ['', total];
  const text = String(size).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function fractionOf(decimal: string): string {
  return decimal.split('.')[1] ?? '';
}

/** A decimal times 10 to the power of `digits`. */
function scaled(decimal: string, digits: number): bigint {
  return BigInt(`${decimal.split('.')[0] ?? '0'}${fractionOf(decimal).padEnd(digits, '0')}`);
}
