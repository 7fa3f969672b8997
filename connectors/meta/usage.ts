/**
 * Meta's usage headers. They come once enough calls were made, hold JSON in a string, and give
 * percentages of the budget. Source: Graph API "Rate Limits", Marketing API "Rate Limiting"; that
 * `reset_time_duration` is in seconds is said by others than Meta.
 */
import { z } from 'zod';
import type { Usage } from '../connector.ts';

/** Response headers, names in lower case. */
export type Headers = Readonly<Record<string, string>>;

const share = z.number().default(0);
const AppUsage = z.object({ call_count: share, total_time: share, total_cputime: share });
const AccountUsage = z.object({
  acc_id_util_pct: share,
  reset_time_duration: z.number().default(0),
});
const BusinessUsage = z.record(
  z.string(),
  z.array(
    AppUsage.extend({
      type: z.string().default(''),
      estimated_time_to_regain_access: z.number().default(0),
    }),
  ),
);

/** Copies string headers out of whatever the HTTP client gave; anything else is no headers. */
export function plainHeaders(headers: unknown): Headers {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** One budget that the headers tell of: how full, and what is said of its time (0 = nothing). */
interface Budget {
  readonly percent: number;
  readonly resetMs: number;
}

/** The fullest of the budgets that the headers tell of; undefined without such headers. */
export function usageOf(headers: Headers): Usage | undefined {
  const [fullest] = budgets(headers).sort((a, b) => b.percent - a.percent || b.resetMs - a.resetMs);
  if (fullest === undefined) return undefined;
  const { percent, resetMs } = fullest;
  return { used: percent / 100, ...(resetMs > 0 ? { resetMs } : {}) };
}

/**
 * Milliseconds until calls are let through again, where the headers say so. The business header
 * counts in minutes, the account header and Retry-After in seconds.
 */
export function regainMs(headers: Headers): number | undefined {
  const business = businessUsages(headers);
  const account = read(headers, 'x-ad-account-usage', AccountUsage);
  const retryAfter = Number(headers['retry-after'] ?? 0);
  const waits = [
    ...business.map((usage) => usage.estimated_time_to_regain_access * 60_000),
    account !== undefined && account.acc_id_util_pct >= 100
      ? account.reset_time_duration * 1000
      : 0,
    Number.isFinite(retryAfter) ? retryAfter * 1000 : 0,
  ];
  const longest = Math.max(...waits);
  return longest > 0 ? longest : undefined;
}

function budgets(headers: Headers): Budget[] {
  const app = read(headers, 'x-app-usage', AppUsage);
  const account = read(headers, 'x-ad-account-usage', AccountUsage);
  return [
    ...(app === undefined ? [] : [{ percent: fullestOf(app), resetMs: 0 }]),
    ...(account === undefined
      ? []
      : [{ percent: account.acc_id_util_pct, resetMs: account.reset_time_duration * 1000 }]),
    ...businessUsages(headers).map((usage) => ({
      percent: fullestOf(usage),
      resetMs: usage.estimated_time_to_regain_access * 60_000,
    })),
  ];
}

function fullestOf(usage: z.infer<typeof AppUsage>): number {
  return Math.max(usage.call_count, usage.total_time, usage.total_cputime);
}

/**
 * The budgets of the business use cases that our calls are counted in: uploads in `custom_audience`.
 * The other types are those of other tools, and block no upload; where Meta names none of ours, it
 * may have counted in `ads_management`, which holds everything else that is done to an ad account.
 */
function businessUsages(headers: Headers) {
  const told = read(headers, 'x-business-use-case-usage', BusinessUsage);
  const all = Object.values(told ?? {}).flat();
  const ours = all.filter(({ type }) => type === 'custom_audience');
  return ours.length > 0 ? ours : all.filter(({ type }) => type === 'ads_management');
}

function read<T>(headers: Headers, name: string, schema: z.ZodType<T>): T | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // A header that cannot be read is worth no failed upload.
    return undefined;
  }
}
