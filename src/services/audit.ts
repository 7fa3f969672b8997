/** Rule 10: the audit row of a change, written in the change's own transaction. */
import type { ClientBase } from 'pg';
import { Prisma } from '../../prisma/generated/client.ts';
import type { PrismaDb } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import type { Actor } from './context.ts';

const INSERT = loadSql(import.meta.url, 'insert-audit.sql');
const RENAME = loadSql(import.meta.url, 'rename-in-audit.sql');

export interface AuditEntry {
  readonly verb: string;
  readonly objectKind: string;
  readonly objectName: string;
  readonly before?: Prisma.InputJsonObject;
  readonly after?: Prisma.InputJsonObject;
}

/** In a transaction of Prisma's. */
export async function audit(
  db: PrismaDb,
  actor: Actor,
  at: Date,
  entry: AuditEntry,
): Promise<void> {
  await db.audit.create({
    data: {
      ...entry,
      at,
      actor: actorName(actor),
      before: entry.before ?? Prisma.DbNull,
      after: entry.after ?? Prisma.DbNull,
    },
    select: { id: true },
  });
}

/** In a transaction on a connection of `pg`. */
export async function auditOn(
  client: Pick<ClientBase, 'query'>,
  actor: Actor,
  at: Date,
  entry: AuditEntry,
): Promise<void> {
  await runSql(client, INSERT, {
    at,
    actor: actorName(actor),
    verb: entry.verb,
    object_kind: entry.objectKind,
    object_name: entry.objectName,
    before: entry.before === undefined ? null : JSON.stringify(entry.before),
    after: entry.after === undefined ? null : JSON.stringify(entry.after),
  });
}

/**
 * Gives the audit rows about a customer another name: after an erasure they say what was done, and
 * no longer to whom.
 */
export async function renameInAudit(
  client: Pick<ClientBase, 'query'>,
  customerId: string,
  name: string,
): Promise<void> {
  await runSql(client, RENAME, { customer_id: customerId, name });
}

function actorName({ kind, name }: Actor): string {
  return `${kind}:${name}`;
}
