/** What the imports share: what a door passes in, and the audit row in the import's transaction. */
import { REJECT_CODES } from '../customer/index.ts';
import type { ImportOptions, RejectCode } from '../customer/index.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';

/** Everything of an import but what the context gives. */
export type ImportInput = Omit<ImportOptions, 'now' | 'record'> & {
  /** The file's name as the person wrote it, for the audit trail. */
  readonly file: string;
};

export function importOptions(
  { actor, surroundings }: ServiceContext,
  what: 'customers' | 'purchases' | 'consents' | 'suppressions',
  { file, ...input }: ImportInput,
): ImportOptions {
  const now = surroundings.clock.now();
  return {
    ...input,
    now,
    record: (client, { read, inserted, updated, unchanged, superseded, rejected }) =>
      auditOn(client, actor, now, {
        verb: 'import',
        objectKind: what,
        objectName: file,
        after: { read, inserted, updated, unchanged, superseded, rejected },
      }),
  };
}

export function isRejectCode(code: string): code is RejectCode {
  return code in REJECT_CODES;
}

/** Why lines of a code were rejected, as a sentence. */
export function rejectReason(code: RejectCode): string {
  return REJECT_CODES[code].replace('{column}', 'A column');
}
