/**
 * The queue: which jobs there are, how they are put into it and handed to whoever works. It lives in
 * the same database (pg-boss, schema `pgboss`), so that a job is put there by the transaction of what
 * it follows from, or not at all.
 */
import type { PgBoss } from 'pg-boss';
import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { Db } from '../src/infra/db.ts';

/** What a job of each kind carries: names and ids, never anything of a customer. */
const JOBS = {
  /** Runs a sync. */
  'run-sync': z.object({ sync: z.uuid(), trigger: z.string() }),
  /** Reckons a segment anew, and has the syncs run that follow it. */
  'refresh-segment': z.object({ segment: z.string() }),
  /** Asks platforms what became of uploads that they answer later. */
  settle: z.object({}),
  /** Reads what platforms say of lists: whom they recognised, and whether all is as the ledger says. */
  'poll-match': z.object({}),
  /** Computes the lift of every experiment and keeps it. */
  'compute-lift': z.object({}),
  /** Goes on with erasures that wait for a platform. */
  erase: z.object({}),
  /** Runs syncs whose members a platform would forget before their next run. */
  expire: z.object({}),
  /** Looks for what a person has to know of, and tells them. */
  alert: z.object({}),
  /** Deletes what is kept no longer. */
  purge: z.object({}),
} as const;

export type JobName = keyof typeof JOBS;
export type JobData<Name extends JobName> = z.infer<(typeof JOBS)[Name]>;

export const JOB_NAMES = Object.keys(JOBS).filter((name): name is JobName => name in JOBS);

/** Runs may take hours; whether their worker lives is told by its heartbeat. */
const LONGEST_SECONDS = 23 * 3600;

/** The least that pg-boss takes: how long a worker may be silent before its job is taken from it. */
const HEARTBEAT_SECONDS = 10;
/** How often a worker looks for jobs whose worker is silent, and for keys that are free again. */
const WATCH_SECONDS = 4;
const POLL_SECONDS = 1;

const bosses = new WeakMap<Db, Promise<PgBoss>>();

/** The queue of a database, made where it is not there yet; closed with the database. */
function bossOf(db: Db): Promise<PgBoss> {
  const known = bosses.get(db);
  if (known !== undefined) return known;
  const started = start(db).catch((error: unknown) => {
    bosses.delete(db);
    throw error;
  });
  bosses.set(db, started);
  return started;
}

async function start(db: Db): Promise<PgBoss> {
  // Most commands queue nothing.
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    ...by(db.queue),
    // Workers mind the queue when they look at it; see `superviseQueue`.
    supervise: false,
    schedule: false,
    superviseIntervalSeconds: WATCH_SECONDS,
    monitorIntervalSeconds: WATCH_SECONDS,
    queueCacheIntervalSeconds: WATCH_SECONDS,
  });
  // A database that is away for a moment; whoever waits for a job goes on asking.
  boss.on('error', () => {});
  await boss.start();
  db.beforeClose(() => boss.stop({ graceful: false, close: false }));
  for (const name of JOB_NAMES) {
    if ((await boss.getQueue(name)) !== null) continue;
    await boss.createQueue(name, {
      // Of a key, one is active at a time: runs on one ad account go one after another.
      policy: 'singleton',
      // Of a worker that died; what a run meets is written down, and followed from there.
      retryLimit: 12,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 300,
      expireInSeconds: LONGEST_SECONDS,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      deleteAfterSeconds: 24 * 3600,
    });
  }
  return boss;
}

/** Whoever runs statements: the pool, or a transaction on one connection. */
type Client = Pick<ClientBase, 'query'>;

/** By whom pg-boss is to run its statements. */
function by(client: Client) {
  return {
    db: { executeSql: async (text: string, values?: unknown[]) => client.query(text, values) },
  };
}

/**
 * Puts a job into the queue, by the caller's transaction. Gives its id.
 *
 * @param key jobs of one name and key are worked on one after another
 */
export async function enqueue<Name extends JobName>(
  db: Db,
  client: Client,
  name: Name,
  job: { readonly data: JobData<Name>; readonly key: string; readonly delaySeconds?: number },
): Promise<string> {
  const boss = await bossOf(db);
  const id = await boss.send(name, job.data, {
    singletonKey: job.key,
    // By the database's clock, as all of the queue is.
    ...(job.delaySeconds === undefined ? {} : { startAfter: job.delaySeconds }),
    ...by(client),
  });
  if (id === null) throw new Error(`The queue took no job of ${name}.`);
  return id;
}

/** Whether a job of that name and data is in the queue and nobody works on it yet. */
export async function isQueued<Name extends JobName>(
  db: Db,
  client: Client,
  name: Name,
  data: Partial<JobData<Name>>,
): Promise<boolean> {
  return (await findQueued(db, client, name, data)).length > 0;
}

/** Takes such jobs out of the queue, in the caller's transaction. Gives whether there were any. */
export async function unqueue<Name extends JobName>(
  db: Db,
  client: Client,
  name: Name,
  data: Partial<JobData<Name>>,
): Promise<boolean> {
  const ids = await findQueued(db, client, name, data);
  if (ids.length === 0) return false;
  await (await bossOf(db)).deleteJob(name, ids, by(client));
  return true;
}

async function findQueued<Name extends JobName>(
  db: Db,
  client: Client,
  name: Name,
  data: Partial<JobData<Name>>,
): Promise<string[]> {
  const boss = await bossOf(db);
  const jobs = await boss.findJobs(name, { data, queued: true, ...by(client) });
  return jobs.map(({ id }) => id);
}

/** Waits or is worked on, by a worker that may be dead. */
const UNDER_WAY = `state IN ('created', 'retry', 'active')`;

/** What the jobs of a name carry that wait or are worked on. */
export async function jobsUnderWay<Name extends JobName>(
  db: Db,
  name: Name,
): Promise<JobData<Name>[]> {
  await bossOf(db);
  const { rows } = await db.pool.query<{ data: JobData<Name> }>(
    `SELECT data FROM pgboss.job WHERE name = $1 AND ${UNDER_WAY}`,
    [name],
  );
  return rows.map(({ data }) => data);
}

/** Whether a job of that name and data is under way. */
export async function hasJob<Name extends JobName>(
  db: Db,
  name: Name,
  data: Partial<JobData<Name>>,
): Promise<boolean> {
  await bossOf(db);
  const { rows } = await db.pool.query<{ found: boolean }>(
    `SELECT EXISTS (
       SELECT 1 FROM pgboss.job
       WHERE name = $1 AND ${UNDER_WAY} AND data @> $2::jsonb
     ) AS found`,
    [name, JSON.stringify(data)],
  );
  return rows[0]?.found ?? false;
}

/** What a worker does of each kind. An error fails the job; the next of its kind is another's. */
export type Handlers = {
  readonly [Name in JobName]: (data: JobData<Name>) => Promise<void>;
};

/**
 * Takes jobs and works on them until told to end, `runs` syncs at a time and one job of every other
 * kind.
 */
export async function workOn(
  db: Db,
  handlers: Handlers,
  { runs }: { readonly runs: number },
): Promise<void> {
  const boss = await bossOf(db);
  for (const name of JOB_NAMES) {
    // A kind's schema and its handler belong together, which TypeScript cannot see through the table.
    const handle = handlers[name] as (data: unknown) => Promise<void>;
    await boss.work(
      name,
      {
        pollingIntervalSeconds: POLL_SECONDS,
        heartbeatRefreshSeconds: HEARTBEAT_SECONDS / 4,
        localConcurrency: name === 'run-sync' ? runs : 1,
      },
      async (jobs) => {
        for (const job of jobs) await handle(JOBS[name].parse(job.data));
      },
    );
  }
}

/** Takes no more jobs, and ends when those under way have. */
export async function stopWorking(db: Db): Promise<void> {
  const boss = await bossOf(db);
  await Promise.all(JOB_NAMES.map((name) => boss.offWork(name, { wait: true })));
}

/** Takes jobs from workers that show no life, and frees the keys of jobs that have ended. */
export async function superviseQueue(db: Db): Promise<void> {
  await (await bossOf(db)).supervise();
}

/** How many jobs of a kind are in a state. */
export interface QueueDepth {
  readonly queue: string;
  readonly state: 'waiting' | 'active' | 'failed';
  readonly jobs: number;
}

/** What is in the queue now; nothing where no job was ever put there. */
export async function queueDepths(db: Db): Promise<QueueDepth[]> {
  const there = await db.pool.query<{ there: boolean }>(
    `SELECT to_regclass('pgboss.job') IS NOT NULL AS there`,
  );
  if (!(there.rows[0]?.there ?? false)) return [];
  const { rows } = await db.pool.query<QueueDepth>(
    `SELECT name AS queue,
       CASE WHEN state IN ('created', 'retry') THEN 'waiting' ELSE state::text END AS state,
       count(*)::int AS jobs
     FROM pgboss.job
     WHERE state IN ('created', 'retry', 'active', 'failed') AND name = ANY($1)
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [JOB_NAMES],
  );
  return rows;
}
