/**
 * The wanted set of a sync against the ledger of what was sent, as set-based SQL inside the
 * caller's transaction. Nothing here talks to a platform.
 */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import type { EmailRule, PhoneRule } from '../identity/index.ts';
import type { Statement } from '../infra/sql.ts';
import { loadSql, runSql } from '../infra/sql.ts';
import { CONSENT_COUNTRIES } from './consent-countries.ts';

const TABLES = loadSql(import.meta.url, 'plan-tables.sql');
const SCREEN = loadSql(import.meta.url, 'screen.sql');
const ASSIGN = loadSql(import.meta.url, 'assign.sql');
const HOLD_OUT = loadSql(import.meta.url, 'hold-out.sql');
const WOULD_HOLD_OUT = loadSql(import.meta.url, 'would-hold-out.sql');
const DIFFERENCE = loadSql(import.meta.url, 'difference.sql');
const KEEP_SHARED = loadSql(import.meta.url, 'keep-shared.sql');
const COUNTS = loadSql(import.meta.url, 'counts.sql');
const PLAN_REMOVALS = loadSql(import.meta.url, 'plan-removals.sql');
const MAKE_BATCHES = loadSql(import.meta.url, 'make-batches.sql');
const WRITE_ADDITIONS = loadSql(import.meta.url, 'write-additions.sql');
const WRITE_REMOVALS = loadSql(import.meta.url, 'write-removals.sql');
const FORGET_LEFT = loadSql(import.meta.url, 'forget-left.sql');

/** The people of a segment, as one SELECT of `customer_id`. */
export interface SegmentSelect {
  readonly statement: Statement;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Which of a customer's digests a platform gets. A kind without a rule is not sent. */
export interface KeyChoice {
  readonly email: EmailRule | null;
  readonly phone: PhoneRule | null;
  readonly keysPerKind: number;
}

/** A share of people held out by the hash of salt and id. */
export interface Holdout {
  readonly share: number;
  readonly salt: string;
}

const PlanCounts = z.object({
  in_segment: z.int(),
  unreachable: z.int(),
  no_consent: z.int(),
  suppressed: z.int(),
  held_out_global: z.int(),
  held_out: z.int(),
  wanted: z.int(),
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  leaving: z.int(),
  members: z.int(),
});

/** The figures of a plan, in people. Those of rule 7 add up. */
export interface PlanFigures {
  readonly inSegment: number;
  readonly unreachable: number;
  readonly noConsent: number;
  readonly suppressed: number;
  readonly heldOutGlobal: number;
  readonly heldOut: number;
  readonly wanted: number;
  readonly unchanged: number;
  /** New people, people with changed keys, and people whose last batch did not land. */
  readonly added: number;
  /** Of `added`: people whose keys changed. */
  readonly changed: number;
  /** People taken off, removals that did not land before included. */
  readonly removed: number;
  /** People the ledger had on the audience before, and those of them who would leave now. */
  readonly members: number;
  readonly leaving: number;
}

/** Fills the plan with the segment's people, each with their keys and their standing (rule 2). */
export async function screenSegment(
  client: PoolClient,
  segment: SegmentSelect,
  options: { readonly keys: KeyChoice; readonly globalHoldout: Holdout; readonly now: Date },
): Promise<void> {
  await client.query(TABLES.text);
  await runSql(
    client,
    {
      ...segment.statement,
      text: `INSERT INTO plan_segment (customer_id) ${segment.statement.text}`,
    },
    segment.params,
  );
  await client.query('ANALYZE plan_segment');
  await runSql(client, SCREEN, {
    now: options.now,
    email_rule: options.keys.email,
    phone_rule: options.keys.phone,
    keys_per_kind: options.keys.keysPerKind,
    consent_countries: CONSENT_COUNTRIES,
    global_holdout: options.globalHoldout.share,
    global_salt: options.globalHoldout.salt,
  });
  await client.query('ANALYZE plan_candidate');
}

/**
 * Takes the control arm out (rule 6). With a run, both arms of whoever enters for the first time
 * are logged; without one, nothing is written.
 */
export async function holdOut(
  client: PoolClient,
  options: {
    readonly syncId: string;
    readonly runId: bigint | null;
    readonly holdout: Holdout;
    /** The moment of entry, from which outcomes count. */
    readonly now: Date;
  },
): Promise<void> {
  const { salt, share: holdout } = options.holdout;
  const drawn = { sync_id: options.syncId, salt, holdout };
  if (options.runId !== null) {
    await runSql(client, ASSIGN, { ...drawn, run_id: options.runId, now: options.now });
  }
  await runSql(client, HOLD_OUT, { sync_id: options.syncId });
  if (options.runId === null) await runSql(client, WOULD_HOLD_OUT, drawn);
}

/** Compares the wanted set with the ledger; gives the figures. Writes work tables alone. */
export async function compareWithLedger(
  client: PoolClient,
  audienceId: string,
  /** Members sent before this are sent again, lest the platform forget them; null for none. */
  resendBefore: Date | null,
): Promise<PlanFigures> {
  await runSql(client, DIFFERENCE, { audience_id: audienceId, resend_before: resendBefore });
  await client.query('ANALYZE plan_change');
  await runSql(client, KEEP_SHARED);
  const result = await runSql(client, COUNTS, { audience_id: audienceId });
  const counts = PlanCounts.parse(result.rows[0]);
  return {
    inSegment: counts.in_segment,
    unreachable: counts.unreachable,
    noConsent: counts.no_consent,
    suppressed: counts.suppressed,
    heldOutGlobal: counts.held_out_global,
    heldOut: counts.held_out,
    wanted: counts.wanted,
    unchanged: counts.wanted - counts.added,
    added: counts.added,
    changed: counts.changed,
    removed: counts.removed,
    members: counts.members,
    leaving: counts.leaving,
  };
}

/** Writes the compared plan into the ledger and cuts it into batches of at most `batchRows`. */
export async function writeLedger(
  client: PoolClient,
  plan: {
    readonly runId: bigint;
    readonly audienceId: string;
    readonly batchRows: number;
    readonly keysPerKind: number;
    readonly figures: PlanFigures;
  },
): Promise<void> {
  const { added } = plan.figures;
  const where = { run_id: plan.runId, audience_id: plan.audienceId };
  const size = { batch_rows: plan.batchRows };
  await runSql(client, PLAN_REMOVALS, { ...size, keys_per_kind: plan.keysPerKind });
  await runSql(client, MAKE_BATCHES, { ...where, ...size, added });
  if (added > 0) await runSql(client, WRITE_ADDITIONS, { ...where, ...size });
  await runSql(client, WRITE_REMOVALS, where);
  await runSql(client, FORGET_LEFT, { audience_id: plan.audienceId });
}
