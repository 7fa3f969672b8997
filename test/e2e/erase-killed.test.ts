import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { continueErasures } from '../../src/services/erase-customer.ts';
import { listErasures } from '../../src/services/list-erasures.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { CLI } from '../support/cli.ts';
import { crowd } from '../support/engine.ts';
import { bring, digestSet } from '../support/people.ts';
import { everyoneTo, stage } from '../support/stage.ts';
import { tracesOf } from '../support/traces.ts';

it('an erasure whose process is killed before the answer is finished by the next one', async () => {
  const people = crowd(10);
  const now = new Date();
  const on = await stage(now);
  await on.apply(everyoneTo('meta'));
  await bring(on.context, people);
  const run = () => runSync(on.context, { sync: 'everyone-meta', asOf: now, approved: false });
  await run();

  // Applied and never answered: the process then waits to ask again, and is killed there.
  on.server.inject({ kind: 'lose-answer', platform: 'meta', path: '/users', times: 100 });
  const child = spawn(process.execPath, [CLI, 'erase', 'p-0'], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: on.url,
      ...on.context.surroundings.endpoints,
      ...on.secrets,
    },
  });
  const ended = once(child, 'exit');
  const sent = { state: 'sending', operation: 'remove' };
  await expect.poll(() => on.db.prisma.batch.count({ where: sent }), { timeout: 20_000 }).toBe(1);
  child.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  on.server.calm();

  const pending = await listErasures(on.context, { pendingOnly: true, limit: 9 });
  expect(pending).toMatchObject([{ customer: 'p-0', receipts: [{ state: 'waiting' }] }]);
  expect(await tracesOf(on.db, 'p-0')).toContain('customer');

  // PostgreSQL notices the dead session in its own time; until then the sync is held.
  await expect
    .poll(() => continueErasures(on.context), { timeout: 20_000 })
    .toMatchObject([{ state: 'done', receipts: [{ state: 'removed', keysRemoved: 2 }] }]);
  expect(on.members('meta')).toEqual(digestSet(people.slice(1), 'meta'));
  expect(await tracesOf(on.db, 'p-0')).toEqual([]);
  expect(await run()).toMatchObject({ state: 'succeeded', wanted: 9, unchanged: 9, removed: 0 });
});
