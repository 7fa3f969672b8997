/** Reads one batch's rows out of the ledger. */
import type { ClientBase } from 'pg';
import type { Digest } from '../identity/index.ts';
import { loadSql, runSql } from '../infra/sql.ts';

const ADDED = loadSql(import.meta.url, 'added-members.sql');
const REMOVED = loadSql(import.meta.url, 'removed-members.sql');

/** One person of a batch, with the keys that the ledger says are sent or taken off. */
export interface LedgerMember {
  readonly email: readonly Digest[];
  readonly phone: readonly Digest[];
  readonly consent: 'granted' | 'unknown';
}

/**
 * One batch's rows, in the order they are always sent in. Someone with more keys to take off than
 * `keysPerKind` is several rows, as the plan counted them.
 */
export async function readMembers(
  client: Pick<ClientBase, 'query'>,
  batch: { readonly id: bigint; readonly operation: 'add' | 'remove' },
  keysPerKind: number,
): Promise<LedgerMember[]> {
  const result = await runSql<{ email: string; phone: string; consent_granted: boolean }>(
    client,
    batch.operation === 'add' ? ADDED : REMOVED,
    { batch_id: batch.id },
  );
  return result.rows.flatMap((row) => {
    const [email, phone] = [digests(row.email), digests(row.phone)];
    const consent = row.consent_granted ? 'granted' : 'unknown';
    const rows = Math.ceil(Math.max(email.length, phone.length) / keysPerKind);
    return Array.from({ length: rows }, (_, row): LedgerMember => {
      const from = row * keysPerKind;
      const to = from + keysPerKind;
      return { email: email.slice(from, to), phone: phone.slice(from, to), consent };
    });
  });
}

/** A bytea[] in PostgreSQL's text form; each element is 64 hex digits behind a `\\x`. */
function digests(text: string): Digest[] {
  return text === '{}' ? [] : ((text.match(/[0-9a-f]{64}/g) ?? []) as unknown as Digest[]);
}
