/**
 * Meta's usage headers. They come once enough calls were made, hold JSON in a string, and give
 * percentages of the budget. Source: Graph API "Rate Limits", Marketing API "Rate Limiting".
 */
import { z } from 'zod';

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
  z.array(AppUsage.extend({ estimated_time_to_regain_access: z.number().default(0) })),
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

/** The fullest of the budgets that the headers tell of, in percent; undefined without headers. */
export function usedPercent(headers: Headers): number | undefined {
  const app = read(headers, 'x-app-usage', AppUsage);
  const account = read(headers, 'x-ad-account-usage', AccountUsage);
  const business = Object.values(read(headers, 'x-business-use-case-usage', BusinessUsage) ?? {});
  const shares = [...(app === undefined ? [] : [app]), ...business.flat()].flatMap((usage) => [
    usage.call_count,
    usage.total_time,
    usage.total_cputime,
  ]);
  if (account !== undefined) shares.push(account.acc_id_util_pct);
  return shares.length === 0 ? undefined : Math.max(...shares);
}

/**
 * Milliseconds until calls are let through again, where the headers say so. The business header
 * counts in minutes, the account header and Retry-After in seconds.
 */
export function regainMs(headers: Headers): number | undefined {
  const business = Object.values(read(headers, 'x-business-use-case-usage', BusinessUsage) ?? {});
  const account = read(headers, 'x-ad-account-usage', AccountUsage);
  const retryAfter = Number(headers['retry-after'] ?? 0);
  const waits = [
    ...business.flat().map((usage) => usage.estimated_time_to_regain_access * 60_000),
    account !== undefined && account.acc_id_util_pct >= 100
      ? account.reset_time_duration * 1000
      : 0,
    Number.isFinite(retryAfter) ? retryAfter * 1000 : 0,
  ];
  const longest = Math.max(...waits);
  return longest > 0 ? longest : undefined;
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
