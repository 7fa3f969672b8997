/**
 * The wanted set of a sync against the ledger of what was sent, as set-based SQL in work tables of
 * the caller's transaction. Nothing here talks to a platform.
 */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import type { KEY_RULES, KeyKind } from '../identity/index.ts';
import type { Statement } from '../infra/sql.ts';
import { loadSql, runSql } from '../infra/sql.ts';

const TABLES = loadSql(import.meta.url, 'plan-tables.sql');
const SCREEN = loadSql(import.meta.url, 'screen.sql');
const ASSIGN = loadSql(import.meta.url, 'assign.sql');
const HOLD_OUT = loadSql(import.meta.url, 'hold-out.sql');
const WOULD_HOLD_OUT = loadSql(import.meta.url, 'would-hold-out.sql');
const DIFFERENCE = loadSql(import.meta.url, 'difference.sql');
const KEEP_SHARED = loadSql(import.meta.url, 'keep-shared.sql');
const COUNTS = loadSql(import.meta.url, 'counts.sql');

/** The people of a segment, as one SELECT of `customer_id`. */
export interface SegmentSelect {
  readonly statement: Statement;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Which of a customer's keys a platform gets. A kind without a rule is not sent. */
export interface KeyChoice {
  readonly rules: { readonly [Kind in KeyKind]?: (typeof KEY_RULES)[Kind][number] };
  readonly keysPerKind: number;
  readonly keysPerMember: number;
}

/** What to make of people who never answered, by country (ISO 3166-1 alpha-2) and US state. */
export interface UnknownConsent {
  /** Where no answer is a no. */
  readonly denyCountries: readonly string[];
  /** Whether it is one everywhere but in `allowCountries`, and for people without a country. */
  readonly denyElsewhere: boolean;
  readonly allowCountries: readonly string[];
  /** Where the platform is told to limit its use of their data, and its number for each state. */
  readonly limitedUse: {
    readonly states: readonly string[];
    readonly numbers: readonly number[];
    readonly everyState: boolean;
  };
}

/** How long and how often people may be followed; null where there is no limit. */
export interface ContactLimits {
  readonly leaveOnPurchase: boolean;
  readonly maxDays: number | null;
  readonly coolDownDays: number | null;
  readonly maxAudiences: number | null;
}

/** A share of people held out by the hash of salt and id. */
export interface Holdout {
  readonly share: number;
  readonly salt: string;
}

const PlanCounts = z.object({
  in_segment: z.int(),
  unreachable: z.int(),
  erased: z.int(),
  no_consent: z.int(),
  suppressed: z.int(),
  purchased: z.int(),
  time_up: z.int(),
  cooling_down: z.int(),
  in_group: z.int(),
  enough_audiences: z.int(),
  held_out_global: z.int(),
  held_out: z.int(),
  wanted: z.int(),
  waiting: z.int(),
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
  /** Forgotten on request; their erasure is not through yet. */
  readonly erased: number;
  /** On the audience, and bought something since: they leave. */
  readonly purchased: number;
  /** On the audience for as long as the contact policy allows: they leave. */
  readonly timeUp: number;
  /** Left, and may not come back yet. */
  readonly coolingDown: number;
  /** On the audience of a sync of the same group that goes before this one. */
  readonly inGroup: number;
  /** On as many audiences of syncs that go before this one as the contact policy allows. */
  readonly enoughAudiences: number;
  readonly heldOutGlobal: number;
  readonly heldOut: number;
  readonly wanted: number;
  readonly unchanged: number;
  /** Left as they are until the platform has answered an earlier request about them. */
  readonly waiting: number;
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
  options: {
    readonly audienceId: string;
    readonly keys: KeyChoice;
    readonly consent: UnknownConsent;
    readonly contact: ContactLimits;
    readonly globalHoldout: Holdout;
    readonly now: Date;
  },
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
  const { keys, consent, contact } = options;
  await runSql(client, SCREEN, {
    now: options.now,
    audience_id: options.audienceId,
    email_rule: keys.rules.email ?? null,
    phone_rule: keys.rules.phone ?? null,
    mobile_id_rule: keys.rules.mobile_id ?? null,
    x_handle_rule: keys.rules.x_handle ?? null,
    x_id_rule: keys.rules.x_id ?? null,
    external_id_rule: keys.rules.external_id ?? null,
    profile_rule: keys.rules.profile ?? null,
    keys_per_kind: keys.keysPerKind,
    keys_per_member: keys.keysPerMember,
    deny_countries: consent.denyCountries,
    deny_elsewhere: consent.denyElsewhere,
    allow_countries: consent.allowCountries,
    limited_use_states: consent.limitedUse.states,
    limited_use_numbers: consent.limitedUse.numbers,
    limited_use_everywhere: consent.limitedUse.everyState,
    leave_on_purchase: contact.leaveOnPurchase,
    max_days: contact.maxDays,
    cool_down_days: contact.coolDownDays,
    max_audiences: contact.maxAudiences,
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
  options: {
    /** Members sent before this are sent again, lest the platform forget them; null for none. */
    readonly resendBefore: Date | null;
    readonly now: Date;
  },
): Promise<PlanFigures> {
  await runSql(client, DIFFERENCE, {
    audience_id: audienceId,
    resend_before: options.resendBefore,
    now: options.now,
  });
  await client.query('ANALYZE plan_change');
  await runSql(client, KEEP_SHARED, { audience_id: audienceId });
  const result = await runSql(client, COUNTS, { audience_id: audienceId });
  const counts = PlanCounts.parse(result.rows[0]);
  return {
    inSegment: counts.in_segment,
    unreachable: counts.unreachable,
    noConsent: counts.no_consent,
    suppressed: counts.suppressed,
    erased: counts.erased,
    purchased: counts.purchased,
    timeUp: counts.time_up,
    coolingDown: counts.cooling_down,
    inGroup: counts.in_group,
    enoughAudiences: counts.enough_audiences,
    heldOutGlobal: counts.held_out_global,
    heldOut: counts.held_out,
    wanted: counts.wanted,
    unchanged: counts.wanted - counts.added - counts.waiting,
    waiting: counts.waiting,
    added: counts.added,
    changed: counts.changed,
    removed: counts.removed,
    members: counts.members,
    leaving: counts.leaving,
  };
}
