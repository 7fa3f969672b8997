/** Two hosts with a worker each: the one that is cut off sends nothing once the other may. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requestRun } from '../../src/services/request-run.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { crowd } from '../support/engine.ts';
import { makeHosts, whyNoHosts } from '../support/hosts.ts';
import type { Host } from '../support/hosts.ts';
import { bring, digestSet } from '../support/people.ts';
import { UPLOADS } from '../support/platform-answers.ts';
import { everyoneTo, stage } from '../support/stage.ts';
import { spawnWorker } from '../support/worker-process.ts';

/** Polling on a busy machine. */
const SOON = { timeout: 90_000, interval: 100 };

/** Enough requests for the run to be in the middle for a while. */
const PEOPLE = crowd(15_000);

const reason = whyNoHosts();

it.skipIf(reason !== null)(
  `a host that is cut off in the middle of a run is taken over from${reason === null ? '' : ` (not shown here: ${reason})`}`,
  { timeout: 180_000 },
  async () => {
    const on = await stage(new Date());
    const cwd = await mkdtemp(join(tmpdir(), 'rekindle-two-hosts-'));
    atTheEnd(() => rm(cwd, { recursive: true, force: true }));
    await on.apply(everyoneTo('x'));
    await bring(on.context, PEOPLE);
    const hosts = await makeHosts(2, { databaseUrl: on.url, platformsUrl: on.server.url });
    const [cut, other] = hosts;
    if (cut === undefined || other === undefined) throw new Error('There are two hosts.');
    const worker = (host: Host) => {
      const { endpoints } = on.context.surroundings;
      const env = Object.fromEntries(
        Object.entries(endpoints).map(([name, url]) => [
          name,
          url.replace(on.server.url, host.platformsUrl.replace(/\/$/u, '')),
        ]),
      );
      const { command, databaseUrl } = host;
      const started = spawnWorker(on, { cwd, url: databaseUrl, command, env });
      atTheEnd(async () => void started.child.kill('SIGKILL'));
      return started;
    };

    // The first host is in the middle of a run, with answers that take their time, …
    on.server.inject({ kind: 'drip', platform: 'x', path: UPLOADS.x, gapMs: 250, times: 99 });
    const first = worker(cut);
    await expect.poll(() => first.log().includes('takes jobs'), SOON).toBe(true);
    await requestRun(on.context, { sync: 'everyone-x' });
    const states = async (state: string) => on.db.prisma.batch.count({ where: { state } });
    await expect.poll(() => states('sending'), SOON).toBeGreaterThan(0);
    // … and loses the database, but not the platform.
    cut.cutDatabase();
    on.server.calm();
    const second = worker(other);
    await expect.poll(() => second.log().includes('takes jobs'), SOON).toBe(true);

    const runs = () =>
      on.db.prisma.run.findMany({
        orderBy: { id: 'asc' },
        select: { state: true, problem: true },
      });
    await expect.poll(async () => (await runs()).length, SOON).toBe(2);
    await expect.poll(async () => (await runs()).at(-1)?.state, SOON).toBe('succeeded');
    expect(await runs()).toMatchObject([{ state: 'incomplete', problem: { code: 'cut-off' } }, {}]);

    // Nothing went between the first and the platform any more when the second began: what was in
    // flight is broken off.
    const lastOfFirst = cut.lastTrafficAt() ?? Number.NaN;
    expect(lastOfFirst).toBeLessThan(other.firstTrafficAt() ?? Number.NaN);
    expect(on.members('x')).toEqual(digestSet(PEOPLE, 'x'));

    // Back on the line, it does not go on with what is no longer its own.
    cut.mendDatabase();
    await expect.poll(() => first.log().includes('lease.lost'), SOON).toBe(true);
    expect(cut.lastTrafficAt()).toBe(lastOfFirst);
    expect((await runs()).map(({ state }) => state)).toEqual(['incomplete', 'succeeded']);
  },
);
