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

/** At most one batch's rows, in the order they are always sent in. */
export async function readMembers(
  client: Pick<ClientBase, 'query'>,
  batch: { readonly id: bigint; readonly operation: 'add' | 'remove' },
): Promise<LedgerMember[]> {
  const result = await runSql<{ email: string; phone: string; consent_granted: boolean }>(
    client,
    batch.operation === 'add' ? ADDED : REMOVED,
    { batch_id: batch.id },
  );
  return result.rows.map((row) => ({
    email: digests(row.email),
    phone: digests(row.phone),
    consent: row.consent_granted ? 'granted' : 'unknown',
  }));
}

/** A bytea[] in PostgreSQL's text form; each element is 64 hex digits behind a `\\x`. */
function digests(text: string): Digest[] {
  return text === '{}' ? [] : ((text.match(/[0-9a-f]{64}/g) ?? []) as unknown as Digest[]);
}
