/**
 * One audience, the platform it lives on and the ledger in the database, driven plan by plan. Keys
 * are short names; the platform's side is a set of them, so what is really there is always known.
 */
import type { ClientBase } from 'pg';
import type { Db } from '../../src/infra/db.ts';
import { inTransaction } from '../../src/infra/db.ts';
import { loadSql } from '../../src/infra/sql.ts';
import {
  compareWithLedger,
  planErasure,
  writeLedger,
  writeRemovals,
} from '../../src/membership/index.ts';
import type { PlanFigures, Presence } from '../../src/membership/index.ts';

const TABLES = loadSql(import.meta.url, '../../src/membership/plan-tables.sql');
/** As screen.sql makes it. */
const CANDIDATES = `
  CREATE TEMP TABLE plan_candidate (
    customer_id text COLLATE "C", keys bytea[], profile bytea, ad_user_data boolean,
    ad_personalization boolean, limited_use_state int, standing text, enters boolean
  ) ON COMMIT DROP`;
/** Small, so that a few people are several batches. */
const LIMITS = { batchRows: 2, keysPerMember: 10 };
const MINUTE = 60_000;

/** What a platform may answer a request, how the batch is then written, and whether it was done. */
const ANSWERS = {
  done: { state: 'done', counted: 'accepted', carriedOut: true },
  'answered later': { state: 'pending', counted: 'unknown', carriedOut: false },
  'answer lost': { state: 'lost', counted: 'unknown', carriedOut: true },
  'request lost': { state: 'lost', counted: 'unknown', carriedOut: false },
  refused: { state: 'refused', counted: 'nothing', carriedOut: false },
  rejected: { state: 'done', counted: 'rejected', carriedOut: false },
  'perhaps, and so it was': { state: 'done', counted: 'unknown', carriedOut: true },
  // An addition that is taken without a word about its rows is believed, so there it was done.
  'perhaps, but it was not': { state: 'done', counted: 'unknown', carriedOut: false },
} as const;

/** `cut off`: the process ends before this request, and the rest of the run stays planned. */
export type Answer = keyof typeof ANSWERS | 'cut off';

export const EVERY_ANSWER: readonly Answer[] = [
  'done',
  'answered later',
  'answer lost',
  'request lost',
  'refused',
  'rejected',
  'perhaps, and so it was',
  'perhaps, but it was not',
  'cut off',
];

interface Request {
  readonly id: string;
  readonly operation: 'add' | 'remove';
  readonly rows: number;
  readonly keys: readonly string[];
}

/** One person as the shop has them now. */
export interface ModelPerson {
  wanted: boolean;
  personalised: boolean;
  keys: readonly string[];
}

export interface LedgerModel {
  readonly db: Db;
  readonly audienceId: string;
  readonly syncId: string;
  readonly people: Map<string, ModelPerson>;
  /** Whoever asked to be forgotten; no plan has them as a candidate any more. */
  readonly erased: Set<string>;
  readonly platform: Set<string>;
  /** Taken by the platform and not worked on yet, in the order of arrival. */
  readonly queue: Request[];
  /** Milliseconds; every look at it is a minute later. */
  clock: number;
}

/** A new, empty audience of a sync of its own. */
export async function newLedgerModel(
  db: Db,
  people: ReadonlyMap<string, ModelPerson>,
): Promise<LedgerModel> {
  const { id, sync_id } = await oneRow<{ id: string; sync_id: string }>(
    db.pool,
    `WITH named AS (SELECT gen_random_uuid()::text AS name),
     s AS (
       INSERT INTO segment (name, template, params, created_at, updated_at)
       SELECT name, 'everyone', '{}', now(), now() FROM named RETURNING id
     ),
     d AS (
       INSERT INTO destination (name, platform, account, credentials, created_at, updated_at)
       SELECT name, 'x', name, '{}', now(), now() FROM named RETURNING id
     ),
     y AS (
       INSERT INTO sync (
         name, segment_id, destination_id, audience_name, identifiers, timezone, holdout, salt,
         max_shrink, created_at, updated_at
       )
       SELECT name, s.id, d.id, name, '{email}', 'UTC', 0, 'salt', 1, now(), now()
       FROM named, s, d RETURNING id, name
     )
     INSERT INTO audience (sync_id, name, created_at) SELECT id, name, now() FROM y
     RETURNING id, sync_id`,
  );
  return {
    db,
    audienceId: id,
    syncId: sync_id,
    people: new Map(people),
    erased: new Set(),
    platform: new Set(),
    queue: [],
    clock: Date.UTC(2026, 0, 1),
  };
}

/** A run of the sync: plan, ledger, delivery. The first batch gets the first answer, and so on. */
export async function runSync(
  model: LedgerModel,
  answers: readonly Answer[] = [],
): Promise<PlanFigures> {
  const { audienceId } = model;
  const { runId, figures } = await inTransaction(model.db, async (client) => {
    const runId = await startRun(client, model);
    await writeCandidates(client, model);
    const figures = await compareWithLedger(client, audienceId, {
      resendBefore: null,
      now: tick(model),
    });
    const { added } = figures;
    await writeLedger(client, { runId, audienceId, ...LIMITS, added, now: tick(model) });
    return { runId, figures };
  });
  await deliver(model, runId, answers);
  return figures;
}

/** An attempt to take one person off, as an erasure makes it; gives where they stand behind it. */
export async function erase(
  model: LedgerModel,
  customerId: string,
  answers: readonly Answer[] = [],
): Promise<Presence['state']> {
  const { db, audienceId } = model;
  const person = { audienceId, customerId };
  const planned = await inTransaction(db, async (client) => {
    const { state } = await planErasure(client, person);
    if (state !== 'leaving') return { state };
    const runId = await startRun(client, model);
    await writeRemovals(client, { runId, audienceId, ...LIMITS, added: 0 });
    return { state, runId };
  });
  if (planned.runId === undefined) return planned.state;
  await deliver(model, planned.runId, answers);
  const { state } = await inTransaction(
    db,
    (client) => planErasure(client, person),
    ({ state }) => state === 'absent',
  );
  return state;
}

/** The platform works on what arrived first, on at most so many requests. */
export async function workOff(model: LedgerModel, requests: number): Promise<void> {
  for (const request of model.queue.splice(0, requests)) {
    carryOut(model, request);
    await model.db.pool.query(
      `UPDATE batch SET state = 'done', accepted = rows, unknown = 0, answered_at = $2 WHERE id = $1`,
      [request.id, tick(model)],
    );
  }
}

/** Keys that are on the platform, or may yet come there, and that no row would ever take off. */
export async function forgottenKeys(model: LedgerModel): Promise<string[]> {
  const { rows } = await model.db.pool.query<{ keys: Buffer[] }>(
    `SELECT CASE WHEN touched THEN keys ELSE '{}' END
            || CASE WHEN removal_answered THEN '{}' ELSE gone_keys END AS keys
     FROM ledger WHERE audience_id = $1`,
    [model.audienceId],
  );
  const known = new Set(rows.flatMap(({ keys }) => keys.map(nameOf)));
  const coming = model.queue.filter(({ operation }) => operation === 'add');
  const there = new Set([...model.platform, ...coming.flatMap(({ keys }) => keys)]);
  return [...there].filter((key) => !known.has(key)).sort();
}

/** Whoever the ledger has a row of, sorted. */
export async function peopleInLedger({ db, audienceId }: LedgerModel): Promise<string[]> {
  const { rows } = await db.pool.query<{ customer_id: string }>(
    'SELECT customer_id FROM membership WHERE audience_id = $1 ORDER BY customer_id',
    [audienceId],
  );
  return rows.map((row) => row.customer_id);
}

async function startRun(client: ClientBase, model: LedgerModel): Promise<bigint> {
  const { id } = await oneRow<{ id: string }>(
    client,
    `INSERT INTO run (sync_id, state, trigger, as_of, started_at)
     VALUES ($1, 'delivering', 'model', $2, $2) RETURNING id`,
    [model.syncId, tick(model)],
  );
  return BigInt(id);
}

async function writeCandidates(client: ClientBase, { people, erased }: LedgerModel): Promise<void> {
  await client.query(TABLES.text);
  await client.query(CANDIDATES);
  for (const [id, { wanted, personalised, keys }] of people) {
    if (erased.has(id)) continue;
    await client.query(
      `INSERT INTO plan_candidate (customer_id, keys, ad_user_data, ad_personalization, standing)
       VALUES ($1, $2, true, $3, $4)`,
      [id, keys.map(keyOf), personalised, wanted ? 'eligible' : 'suppressed'],
    );
  }
}

async function deliver(
  model: LedgerModel,
  runId: bigint,
  answers: readonly Answer[],
): Promise<void> {
  for (const [index, request] of (await requestsOf(model, runId)).entries()) {
    const answer = answers[index] ?? 'done';
    if (answer === 'cut off') return;
    const { state, counted, carriedOut } = ANSWERS[answer];
    const believed = counted === 'unknown' && state === 'done' && request.operation === 'add';
    if (carriedOut || believed) carryOut(model, request);
    if (state === 'pending') model.queue.push(request);
    await model.db.pool.query(
      `UPDATE batch
       SET state = $2, request_id = 'request', sent_at = $3, answered_at = $4,
           accepted = CASE WHEN $5 = 'accepted' THEN rows ELSE 0 END,
           rejected = CASE WHEN $5 = 'rejected' THEN rows ELSE 0 END,
           unknown = CASE WHEN $5 = 'unknown' THEN rows ELSE 0 END
       WHERE id = $1`,
      [request.id, state, tick(model), tick(model), counted],
    );
  }
}

async function requestsOf({ db }: LedgerModel, runId: bigint): Promise<Request[]> {
  const { rows } = await db.pool.query<Omit<Request, 'keys'> & { readonly keys: Buffer[] }>(
    `SELECT b.id, b.operation, b.rows, ARRAY(
       SELECT unnest(m.keys) FROM membership m WHERE m.add_batch_id = b.id AND b.operation = 'add'
       UNION
       SELECT unnest(m.gone_keys) FROM membership m WHERE m.remove_batch_id = b.id
     ) AS keys
     FROM batch b WHERE b.run_id = $1 ORDER BY b.seq`,
    [runId],
  );
  return rows.map((row) => ({ ...row, keys: row.keys.map(nameOf) }));
}

function carryOut({ platform }: LedgerModel, { operation, keys }: Request): void {
  for (const key of keys) {
    if (operation === 'add') platform.add(key);
    else platform.delete(key);
  }
}

function tick(model: LedgerModel): Date {
  model.clock += MINUTE;
  return new Date(model.clock);
}

async function oneRow<Row extends object>(
  client: Pick<ClientBase, 'query'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  const { rows } = await client.query<Row>(text, [...values]);
  const [row] = rows;
  if (row === undefined) throw new Error('The statement gave no row.');
  return row;
}

/** An e-mail key: the byte of its kind, and as many bytes as a digest has. */
const keyOf = (name: string): Buffer => Buffer.from(`e${name.padEnd(32, '_')}`);
const nameOf = (key: Buffer): string => key.toString().slice(1).replace(/_+$/, '');
