/** What the identifiers of all customers are worth: who can be reached, and why values were left out. */
import { z } from 'zod';
import type { Db } from '../infra/db.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { UNUSABLE_REASONS } from './outcome.ts';
import type { UnusableReason } from './outcome.ts';
import { IDENTIFIER_KINDS, KEY_KINDS } from './types.ts';
import type { IdentifierKind, KeyKind } from './types.ts';

const REACH = loadSql(import.meta.url, 'reach.sql');
const UNUSABLE = loadSql(import.meta.url, 'unusable.sql');

const ReachRow = z.object({
  ...Object.fromEntries(KEY_KINDS.map((kind) => [kind, z.boolean()])),
  customers: z.int(),
});

const UnusableRow = z.object({
  kind: z.enum(IDENTIFIER_KINDS),
  reason: z.string(),
  values: z.int(),
  customers: z.int(),
  unreachable: z.int(),
});

/** Customers who have a key of exactly these kinds. */
export interface ReachGroup {
  readonly kinds: readonly KeyKind[];
  readonly customers: number;
}

/** Values of one kind that were left out for one reason. */
export interface UnusableGroup {
  readonly kind: IdentifierKind;
  readonly reason: UnusableReason;
  /** What the reason means, in a sentence. */
  readonly sentence: string;
  readonly values: number;
  readonly customers: number;
  /** Of these customers, those whom no platform can be sent by anything else. */
  readonly unreachable: number;
}

/** Who could be sent by which kinds of key; their numbers add up to all customers. */
export async function readReach(db: Db): Promise<ReachGroup[]> {
  const result = await runSql(db.pool, REACH);
  return result.rows.map((row) => {
    const { customers } = ReachRow.parse(row);
    return { kinds: KEY_KINDS.filter((kind) => row[kind] === true), customers };
  });
}

/** Why values were left out; first what keeps most people from being reached at all. */
export async function readUnusable(db: Db): Promise<UnusableGroup[]> {
  const result = await runSql(db.pool, UNUSABLE);
  return z
    .array(UnusableRow)
    .parse(result.rows)
    .flatMap(({ reason, ...group }) =>
      isReason(reason) ? [{ ...group, reason, sentence: UNUSABLE_REASONS[reason] }] : [],
    );
}

function isReason(text: string): text is UnusableReason {
  return Object.hasOwn(UNUSABLE_REASONS, text);
}
