/** Rule 10: the audit row of a change, written in the change's own transaction. */
import { Prisma } from '../../prisma/generated/client.ts';
import type { PrismaDb } from '../infra/db.ts';
import type { Actor } from './context.ts';

export interface AuditEntry {
  readonly verb: string;
  readonly objectKind: string;
  readonly objectName: string;
  readonly before?: Prisma.InputJsonObject;
  readonly after?: Prisma.InputJsonObject;
}

export async function audit(
  db: PrismaDb,
  actor: Actor,
  at: Date,
  entry: AuditEntry,
): Promise<void> {
  await db.audit.create({
    data: {
      at,
      actor: `${actor.kind}:${actor.name}`,
      verb: entry.verb,
      objectKind: entry.objectKind,
      objectName: entry.objectName,
      before: entry.before ?? Prisma.DbNull,
      after: entry.after ?? Prisma.DbNull,
    },
    select: { id: true },
  });
}
