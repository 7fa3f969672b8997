import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { runSync } from '../../src/services/run-sync.ts';
import { CLI } from '../support/cli.ts';
import { bring, digestSet } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

/** Enough for several requests, so that a kill falls between them. */
const PEOPLE = Array.from({ length: 12_000 }, (_, n): TestPerson => ({
  id: `p-${n}`,
  email: `p-${n}@example.jp`,
  phone: `+8190${String(n + 1).padStart(8, '0')}`,
}));

it(
  'a worker killed in the middle of sending loses nobody: the next run carries on',
  { timeout: 90_000 },
  async () => {
    const now = new Date();
    const on = await stage(now);
    await on.apply(everyoneTo('meta'));
    await bring(on.context, PEOPLE);

    const child = spawn(process.execPath, [CLI, 'run', 'everyone-meta'], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: on.url,
        ...on.context.surroundings.endpoints,
        ...on.secrets,
      },
    });
    const ended = once(child, 'exit');
    await expect
      .poll(() => on.members('meta').length, { interval: 2, timeout: 20_000 })
      .toBeGreaterThan(0);
    child.kill('SIGKILL');
    const [, signal] = (await ended) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    expect(on.members('meta').length).toBeLessThan(24_000);

    const run = () => runSync(on.context, { sync: 'everyone-meta', asOf: now, approved: false });
    // The dead process's lease runs out in its own time; until then the sync is held.
    await expect
      .poll(run, { timeout: 60_000 })
      .toMatchObject({ state: 'succeeded', wanted: 12_000 });
    expect(on.members('meta')).toEqual(digestSet(PEOPLE, 'meta'));
    const runs = await on.db.prisma.run.findMany({
      orderBy: { id: 'asc' },
      select: { state: true },
    });
    expect(runs).toEqual([{ state: 'incomplete' }, { state: 'succeeded' }]);
    expect(await run()).toMatchObject({ unchanged: 12_000, added: 0 });
  },
);

it('two processes never run one sync at the same time', async () => {
  const on = await stage();
  await on.apply(everyoneTo('x'));
  await bring(on.context, PEOPLE.slice(0, 50));
  const runs = await Promise.allSettled(
    Array.from({ length: 4 }, () =>
      runSync(on.context, { sync: 'everyone-x', asOf: NOW, approved: false }),
    ),
  );
  const ran = runs.filter(({ status }) => status === 'fulfilled');
  const refused = runs.flatMap((run) => (run.status === 'rejected' ? [String(run.reason)] : []));
  expect(ran.length).toBeGreaterThan(0);
  for (const reason of refused) expect(reason).toContain('is under way');
  expect(on.members('x')).toEqual(digestSet(PEOPLE.slice(0, 50), 'x'));
});
