/** Takes a suppression away. */
import { z } from 'zod';
import { inTransaction } from '../infra/db.ts';
import { lockCustomers } from '../infra/locks.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { labelOf, subjectOf } from './suppression-subject.ts';
import type { NamedValue } from './suppression-subject.ts';

const DELETE = loadSql(import.meta.url, 'delete-suppression.sql');
const Row = z.object({ reason: z.string(), until: z.date().nullable(), created_at: z.date() });

export interface Lifted {
  /** The kind with a customer's id or the first digits of a digest; never the value. */
  readonly subject: string;
  /** False where there was none. */
  readonly lifted: boolean;
}

/**
 * Other suppressions of the same person stay, such as one of the domain of an e-mail.
 *
 * @throws RekindleError `input.invalid` for a value that cannot be read.
 */
export async function liftSuppression(context: ServiceContext, input: NamedValue): Promise<Lifted> {
  const subject = subjectOf(input);
  const now = context.surroundings.clock.now();
  return inTransaction(context.db, async (client) => {
    await lockCustomers(client);
    const deleted = await runSql(client, DELETE, {
      kind: subject.kind,
      customer_id: subject.kind === 'customer' ? subject.customerId : null,
      keys: subject.kind === 'customer' ? [] : [subject.digest, ...subject.more],
    });
    const row = Row.optional().parse(deleted.rows[0]);
    if (row !== undefined) {
      const { reason, until, created_at: since } = row;
      await auditOn(client, context.actor, now, {
        verb: 'lift',
        objectKind: 'suppression',
        objectName: labelOf(subject),
        before: { reason, until: until?.toISOString() ?? null, since: since.toISOString() },
      });
    }
    return { subject: labelOf(subject), lifted: row !== undefined };
  });
}
