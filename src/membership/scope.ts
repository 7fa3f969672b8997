/**
 * Whom a plan looks at: everybody, or those alone who changed since the last plan of the audience.
 * The second gives the same figures and the same ledger in the time that the changes take.
 */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { loadSql, runSql } from '../infra/sql.ts';
import { sum } from './figures.ts';
import type { Standings } from './figures.ts';

const TRACKING = loadSql(import.meta.url, 'tracking.sql');
const KNOWN_PLAN = loadSql(import.meta.url, 'known-plan.sql');
const SCOPE_TABLE = loadSql(import.meta.url, 'scope-table.sql');
const FIND_SCOPE = loadSql(import.meta.url, 'find-scope.sql');
const COUNT_KNOWN = loadSql(import.meta.url, 'count-known.sql');
const COUNT_SCOPE = loadSql(import.meta.url, 'count-scope.sql');

/**
 * Triggers that note changes; where one of them is missing, as in a distributed database, nothing is
 * known of changes.
 */
const TRIGGERS = 18;
/** From this share of all on, and as many people, a look at everybody takes less than one at the changed. */
const MOST_CHANGED = 0.1;
const FEW = 1_000;

/**
 * Until the transaction ends. A few people are found by keys: of tables that have just been filled
 * PostgreSQL knows too little, and would rather read all of them.
 */
const BY_KEYS = 'SET LOCAL enable_seqscan = off';

/** For a statement of a plan by keys that does read a whole table. */
export async function inWholeTables<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  return turned(client, 'enable_seqscan', true, work);
}

/**
 * For a statement of a plan about everybody: PostgreSQL takes tables that have just been filled for
 * next to empty, and would go through one of them for each row of another.
 */
export async function inWholeSets<T>(
  client: PoolClient,
  scope: Scope,
  work: () => Promise<T>,
): Promise<T> {
  return scope.of === 'changed' ? work() : turned(client, 'enable_nestloop', false, work);
}

/** Turns a way of the planner on or off for one statement, and then back. */
async function turned<T>(
  client: PoolClient,
  way: 'enable_seqscan' | 'enable_nestloop',
  on: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const [during, after] = on ? ['on', 'off'] : ['off', 'on'];
  await client.query(`SET LOCAL ${way} = ${during}`);
  const result = await work();
  await client.query(`SET LOCAL ${way} = ${after}`);
  return result;
}

/**
 * `empty`: everybody, and the ledger of the audience has nobody yet. `changed`: `others` are those whom
 * the last plan looked at and this one does not, `members` whom it left on the audience.
 */
export type Scope =
  | { readonly of: 'everybody'; readonly empty: boolean }
  | { readonly of: 'changed'; readonly others: Standings; readonly members: number };

/** A look at everybody that takes nothing for granted. */
export const EVERYBODY: Scope = { of: 'everybody', empty: false };

const People = z.array(z.object({ standing: z.string(), people: z.int() }));
const KnownPlan = z.object({ seen: z.string(), people: z.record(z.string(), z.int()).nullable() });

/**
 * Finds whom a plan has to look at, and puts them into a work table where it is not everybody.
 *
 * @param plan.rules digest of what the plan goes by beside people; null where it goes by the time too,
 *   or by something that is not noted when it changes
 */
export async function findScope(
  client: PoolClient,
  plan: {
    readonly audienceId: string;
    readonly rules: Buffer | null;
    readonly resendBefore: Date | null;
    readonly now: Date;
  },
): Promise<Scope> {
  const { rules, now, resendBefore: resend_before, audienceId: audience_id } = plan;
  const member = await client.query('SELECT 1 FROM membership WHERE audience_id = $1 LIMIT 1', [
    audience_id,
  ]);
  const everybody: Scope = { of: 'everybody', empty: member.rowCount === 0 };
  if (rules === null) return everybody;
  const found = await runSql(client, KNOWN_PLAN, { audience_id, rules, now });
  const known = KnownPlan.optional().parse(found.rows[0]);
  if (known === undefined) return everybody;
  const people =
    known.people === null
      ? await countBy(client, COUNT_KNOWN, { audience_id })
      : new Map(Object.entries(known.people));
  await client.query(SCOPE_TABLE.text);
  const scope = await runSql(client, FIND_SCOPE, { audience_id, seen: known.seen, resend_before });
  if ((scope.rowCount ?? 0) > Math.max(FEW, sum(people) * MOST_CHANGED)) {
    await client.query('DROP TABLE plan_scope');
    return everybody;
  }
  await client.query('ANALYZE plan_scope');
  await client.query(BY_KEYS);
  const before = await countBy(client, COUNT_SCOPE, { audience_id });
  const others = new Map(
    [...people].map(([standing, count]) => [standing, count - (before.get(standing) ?? 0)]),
  );
  return { of: 'changed', others, members: people.get('eligible') ?? 0 };
}

/** Whether the database notes who changes. */
export async function notesChanges(client: PoolClient): Promise<boolean> {
  const { rows } = await runSql(client, TRACKING, { triggers: TRIGGERS });
  return z.object({ tracked: z.boolean() }).parse(rows[0]).tracked;
}

/** A statement for everybody as one for the people of the scope. */
export function ofScope(text: string, scope: Scope): string {
  return scope.of === 'everybody'
    ? text
    : text.replaceAll('/* of the scope */', 'JOIN plan_scope USING (customer_id)');
}

export async function countBy(
  client: Pick<PoolClient, 'query'>,
  statement: Parameters<typeof runSql>[1],
  params: Readonly<Record<string, unknown>> = {},
): Promise<Map<string, number>> {
  const { rows } = await runSql(client, statement, params);
  return new Map(People.parse(rows).map(({ standing, people }) => [standing, people]));
}
