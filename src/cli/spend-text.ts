/** A spend report as a table that a person reads. */
import type { SpendReport } from '../services/read-spend.ts';
import { count, table } from './output.ts';

const HEADINGS = [
  'day',
  'campaign',
  'cost',
  'impressions',
  'clicks',
  'conversions',
  'value',
  'currency',
];

/** Rows by day and campaign, then the sum of each currency. */
export function describeSpend(report: SpendReport): string {
  const { destination, platform, account, from, to, rows, totals } = report;
  const days = from === to ? `on ${from}` : `from ${from} to ${to}`;
  const title = `${destination} (${platform} ${account}), ${days}, in the account's time zone`;
  if (rows.length === 0) return `${title}: no campaign was shown.`;
  const lines = [
    ...rows.map((row) => [
      row.date,
      row.campaignName === '' ? row.campaignId : row.campaignName,
      money(row.cost, row.currency),
      count(row.impressions),
      count(row.clicks),
      decimal(row.conversions.toFixed(6), 0, 2),
      money(row.conversionsValue, row.currency),
      row.currency,
    ]),
    ...totals.map((total) => [
      'all',
      '',
      money(total.cost, total.currency),
      count(total.impressions),
      count(total.clicks),
      decimal(total.conversions, 0, 2),
      money(total.conversionsValue, total.currency),
      total.currency,
    ]),
  ];
  return `${title}\n${table(HEADINGS, lines)}`;
}

/** An amount with the digits that its currency has, and more where the platform gave more. */
function money(amount: string, currency: string): string {
  const { maximumFractionDigits: usual = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return decimal(amount, usual, Math.max(usual, 6));
}

/** `Intl` reads decimals of any length exactly, as text. */
function decimal(amount: string, least: number, most: number): string {
  const format = new Intl.NumberFormat('en', {
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });
  return isNumeric(amount) ? format.format(amount) : amount;
}

function isNumeric(text: string): text is `${number}` {
  return /^-?\d+(?:\.\d+)?$/.test(text);
}
