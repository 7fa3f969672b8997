/** What ad operations see of their syncs. */
import { expect, it } from 'vitest';
import { listSyncs } from '../../src/services/list-syncs.ts';
import { pauseSync } from '../../src/services/pause-sync.ts';
import { requestRun } from '../../src/services/request-run.ts';
import { crowd, engine } from '../support/engine.ts';
import { everyoneTo } from '../support/stage.ts';

it('says when each sync runs next, whether it is paused or queued, and how it did last', async () => {
  const on = await engine('meta', crowd(10), ', schedule: "0 3 * * *", timezone: Asia/Tokyo');
  await on.apply(everyoneTo('x'));
  const never = { last: null, queued: false, pausedAt: null };
  expect(await listSyncs(on.context)).toMatchObject([
    { ...never, name: 'everyone-meta', segment: 'everyone', destination: 'meta-main' },
    { ...never, name: 'everyone-x', schedule: null, nextAt: null },
  ]);
  const { id, state } = await on.run();
  const now = on.clock.now();
  const [meta] = await listSyncs(on.context);
  expect(meta).toMatchObject({ last: { id, state }, timezone: 'Asia/Tokyo' });
  // Three in the morning of Tokyo.
  expect(meta?.nextAt?.toISOString()).toMatch(/T18:00:00.000Z$/);
  expect(meta?.nextAt?.getTime()).toBeGreaterThan(now.getTime());

  await requestRun(on.context, { sync: 'everyone-x' });
  await pauseSync(on.context, { sync: 'everyone-meta' });
  expect(await listSyncs(on.context)).toMatchObject([
    { nextAt: null, pausedAt: now, queued: false },
    { queued: true },
  ]);
});
