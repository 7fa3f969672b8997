/** Lists are compared with the ledger every day by themselves, and a drift is told of till it is over. */
import { expect, it } from 'vitest';
import { pollMatch } from '../../jobs/tasks/poll-match.ts';
import { raiseAlerts } from '../../src/services/raise-alerts.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { verifyDue } from '../../src/services/verify-due.ts';
import { listVerifications } from '../../src/services/verify-sync.ts';
import { crowd } from '../support/engine.ts';
import { knowingEverybody } from '../support/hands.ts';
import { bring } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

const HOUR = 3_600_000;
const SYNCS = ['everyone-meta', 'everyone-x'];

async function filled() {
  const on = await stage(NOW, { leaps: true, emulators: knowingEverybody });
  await on.apply(everyoneTo('meta'));
  await on.apply(everyoneTo('x'));
  await bring(on.context, crowd(2000));
  for (const sync of SYNCS) {
    await runSync(on.context, { sync, asOf: on.clock.now(), approved: false });
  }
  on.advance(48 * HOUR);
  const emulator = on.emulators.find(({ platform }) => platform === 'x');
  const [list] = emulator?.audiences() ?? [];
  if (emulator === undefined || list === undefined) throw new Error('No list.');
  return { ...on, emulator, list, due: () => verifyDue(on.context) };
}

it('every list is verified once a day', async () => {
  const on = await filled();
  const all = SYNCS.map((sync) => ({ sync, drift: false }));
  expect(await on.due()).toEqual({ verified: all, failed: [] });
  on.advance(10 * HOUR);
  expect(await on.due()).toEqual({ verified: [], failed: [] });
  on.advance(11 * HOUR);
  expect(await on.due()).toEqual({ verified: all, failed: [] });
  expect(await listVerifications(on.context)).toMatchObject(all);
});

it('a sync that never ran, or is paused, is not', async () => {
  const on = await filled();
  await on.apply(everyoneTo('google'));
  await on.db.prisma.sync.update({
    where: { name: 'everyone-meta' },
    data: { pausedAt: on.clock.now() },
  });
  expect((await on.due()).verified).toEqual([{ sync: 'everyone-x', drift: false }]);
});

it('one that cannot be read does not keep the others from it, and is tried again', async () => {
  const on = await filled();
  await on.db.prisma.destination.update({
    where: { name: 'meta-main' },
    data: { credentials: {} },
  });
  const { verified, failed } = await on.due();
  expect(verified).toEqual([{ sync: 'everyone-x', drift: false }]);
  expect(failed).toMatchObject([{ sync: 'everyone-meta' }]);
  expect((await on.due()).failed).toMatchObject([{ sync: 'everyone-meta' }]);
});

it('a drift is told of, and told to be over, by the job alone', async () => {
  const on = await filled();
  const day = async () => {
    on.advance(24 * HOUR);
    await pollMatch(on.context, {});
    return raiseAlerts(on.context, { settings: { language: 'en' } });
  };
  expect(await day()).toMatchObject({ opened: 0, closed: 0 });
  on.emulator.renameAudience(on.list.id, 'Spring list');
  expect(await day()).toMatchObject({ opened: 1, closed: 0 });
  expect(await day()).toMatchObject({ opened: 0, closed: 0 });
  on.emulator.renameAudience(on.list.id, on.list.name);
  expect(await day()).toMatchObject({ opened: 0, closed: 1 });
});
