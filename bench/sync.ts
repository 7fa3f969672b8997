/**
 * Syncs beside the floor of DESIGN §6, at several sizes: a first sync of everybody, one customer in a
 * hundred changed, nothing changed, a dry run, and the memory of the process that does it. What is
 * measured, and how, is said in bench/README.md.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '../prisma/migrate.ts';
import { onConnection } from '../src/infra/db.ts';
import { acquirePostgres } from '../src/infra/embedded-postgres/index.ts';
import { endChild, startReceiver, startWorker } from './sync/child.ts';
import { recordResults } from './sync/results.ts';
import { backToEmpty, change, createDatabase, seed, SYNC, WARM_UP } from './sync/seed.ts';
import { benchContext } from './sync/worker.ts';
import type { TaskEnd } from './sync/worker.ts';

/** What is asked for, by the names of the figures. */
const TARGETS = [
  {
    figure: 'full',
    of: 'floor',
    bound: 'least',
    share: 0.5,
    title: "full first sync, of the floor's rows/s",
  },
  {
    figure: 'onePercent',
    of: 'full',
    bound: 'most',
    share: 0.12,
    title: '1 % changed, of the full time',
  },
  {
    figure: 'nothing',
    of: 'full',
    bound: 'most',
    share: 0.06,
    title: 'nothing changed, of the full time',
  },
] as const;
const MOST_MB = 300;
const MOST_PLAN_MS = 5_000;

interface Round {
  readonly floor: number;
  readonly plan: number;
  readonly full: number;
  readonly nothing: number;
  readonly onePercent: number;
  readonly identity: number;
  readonly replan: number;
  readonly rssMb: number;
}

/** @param argv options of the bench: `--customers N`, repeated; `--rounds N`; `--record` */
export async function benchSync(print: (line: string) => void, argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      customers: { type: 'string', multiple: true, default: ['100000', '1000000'] },
      rounds: { type: 'string', default: '3' },
      record: { type: 'boolean', default: false },
    },
  });
  const lines: string[] = [];
  const say = (line: string): void => {
    lines.push(line);
    print(line);
  };
  say('sync: customers with an e-mail and a phone to Meta, whose request pacing is lifted');
  for (const size of values.customers) {
    await benchSize(Number(size), Number(values.rounds), say);
  }
  if (values.record) recordResults(lines);
}

async function benchSize(
  customers: number,
  rounds: number,
  print: (line: string) => void,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'rekindle-bench-'));
  // PostgreSQL runs as another user where the bench runs as root, and has to get in.
  chmodSync(home, 0o755);
  const server = await acquirePostgres({ home, log: () => {} });
  const receiver = await startReceiver();
  try {
    const databaseUrl = await createDatabase(server.url, 'bench');
    const context = benchContext(databaseUrl, receiver.url);
    const { db } = context;
    await onConnection(db, migrate);
    await seed(context, customers);
    const { rows } = await db.pool.query<{ server_version: string }>('SHOW server_version');
    print(
      `  ${customers.toLocaleString('en')} customers, medians of ${rounds} rounds, PostgreSQL ${rows[0]?.server_version ?? ''}`,
    );
    const all: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      all.push(await oneRound({ customers, round, databaseUrl, receiverUrl: receiver.url, db }));
      if (round < rounds) await backToEmpty(db);
    }
    await db.close();
    report(customers, all, print);
  } finally {
    await endChild(receiver.child);
    await server.release();
    rmSync(home, { recursive: true, force: true });
  }
}

interface RoundOptions {
  readonly customers: number;
  readonly round: number;
  readonly databaseUrl: string;
  readonly receiverUrl: string;
  readonly db: Parameters<typeof change>[0];
}

async function oneRound({
  customers,
  round,
  databaseUrl,
  receiverUrl,
  db,
}: RoundOptions): Promise<Round> {
  const floorWorker = startWorker(databaseUrl, receiverUrl);
  const floors: number[] = [];
  // The first is for the process to get warm.
  for (let time = 0; time < 3; time += 1)
    floors.push((await floorWorker.carryOut({ do: 'floor' })).ms);
  await floorWorker.end();

  const worker = startWorker(databaseUrl, receiverUrl);
  await worker.carryOut({ do: 'run', sync: WARM_UP });
  const plan = await worker.carryOut({ do: 'plan', sync: SYNC });
  const full = await worker.carryOut({ do: 'run', sync: SYNC });
  requireEnd(full, { unchanged: 0 });
  const nothing = await worker.carryOut({ do: 'run', sync: SYNC });
  requireEnd(nothing, { added: 0, removed: 0 });
  const { identityMs } = await change(db, customers, round);
  const onePercent = await worker.carryOut({ do: 'run', sync: SYNC });
  requireEnd(onePercent, {});
  const replan = await worker.carryOut({ do: 'plan', sync: SYNC });
  const { rssMb } = replan;
  await worker.end();
  return {
    floor: median(floors.slice(1)),
    plan: plan.ms,
    full: full.ms,
    nothing: nothing.ms,
    onePercent: onePercent.ms,
    identity: identityMs,
    replan: replan.ms,
    rssMb,
  };
}

/** @throws Error where a run did something else than it is measured for. */
function requireEnd({ figures }: TaskEnd, wanted: TaskEnd['figures']): void {
  const off = Object.entries({ state: 'succeeded', ...wanted }).find(
    ([name, value]) => figures[name] !== value,
  );
  if (off !== undefined) {
    throw new Error(`A run is not what the bench measures: ${JSON.stringify(figures)}`);
  }
}

function report(customers: number, rounds: readonly Round[], print: (line: string) => void): void {
  const of = (figure: keyof Round): number => median(rounds.map((round) => round[figure]));
  const line = (title: string, ms: number): void =>
    print(
      `    ${title.padEnd(44)} ${seconds(ms)}  ${Math.round((customers / ms) * 1000)
        .toLocaleString('en')
        .padStart(9)} rows/s`,
    );
  line('floor: copy, JSON, POST', of('floor'));
  line('full first sync', of('full'));
  line('1 % changed', of('onePercent'));
  line('nothing changed', of('nothing'));
  line('dry run of the first sync', of('plan'));
  line('dry run of the last', of('replan'));
  line('identities of the 1 %, when they change', of('identity'));
  for (const { figure, of: other, bound, share, title } of TARGETS) {
    const shares = rounds.map((round) =>
      bound === 'least' ? round[other] / round[figure] : round[figure] / round[other],
    );
    const value = median(shares);
    const met = bound === 'least' ? value >= share : value <= share;
    print(`    ${title.padEnd(44)} ${value.toFixed(3)}  (at ${bound} ${share}) ${verdict(met)}`);
  }
  const rss = Math.max(...rounds.map(({ rssMb }) => rssMb));
  print(
    `    ${'peak memory of the worker'.padEnd(44)} ${rss.toFixed(0)} MB  (at most ${MOST_MB}) ${verdict(rss <= MOST_MB)}`,
  );
  if (customers <= 1_000_000) {
    const plan = Math.max(of('plan'), of('replan'));
    print(
      `    ${'dry run'.padEnd(44)} ${seconds(plan)}  (at most ${MOST_PLAN_MS / 1000}) ${verdict(plan <= MOST_PLAN_MS)}`,
    );
  }
}

function verdict(met: boolean): string {
  return met ? 'met' : 'MISSED';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2).padStart(6)} s`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
