/** What the two imports share: what a door passes in, and the audit row at the end. */
import type { ImportOptions, ImportReport } from '../customer/index.ts';
import { audit } from './audit.ts';
import type { ServiceContext } from './context.ts';

/** Everything of an import but its time, which the context gives. */
export type ImportInput = Omit<ImportOptions, 'now'> & {
  /** The file's name as the person wrote it, for the audit trail. */
  readonly file: string;
};

export async function recordImport(
  context: ServiceContext,
  what: 'customers' | 'purchases',
  input: ImportInput,
  report: ImportReport,
): Promise<void> {
  await audit(context.db.prisma, context.actor, context.surroundings.clock.now(), {
    verb: 'import',
    objectKind: what,
    objectName: input.file,
    after: {
      read: report.read,
      inserted: report.inserted,
      updated: report.updated,
      unchanged: report.unchanged,
      superseded: report.superseded,
      rejected: report.rejected,
    },
  });
}
