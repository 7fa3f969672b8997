/** Suppresses a customer, e-mail, phone or domain, from the next run of every sync on. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { enterSuppression, readNote } from '../customer/index.ts';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { lockCustomers } from '../infra/locks.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { erasureOf } from '../sync/index.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { labelOf, subjectOf } from './suppression-subject.ts';
import type { NamedValue } from './suppression-subject.ts';

const FIND = loadSql(import.meta.url, 'find-suppression.sql');
const Row = z.object({ reason: z.string(), until: z.date().nullable(), created_at: z.date() });

export interface Suppressed {
  /** The kind with a customer's id or the first digits of a digest; never the value. */
  readonly subject: string;
  /** `kept`: it is suppressed for longer already, which stays. */
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'kept';
  readonly reason: string;
  /** Null for ever. */
  readonly until: Date | null;
  readonly since: Date;
}

/**
 * A suppression is never shortened here, as little as by an import: lift it first.
 *
 * @param input.reason `asked` where it is absent and none is known
 * @throws RekindleError `input.invalid` for a value that cannot be read or an end that has passed.
 */
export async function suppress(
  context: ServiceContext,
  input: NamedValue & { readonly reason?: string; readonly until?: Date },
): Promise<Suppressed> {
  const subject = subjectOf(input);
  const now = context.surroundings.clock.now();
  const until = input.until ?? null;
  if (until !== null && until <= now) {
    throw new RekindleError(
      'input.invalid',
      'The end of a suppression has to be still to come; leave it out for one that lasts.',
    );
  }
  return inTransaction(context.db, async (client) => {
    if (subject.kind === 'customer') await refuseErased(client, subject.customerId);
    await lockCustomers(client);
    const find = async () => {
      const found = await runSql(client, FIND, {
        kind: subject.kind,
        customer_id: subject.kind === 'customer' ? subject.customerId : null,
        digest: subject.kind === 'customer' ? null : subject.digest,
      });
      return Row.optional().parse(found.rows[0]);
    };
    const before = await find();
    const reason = readNote(input.reason, null) ?? before?.reason ?? 'asked';
    const outcome = await enterSuppression(client, subject, { reason, until }, now);
    const row = Row.parse(await find());
    if (outcome === 'added' || outcome === 'changed') {
      await auditOn(client, context.actor, now, {
        verb: 'suppress',
        objectKind: 'suppression',
        objectName: labelOf(subject),
        ...(before === undefined ? {} : { before: terms(before) }),
        after: terms(row),
      });
    }
    const { until: end, created_at: since } = row;
    return { subject: labelOf(subject), outcome, reason: row.reason, until: end, since };
  });
}

function terms({ reason, until }: z.infer<typeof Row>): { reason: string; until: string | null } {
  return { reason, until: until?.toISOString() ?? null };
}

/** An id that was forgotten on request is not written down again; nobody of it can be uploaded. */
async function refuseErased(client: ClientBase, customerId: string): Promise<void> {
  if ((await erasureOf(client, customerId)) === null) return;
  throw new RekindleError(
    'input.invalid',
    'The customer of that id was erased at their request: no import brings them back, so there is nobody to suppress.',
  );
}
