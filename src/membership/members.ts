/** Reads one batch's rows out of the ledger. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { readKey, readProfile } from '../identity/index.ts';
import type { Digest, Key, PostalName, Profile } from '../identity/index.ts';
import { loadSql, runSql } from '../infra/sql.ts';

const RANGE = loadSql(import.meta.url, 'batch-range.sql');
const ADDED = loadSql(import.meta.url, 'added-members.sql');
const ADDED_RANGE = loadSql(import.meta.url, 'added-range.sql');
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
  const rows = await readRows(client, batch);
  const members: LedgerRow[] = [];
  for (const row of rows) {
    const { customer_id: customerId } = row;
    const keys = keysOf(row.keys);
    for (let first = 0; first < keys.length; first += keysPerMember) {
      const part = keys.length <= keysPerMember ? keys : keys.slice(first, first + keysPerMember);
      members.push({ customerId, member: memberOf(row, part) });
    }
  }
  return members;
}

const Range = z.object({
  audience_id: z.string(),
  first_customer: z.string().nullable(),
  last_customer: z.string().nullable(),
});

async function readRows(
  client: Pick<ClientBase, 'query'>,
  { id: batch_id, operation }: { readonly id: bigint; readonly operation: 'add' | 'remove' },
): Promise<MemberRow[]> {
  type Row = MemberRow & Record<string, unknown>;
  if (operation === 'remove') return (await runSql<Row>(client, REMOVED, { batch_id })).rows;
  const range = Range.parse((await runSql(client, RANGE, { batch_id })).rows[0]);
  // Given as values: a join would leave PostgreSQL to guess that a range is narrow.
  const { rows } =
    range.first_customer === null
      ? await runSql<Row>(client, ADDED, { batch_id })
      : await runSql<Row>(client, ADDED_RANGE, { batch_id, ...range });
  return rows;
}

/** A bytea[] in PostgreSQL's text form, `{"\\x65…","\\x70…"}`: hex digits from an `x` to a quote. */
export function keysOf(text: string): Key[] {
  const keys: Key[] = [];
  for (let x = text.indexOf('x'); x !== -1;) {
    const end = text.indexOf('"', x);
    keys.push(readKey(text.slice(x + 1, end)));
    x = text.indexOf('x', end);
  }
  return keys;
}

function memberOf(row: MemberRow, keys: readonly Key[]): LedgerMember {
  const email: Digest[] = [];
  const phone: Digest[] = [];
  let others: Others | undefined;
  for (const key of keys) {
    if (key.kind === 'email') email.push(key.value);
    else if (key.kind === 'phone') phone.push(key.value);
    else addOther((others ??= {}), key);
  }
  const consent = consentOf(row);
  // Most people have no more, and there are many of them.
  if (others === undefined && row.profile === null) return { email, phone, consent };
  return {
    email,
    phone,
    ...others,
    ...(row.profile === null ? {} : { profile: readProfile(row.profile) }),
    consent,
  };
}

type Others = {
  -readonly [Field in 'mobileId' | 'xHandle' | 'xId' | 'externalId' | 'address']?: NonNullable<
    LedgerMember[Field]
  >[number][];
};

function addOther(others: Others, key: Key): void {
  switch (key.kind) {
    // Everybody has lists of these.
    case 'email':
    case 'phone':
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

const CONSENTS = [false, true].map((user) =>
  [false, true].map((personal): LedgerMember['consent'] => ({
    adUserData: user ? 'granted' : 'unknown',
    adPersonalization: personal ? 'granted' : 'unknown',
  })),
);

function consentOf(row: MemberRow): LedgerMember['consent'] {
  const consent = CONSENTS[Number(row.ad_user_data)]?.[Number(row.ad_personalization)];
  if (consent === undefined) throw new RangeError('A consent of the ledger is neither yes nor no.');
  return row.limited_use_state === null
    ? consent
    : { ...consent, limitedUseState: row.limited_use_state };
}
