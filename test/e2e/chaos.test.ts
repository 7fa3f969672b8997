/**
 * Three workers, twelve syncs and three platforms, while workers are killed, connections are cut and
 * one request in ten fails. Whatever happens, it ends exact.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findConnector } from '../../connectors/registry.ts';
import { requestRun } from '../../src/services/request-run.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { settleUploads } from '../../src/services/settle-uploads.ts';
import { suppress } from '../../src/services/suppress.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { DAY, PLATFORMS, crowd } from '../support/engine.ts';
import type { Platform } from '../support/engine.ts';
import { bring, digestSet, sha256 } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';
import { spawnWorker } from '../support/worker-process.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

const LISTS = ['a', 'b', 'c', 'd'] as const;
const PEOPLE = crowd(4_000);
/** How long everything goes wrong, and how often a worker dies meanwhile. */
const CHAOS_MS = 50_000;
const KILL_EVERY_MS = 5_000;
const WORKERS = 3;

const nameOf = (platform: Platform, list: string): string => `${list}-${platform}`;
const SYNCS = PLATFORMS.flatMap((platform) =>
  LISTS.map((list) => ({ platform, list, sync: nameOf(platform, list) })),
);

/** Two of the lists of each platform take everybody by both keys, the others by one. */
const IDENTIFIERS = { a: '[email, phone]', b: '[email]', c: '[phone]', d: '[email, phone]' };

/** Some run by the clock as well, every minute. */
const YAML = `
segments:
  - { name: everyone, template: everyone }
syncs:
${SYNCS.map(
  ({ platform, list, sync }) =>
    `  - { name: ${sync}, segment: everyone, destination: ${platform}-main, audience: List ${sync}, identifiers: ${IDENTIFIERS[list]}, maxShrink: 100%${list === 'a' ? ', schedule: "* * * * *"' : ''} }`,
).join('\n')}
`;

/** A share of requests for each kind of fault; together one in ten. */
function breakPlatforms(on: Stage): void {
  const faults = [
    { kind: 'says', mishap: 'server-error' },
    { kind: 'says', mishap: 'throttled-silently' },
    { kind: 'reset' },
    { kind: 'lose-answer' },
    { kind: 'garbled' },
  ] as const;
  for (const platform of PLATFORMS) {
    for (const [n, fault] of faults.entries()) {
      on.server.inject({
        ...fault,
        platform,
        path: '',
        rate: 0.1 / faults.length,
        seed: `${platform}-${n}`,
      });
    }
  }
}

/** Cuts some of the workers' connections to the database. */
async function cutConnections(on: Stage): Promise<void> {
  await on.db.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'worker' AND random() < 0.5`,
  );
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

it(
  'twelve syncs on three workers end exact, whatever befalls them',
  { timeout: 180_000 },
  async () => {
    const began = Date.now();
    const on = await stage(new Date());
    const cwd = await mkdtemp(join(tmpdir(), 'rekindle-chaos-'));
    atTheEnd(() => rm(cwd, { recursive: true, force: true }));
    await on.apply(YAML);
    await bring(on.context, PEOPLE);
    const url = `${on.url}?application_name=worker`;
    const all: WorkerProcess[] = [];
    const start = (): WorkerProcess => {
      const worker = spawnWorker(on, { url, cwd });
      all.push(worker);
      return worker;
    };
    atTheEnd(async () => {
      for (const worker of all) worker.child.kill('SIGKILL');
      await Promise.resolve();
    });
    const requestAll = async (): Promise<void> => {
      for (const { sync } of SYNCS) await requestRun(on.context, { sync });
    };

    // Everything goes wrong, and people come, change and leave.
    breakPlatforms(on);
    await requestAll();
    const workers = Array.from({ length: WORKERS }, start);
    let wanted: readonly TestPerson[] = PEOPLE;
    for (let round = 0; Date.now() - began < CHAOS_MS; round += 1) {
      await wait(KILL_EVERY_MS);
      const victim = round % WORKERS;
      const worker = workers[victim];
      // One in three is asked to end rather than killed.
      await worker?.end(round % 3 === 2 ? 'SIGTERM' : 'SIGKILL');
      workers[victim] = start();
      await cutConnections(on);
      const leaving = wanted.slice(0, 100);
      for (const { id } of leaving.slice(0, 3)) {
        await suppress(on.context, { kind: 'customer', value: id, reason: 'asked' });
      }
      const moved = wanted.slice(3, 60).map(({ id, phone }) => ({
        id,
        ...(phone === undefined ? {} : { phone }),
        email: `${id}-${round}@example.jp`,
      }));
      await bring(on.context, moved);
      wanted = [...wanted.slice(60), ...moved];
      await requestAll();
    }

    // The dust settles: nothing fails any more, and everything that is begun is ended.
    on.server.calm();
    await requestAll();
    const unfinished = async (): Promise<string[]> => {
      const { rows } = await on.db.pool.query<{ name: string; state: string }>(
        `SELECT sync.name, last.state FROM sync JOIN LATERAL (
           SELECT state, problem ->> 'code' AS code FROM run
           WHERE run.sync_id = sync.id ORDER BY id DESC LIMIT 1
         ) last ON last.state <> 'succeeded' AND last.code IS DISTINCT FROM 'waiting'
         UNION ALL
         SELECT name, state::text FROM pgboss.job
         WHERE name = 'run-sync' AND state IN ('created', 'retry', 'active')`,
      );
      return rows.map(({ name, state }) => `${name}: ${state}`);
    };
    await expect.poll(unfinished, { timeout: 90_000, interval: 500 }).toEqual([]);
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));

    // Google works on requests for up to a day, and answers only then.
    for (let day = 0; day < 3; day += 1) {
      on.advance(DAY);
      await settleUploads(on.context, { now: true });
      for (const { sync, platform } of SYNCS) {
        if (findConnector(platform)?.capabilities.receipts !== 'later') continue;
        await runSync(on.context, { sync, asOf: on.clock.now(), approved: false });
      }
    }
    on.advance(DAY);

    for (const { platform, list, sync } of SYNCS) {
      const keysOf = (person: TestPerson): TestPerson => ({
        id: person.id,
        ...(list === 'c' || person.email === undefined ? {} : { email: person.email }),
        ...(list === 'b' || person.phone === undefined ? {} : { phone: person.phone }),
      });
      expect(on.members(platform, `List ${sync}`), sync).toEqual(
        digestSet(wanted.map(keysOf), platform),
      );
    }

    // No two runs of a sync at a time, and of every slot a run. What could not be made is written down
    // at a moment, when others may be at it.
    const { rows: overlaps } = await on.db.pool.query(
      `SELECT one.id AS one, one.state, one.problem, other.id AS other, other.state AS other_state,
         other.problem AS other_problem, one.finished_at - other.started_at AS overlap
       FROM run one JOIN run other
         ON other.sync_id = one.sync_id AND other.id > one.id AND other.started_at < one.finished_at
         AND other.finished_at > other.started_at`,
    );
    expect(overlaps).toEqual([]);
    const { rows: lost } = await on.db.pool.query(
      `SELECT slot.key, slot.slot FROM schedule_slot slot
       WHERE slot.key LIKE 'sync:%' AND NOT EXISTS (
         SELECT 1 FROM run WHERE 'sync:' || run.sync_id = slot.key AND run.started_at >= slot.seen_at
       )`,
    );
    expect(lost).toEqual([]);
    const slots = await on.db.prisma.scheduleSlot.count({
      where: { key: { startsWith: 'sync:' } },
    });
    expect(slots).toBeGreaterThan(0);

    // Some of them met what this is about, and none said a word of anybody.
    const log = all.map((worker) => worker.log()).join('');
    expect(await on.db.prisma.run.count({ where: { state: 'incomplete' } })).toBeGreaterThan(0);
    expect(log).not.toContain('@example.jp');
    expect(log).not.toContain(sha256('p-1@example.jp'));
    expect(Date.now() - began).toBeLessThan(180_000);
  },
);
