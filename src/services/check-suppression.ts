/** Whether a customer, e-mail, phone or domain is suppressed, by what, and whom that concerns. */
import { z } from 'zod';
import { refreshIdentities, suppressionKeys } from '../identity/index.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { ServiceContext } from './context.ts';
import { labelOf, shortDigest, subjectOf } from './suppression-subject.ts';
import type { NamedValue } from './suppression-subject.ts';

const CHECK = loadSql(import.meta.url, 'check-suppression.sql');
const COUNT = loadSql(import.meta.url, 'count-carriers.sql');

const Entry = z.object({
  kind: z.string(),
  customer_id: z.string().nullable(),
  digest: z.instanceof(Buffer).nullable(),
  reason: z.string(),
  until: z.date().nullable(),
  created_at: z.date(),
});
const Count = z.object({ customers: z.int() });

export interface SuppressionCheck {
  readonly subject: string;
  readonly suppressed: boolean;
  /** Of the entries that hold now, the first; null where none does. */
  readonly since: Date | null;
  /** Every entry that hits the subject, expired ones too, oldest first. */
  readonly by: readonly {
    readonly subject: string;
    readonly reason: string;
    readonly until: Date | null;
    readonly since: Date;
    readonly expired: boolean;
  }[];
  /** Customers who carry the value, in whatever spelling. */
  readonly customers: number;
}

/**
 * An e-mail is also hit by its domain, and a customer by each of the values that they carry.
 *
 * @throws RekindleError `input.invalid` for a value that cannot be read.
 */
export async function checkSuppression(
  { db, surroundings }: ServiceContext,
  input: NamedValue,
): Promise<SuppressionCheck> {
  const subject = subjectOf(input);
  const now = surroundings.clock.now();
  await refreshIdentities(db, { now });
  const own = subject.kind === 'customer' ? [] : [subject.digest, ...subject.more];
  const customer_id = subject.kind === 'customer' ? subject.customerId : null;
  const found = await runSql(db.pool, CHECK, { customer_id, keys: [...own, ...domainOf(input)] });
  const carriers = await runSql(db.pool, COUNT, { customer_id, keys: own });
  const by = z
    .array(Entry)
    .parse(found.rows)
    .map((entry) => ({
      subject: `${entry.kind} ${entry.digest === null ? entry.customer_id : shortDigest(entry.digest)}`,
      reason: entry.reason,
      until: entry.until,
      since: entry.created_at,
      expired: entry.until !== null && entry.until <= now,
    }));
  const active = by.filter(({ expired }) => !expired);
  return {
    subject: labelOf(subject),
    suppressed: active.length > 0,
    since: active[0]?.since ?? null,
    by,
    customers: Count.parse(carriers.rows[0]).customers,
  };
}

/** The keys of an e-mail's domain; none of another kind, or of an e-mail that came hashed. */
function domainOf({ kind, value }: NamedValue): readonly Buffer[] {
  const [, domain] = /@([^@]*)$/u.exec(value.normalize('NFKC')) ?? [];
  if (kind !== 'email' || domain === undefined) return [];
  const keys = suppressionKeys('domain', domain, null);
  return keys.ok ? [keys.digest, ...keys.more] : [];
}
