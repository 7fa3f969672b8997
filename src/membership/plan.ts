/**
 * The wanted set of a sync against the ledger of what was sent, as set-based SQL in work tables of
 * the caller's transaction. Nothing here talks to a platform.
 */
import { readFileSync } from 'node:fs';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import type { KEY_RULES, KeyKind } from '../identity/index.ts';
import type { Statement } from '../infra/sql.ts';
import { loadSql, runSql, statement } from '../infra/sql.ts';
import { ChangeCounts, NO_CHANGE, figuresOf } from './figures.ts';
import type { PlanFigures } from './figures.ts';
import { keepShared } from './keep-shared.ts';
import { EVERYBODY, countBy, inWholeSets, ofScope } from './scope.ts';
import type { Scope } from './scope.ts';

const TABLES = loadSql(import.meta.url, 'plan-tables.sql');
const WHAT_THERE_IS = loadSql(import.meta.url, 'what-there-is.sql');
const SCREENED = readFileSync(new URL('screen.sql', import.meta.url), 'utf8');
const SCREEN = `CREATE TEMP TABLE plan_candidate ON COMMIT DROP AS ${SCREENED}
SELECT screened.* /* numbered */ FROM screened ORDER BY customer_id`;
const COUNT_SCREENED = `${SCREENED}
SELECT standing, count(*)::int AS people FROM screened GROUP BY standing`;
/** What keeps PostgreSQL from computing an expression again wherever it is read. */
const COMPUTED_ONCE = `OFFSET '0'`;
const ASSIGN = loadSql(import.meta.url, 'assign.sql');
const DIFFERENCE = readFileSync(new URL('difference.sql', import.meta.url), 'utf8');
const COUNTS = loadSql(import.meta.url, 'counts.sql');
const CHANGE_COUNTS = loadSql(import.meta.url, 'change-counts.sql');
const COUNT_MEMBERS = loadSql(import.meta.url, 'count-members.sql');

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

const Members = z.object({ members: z.int() });

/** A number of `[0, 2^48)` in this many bytes. */
const FRACTION_BYTES = 6;

/**
 * Digests below this stand for fractions below a share: those of arm_fraction, whose first 48 bits
 * they begin with.
 */
export function digestsBelow(share: number): Buffer {
  const bound = Math.ceil(share * 2 ** 48);
  // More than any digest: no number of 48 bits is above all of them.
  if (bound >= 2 ** 48) return Buffer.alloc(33, 0xff);
  const bytes = Buffer.alloc(FRACTION_BYTES);
  bytes.writeUIntBE(bound, 0, FRACTION_BYTES);
  return bytes;
}

const WhatThereIs = z.object({
  any_suppression: z.boolean(),
  any_suppressed_key: z.boolean(),
  any_consent: z.boolean(),
  any_arm: z.boolean(),
  on_citus: z.boolean(),
});

/** What people are screened by. */
export interface Screening {
  readonly audienceId: string;
  readonly syncId: string;
  readonly keys: KeyChoice;
  readonly consent: UnknownConsent;
  readonly contact: ContactLimits;
  readonly globalHoldout: Holdout;
  readonly holdout: Holdout;
  /** Whether the sync is of a group of which a person is on one audience. */
  readonly exclusive: boolean;
  /** Whether a no counts before not being reachable, as it does for those who are on the list. */
  readonly noFirst?: boolean;
  readonly scope: Scope;
  readonly now: Date;
}

/**
 * Finds the segment's people, each with their keys, their standing (rule 2) and the arm that they have
 * or would get (rule 6). Writes work tables alone.
 */
export async function screenSegment(
  client: PoolClient,
  segment: SegmentSelect,
  options: Screening,
): Promise<void> {
  await client.query(TABLES.text);
  const { text, values } = await prepareScreen(client, segment, options, SCREEN);
  await inWholeSets(client, options.scope, () => runSql(client, text, values));
}

/** The figures of a plan for an audience that nobody is on: all who are wanted are new. */
export async function countSegment(
  client: PoolClient,
  segment: SegmentSelect,
  options: Screening,
): Promise<PlanFigures> {
  const { text, values } = await prepareScreen(client, segment, options, COUNT_SCREENED);
  const counts = await inWholeSets(client, options.scope, () => countBy(client, text, values));
  return figuresOf(counts, { ...NO_CHANGE, added: counts.get('eligible') ?? 0 }, 0);
}

async function prepareScreen(
  client: PoolClient,
  segment: SegmentSelect,
  options: Screening,
  screen: string,
): Promise<{ readonly text: Statement; readonly values: Readonly<Record<string, unknown>> }> {
  const found = await runSql(client, WHAT_THERE_IS, { sync_id: options.syncId });
  const { on_citus, ...there } = WhatThereIs.parse(found.rows[0]);
  // Citus would carry what is computed once to the coordinator and back, which takes far longer.
  const fitting = on_citus ? screen.replaceAll(COMPUTED_ONCE, '') : screen;
  const { text, params } = screenOf(segment, options.scope, fitting);
  return { text, values: { ...params, ...there, ...screeningParams(options) } };
}

function screeningParams(options: Screening): Readonly<Record<string, unknown>> {
  const { keys, consent, contact, holdout, globalHoldout } = options;
  const { audienceId: audience_id, syncId: sync_id } = options;
  return {
    no_first: options.noFirst === true,
    any_occupied: contact.maxAudiences !== null || options.exclusive,
    any_contact:
      contact.leaveOnPurchase || contact.maxDays !== null || contact.coolDownDays !== null,
    any_holdout: holdout.share > 0,
    any_global_holdout: globalHoldout.share > 0,
    now: options.now,
    audience_id,
    sync_id,
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
    global_below: digestsBelow(globalHoldout.share),
    global_salt: globalHoldout.salt,
    below: digestsBelow(holdout.share),
    salt: holdout.salt,
  };
}

/** The statement that screens a segment; its own parameters come before those of the segment. */
function screenOf(
  segment: SegmentSelect,
  scope: Scope,
  screen: string,
): { readonly text: Statement; readonly params: Readonly<Record<string, unknown>> } {
  const fills = scope.of === 'everybody' && scope.empty;
  const nth = `, count(*) FILTER (WHERE standing = 'eligible') OVER (ORDER BY customer_id ROWS UNBOUNDED PRECEDING) AS nth`;
  const own = statement(ofScope(screen, scope).replace('/* numbered */', fills ? nth : ''));
  const { names } = segment.statement;
  const shifted = segment.statement.text.replace(
    /\$(\d+)/g,
    (_, number: string) => `$${Number(number) + own.names.length}`,
  );
  return {
    text: {
      text: own.text.replace('/* the segment */', () => shifted),
      names: [...own.names, ...names.map((name) => `segment.${name}`)],
    },
    params: Object.fromEntries(names.map((name) => [`segment.${name}`, segment.params[name]])),
  };
}

/** Logs both arms of whoever enters for the first time (rule 6). */
export async function assignArms(
  client: PoolClient,
  options: {
    readonly syncId: string;
    readonly runId: bigint;
    readonly holdout: Holdout;
    /** The moment of entry, from which outcomes count. */
    readonly now: Date;
  },
): Promise<void> {
  const { syncId: sync_id, runId: run_id, now } = options;
  const { salt, share: holdout } = options.holdout;
  await runSql(client, ASSIGN, { sync_id, run_id, salt, holdout, now });
}

/** Compares the wanted set with the ledger; gives the figures. Writes work tables alone. */
export async function compareWithLedger(
  client: PoolClient,
  audienceId: string,
  options: {
    /** Members sent before this are sent again, lest the platform forget them; null for none. */
    readonly resendBefore: Date | null;
    readonly now: Date;
    readonly scope?: Scope;
  },
): Promise<PlanFigures> {
  const { scope = EVERYBODY, now, resendBefore: resend_before } = options;
  const audience_id = audienceId;
  const counts = await countBy(client, COUNTS);
  if (scope.of === 'everybody' && scope.empty) {
    const added = counts.get('eligible') ?? 0;
    return figuresOf(counts, { ...NO_CHANGE, added }, 0);
  }
  await client.query('ANALYZE plan_candidate (customer_id, standing)');
  const difference = statement(ofScope(DIFFERENCE, scope));
  await runSql(client, difference, { audience_id, resend_before, now });
  await client.query('ANALYZE plan_change (customer_id, change, gone_keys)');
  const before = await countChanges(client);
  if (before.gone > 0) await keepShared(client, audienceId, scope);
  const changes = before.gone > 0 ? await countChanges(client) : before;
  if (scope.of === 'changed') {
    const standings = new Map(scope.others);
    for (const [standing, people] of counts) {
      standings.set(standing, (standings.get(standing) ?? 0) + people);
    }
    return figuresOf(standings, changes, scope.members);
  }
  const { members } = Members.parse((await runSql(client, COUNT_MEMBERS, { audience_id })).rows[0]);
  return figuresOf(counts, changes, members);
}

async function countChanges(client: PoolClient): Promise<ChangeCounts> {
  return ChangeCounts.parse((await runSql(client, CHANGE_COUNTS)).rows[0]);
}
