/** Reads one batch's rows out of the ledger. */
import type { ClientBase } from 'pg';
import { readKey, readProfile } from '../identity/index.ts';
import type { Digest, Key, PostalName, Profile } from '../identity/index.ts';
import { loadSql, runSql } from '../infra/sql.ts';

const ADDED = loadSql(import.meta.url, 'added-members.sql');
const REMOVED = loadSql(import.meta.url, 'removed-members.sql');

/** One person of a batch, with what the ledger says is sent or taken off. */
export interface LedgerMember {
  readonly email: readonly Digest[];
  readonly phone: readonly Digest[];
  readonly mobileId?: readonly string[];
  readonly xHandle?: readonly Digest[];
  readonly xId?: readonly Digest[];
  readonly externalId?: readonly string[];
  readonly address?: readonly PostalName[];
  readonly profile?: Profile;
  readonly consent: {
    readonly adUserData: 'granted' | 'unknown';
    readonly adPersonalization: 'granted' | 'unknown';
    readonly limitedUseState?: number;
  };
}

/** One row of a batch and the customer it is of; somebody may be several rows of a removal. */
export interface LedgerRow {
  readonly customerId: string;
  readonly member: LedgerMember;
}

interface MemberRow {
  readonly customer_id: string;
  readonly keys: string;
  readonly profile: string | null;
  readonly ad_user_data: boolean;
  readonly ad_personalization: boolean;
  readonly limited_use_state: number | null;
}

/**
 * One batch's rows, in the order they are always sent in. Someone with more keys to take off than
 * `keysPerMember` is several rows, as the plan counted them.
 */
export async function readMembers(
  client: Pick<ClientBase, 'query'>,
  batch: { readonly id: bigint; readonly operation: 'add' | 'remove' },
  keysPerMember: number,
): Promise<LedgerRow[]> {
  const result = await runSql<MemberRow & Record<string, unknown>>(
    client,
    batch.operation === 'add' ? ADDED : REMOVED,
    { batch_id: batch.id },
  );
  return result.rows.flatMap((row) => {
    const keys = keysOf(row.keys);
    return Array.from({ length: Math.ceil(keys.length / keysPerMember) }, (_, part) => ({
      customerId: row.customer_id,
      member: memberOf(row, keys.slice(part * keysPerMember, (part + 1) * keysPerMember)),
    }));
  });
}

/** A bytea[] in PostgreSQL's text form: each element is hex digits behind a `\\x`. */
export function keysOf(text: string): Key[] {
  return Array.from(text.matchAll(/x([0-9a-f]+)/g), ([, hex = '']) => readKey(hex));
}

function memberOf(row: MemberRow, keys: readonly Key[]): LedgerMember {
  const email: Digest[] = [];
  const phone: Digest[] = [];
  const others: {
    -readonly [Field in 'mobileId' | 'xHandle' | 'xId' | 'externalId' | 'address']?: NonNullable<
      LedgerMember[Field]
    >[number][];
  } = {};
  for (const key of keys) {
    switch (key.kind) {
      case 'email':
        email.push(key.value);
        break;
      case 'phone':
        phone.push(key.value);
        break;
      case 'mobile_id':
        (others.mobileId ??= []).push(key.value);
        break;
      case 'x_handle':
        (others.xHandle ??= []).push(key.value);
        break;
      case 'x_id':
        (others.xId ??= []).push(key.value);
        break;
      case 'external_id':
        (others.externalId ??= []).push(key.value);
        break;
      case 'profile':
        (others.address ??= []).push(key.value);
        break;
    }
  }
  return {
    email,
    phone,
    ...others,
    ...(row.profile === null ? {} : { profile: readProfile(row.profile) }),
    consent: {
      adUserData: row.ad_user_data ? 'granted' : 'unknown',
      adPersonalization: row.ad_personalization ? 'granted' : 'unknown',
      ...(row.limited_use_state === null ? {} : { limitedUseState: row.limited_use_state }),
    },
  };
}
