/** What an ad account spent, and how large a list is, by GAQL. */
import { z } from 'zod';
import type { Audience, ConnectorContext, MatchReading, SpendRow } from '../connector.ts';
import { queryAds } from './ads-sdk.ts';

/** ProtoJSON writes int64 as a string, and leaves out nothing that was asked for but null. */
const Int64 = z.union([z.string().regex(/^-?\d{1,19}$/), z.int().transform(String)]);
const Count = Int64.transform(Number);
const Amount = z.number().refine((amount) => Math.abs(amount) < 1e21);

const SpendAnswer = z.object({
  segments: z.object({ date: z.iso.date() }),
  campaign: z.object({ id: Int64, name: z.string().default('') }),
  customer: z.object({ currencyCode: z.string().regex(/^[A-Z]{3}$/) }),
  metrics: z
    .object({
      costMicros: Int64.default('0'),
      impressions: Count.default(0),
      clicks: Count.default(0),
      conversions: Amount.default(0),
      conversionsValue: Amount.default(0),
    })
    .prefault({}),
});

const ListAnswer = z.object({
  userList: z.object({
    matchRatePercentage: z.int().min(0).max(100).default(0),
    sizeForSearch: Count.default(0),
    sizeForDisplay: Count.default(0),
  }),
});

/**
 * Cost, clicks and conversions by campaign and day, in the account's currency and time zone. Google
 * reports a day's figures within hours and corrects conversions for weeks, so that the latest days
 * still move. Conversions are those of the account's primary conversion actions; by action they
 * could only be asked for without the cost, which Google does not select along with
 * `segments.conversion_action`.
 *
 * @param days both ends included, `YYYY-MM-DD`
 * @throws ConnectorFailure; RangeError for days that are none.
 */
export async function readSpend(
  context: ConnectorContext,
  days: { readonly from: string; readonly to: string },
): Promise<SpendRow[]> {
  const { from, to } = days;
  if (![from, to].every((day) => z.iso.date().safeParse(day).success)) {
    throw new RangeError('Days are written YYYY-MM-DD.');
  }
  const rows = await queryAds(
    context,
    `SELECT segments.date, campaign.id, campaign.name, customer.currency_code,
      metrics.cost_micros, metrics.impressions, metrics.clicks, metrics.conversions,
      metrics.conversions_value
    FROM campaign WHERE segments.date BETWEEN '${from}' AND '${to}'
    ORDER BY segments.date, campaign.id`.replaceAll(/\s+/g, ' '),
    SpendAnswer,
  );
  return rows.map(({ segments, campaign, customer, metrics }) => ({
    date: segments.date,
    campaignId: campaign.id,
    campaignName: campaign.name,
    cost: unitsOf(BigInt(metrics.costMicros)),
    currency: customer.currencyCode,
    impressions: metrics.impressions,
    clicks: metrics.clicks,
    conversions: metrics.conversions,
    conversionsValue: trimmed(metrics.conversionsValue.toFixed(6)),
  }));
}

/**
 * The match rate of a list, a whole percent, with the sizes beside it. Google writes null or 0 while
 * it does not know one, so that neither is read as a rate; a size counts only people whom ads can be
 * shown to just now, and is no measure of matching.
 *
 * @throws ConnectorFailure; RangeError for an id that is none.
 */
export async function readListSize(
  context: ConnectorContext,
  audience: Audience,
): Promise<MatchReading> {
  if (!/^\d{1,19}$/.test(audience.remoteId)) throw new RangeError('A Google list is a number.');
  const [list] = await queryAds(
    context,
    `SELECT user_list.id, user_list.match_rate_percentage, user_list.size_for_search, user_list.size_for_display FROM user_list WHERE user_list.id = ${audience.remoteId}`,
    ListAnswer,
  );
  if (list === undefined) {
    const detail = 'The list is no longer on the Google Ads account.';
    return { kind: 'unknown', reason: 'gone', detail };
  }
  const { matchRatePercentage: percent, sizeForSearch, sizeForDisplay } = list.userList;
  const sizes = `Google shows ${sizeForSearch} people for Search and ${sizeForDisplay} for Display.`;
  if (percent > 0) {
    return {
      kind: 'rate',
      lower: (percent - 0.5) / 100,
      upper: Math.min(1, (percent + 0.5) / 100),
      meaning: `Share of the uploaded people whom Google recognised as users, for the whole list, rounded to a whole percent. ${sizes}`,
    };
  }
  return sizeForSearch + sizeForDisplay > 0
    ? {
        kind: 'unknown',
        reason: 'not-reported',
        detail: `Google shows no match rate for this list. ${sizes}`,
      }
    : {
        kind: 'unknown',
        reason: 'processing',
        detail:
          'Google shows neither size nor match rate yet; processing takes up to 24 hours, and lists below 100 people may never show them.',
      };
}

/** Micros of a unit as an exact decimal: 1500000 as `1.5`, and as many digits as it takes. */
function unitsOf(micros: bigint): string {
  const digits = String(micros < 0n ? -micros : micros).padStart(7, '0');
  return `${micros < 0n ? '-' : ''}${trimmed(`${digits.slice(0, -6)}.${digits.slice(-6)}`)}`;
}

/** A decimal without the zeros that say nothing. */
function trimmed(decimal: string): string {
  const short = decimal.replace(/\.?0+$/, '');
  return short === '-0' ? '0' : short;
}
