/** Uploads that a platform answers later: when it is asked, and what becomes of its answers. */
import { expect, it } from 'vitest';
import { firstAskAt, nextAskAt } from '../../src/delivery/settle.ts';
import { settleUploads } from '../../src/services/settle-uploads.ts';
import { showRun } from '../../src/services/show-run.ts';
import { crowd } from '../support/engine.ts';
import { NOW } from '../support/stage.ts';
import { engineStage } from '../contract/engine-stage.ts';
import { runSync } from '../../src/services/run-sync.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);

it('is asked half an hour after the upload, then after twice the time, at most four hours apart', () => {
  const asks = [firstAskAt(NOW)];
  for (let n = 0; n < 6; n += 1) asks.push(nextAskAt(NOW, asks.at(-1) ?? NOW));
  expect(asks).toEqual([30, 60, 120, 240, 480, 720, 960].map(minutesLater));
});

/** Google, with an upload that was just taken. */
async function uploaded() {
  const on = await engineStage('google');
  await on.bring(crowd(5));
  const run = await runSync(on.context, {
    sync: on.sync,
    asOf: on.clock.now(),
    approved: false,
  });
  const asked = () =>
    on.server.requests().filter(({ path }) => path.includes('requestStatus')).length;
  const settle = () => settleUploads(on.context, {});
  const delivery = async () => (await showRun(on.context, { run: BigInt(run.id) })).delivery;
  return { ...on, asked, settle, delivery };
}

it('is not asked before its time, and then until it answers', async () => {
  const on = await uploaded();
  on.advance(29 * MINUTE);
  expect(await on.settle()).toEqual([
    {
      sync: on.sync,
      answered: 0,
      stillPending: 1,
      nextAskAt: new Date(NOW.getTime() + 30 * MINUTE),
      problem: null,
    },
  ]);
  expect(on.asked()).toBe(0);
  // Google says that it is still at it.
  on.advance(MINUTE);
  expect(await on.settle()).toMatchObject([{ answered: 0, stillPending: 1 }]);
  expect(on.asked()).toBe(1);
  on.advance(29 * MINUTE);
  await on.settle();
  expect(on.asked()).toBe(1);
  on.advance(MINUTE);
  expect(await on.settle()).toMatchObject([{ answered: 1, stillPending: 0 }]);
  expect(on.asked()).toBe(2);
  expect(await on.delivery()).toMatchObject({ accepted: 5, unknown: 0 });
  expect(await on.settle()).toEqual([]);
});

/** Google's words for an upload that it is still working on. */
const WORKING = {
  kind: 'answer',
  platform: 'google',
  path: 'requestStatus',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"requestStatusPerDestination":[{"requestStatus":"PROCESSING"}]}',
  rate: 1,
} as const;

it('keeps its rows unknown for two days, then for good, with the reason', async () => {
  const on = await uploaded();
  on.server.inject(WORKING);
  let hours = 0;
  let asks = 0;
  while (hours < 47) {
    on.advance(HOUR);
    hours += 1;
    await on.settle();
    asks = on.asked();
    expect(await on.delivery()).toMatchObject({ accepted: 0, unknown: 5 });
  }
  // Backing off: no more than once in four hours after the first few.
  expect(asks).toBeGreaterThan(8);
  expect(asks).toBeLessThan(18);
  on.advance(5 * HOUR);
  expect(await on.settle()).toMatchObject([{ answered: 1, stillPending: 0 }]);
  expect(await on.delivery()).toMatchObject({ accepted: 0, unknown: 5 });
  const [batch] = await on.db.prisma.batch.findMany({ select: { state: true, reasons: true } });
  expect(batch).toMatchObject({
    state: 'done',
    reasons: [{ rows: 'unknown', code: 'NO_ANSWER_IN_48_HOURS', count: 5 }],
  });
});

it('keeps every reason that the platform gives for a part of the rows', async () => {
  const on = await uploaded();
  on.server.inject({
    ...WORKING,
    rate: undefined,
    body: JSON.stringify({
      requestStatusPerDestination: [
        {
          requestStatus: 'PARTIAL_SUCCESS',
          errorInfo: {
            errorCounts: [
              { recordCount: '2', reason: 'PROCESSING_ERROR_REASON_INVALID_FORMAT' },
              { recordCount: '1', reason: 'PROCESSING_ERROR_REASON_NO_CONSENT' },
            ],
          },
          audienceMembersIngestionStatus: {
            compositeDataIngestionStatus: { recordCount: '5' },
          },
        },
      ],
    }),
  });
  on.advance(HOUR);
  await on.settle();
  const { accepted, rejected, unknown } = await on.delivery();
  expect(accepted + rejected + unknown).toBe(5);
  expect(unknown).toBeGreaterThan(0);
  const [batch] = await on.db.prisma.batch.findMany({ select: { reasons: true } });
  const codes = JSON.stringify(batch?.reasons);
  expect(codes).toContain('INVALID_FORMAT');
  expect(codes).toContain('NO_CONSENT');
});

it('says which sync cannot be asked, and asks about the others', async () => {
  const on = await uploaded();
  on.advance(HOUR);
  const context = {
    ...on.context,
    surroundings: {
      ...on.context.surroundings,
      secret: () => '',
    },
  };
  const [settled] = await settleUploads(context, {});
  expect(settled).toMatchObject({ answered: 0 });
  expect(settled?.problem).toBeTruthy();
});

it('is asked before its time where a person wants to know now', async () => {
  const on = await uploaded();
  await settleUploads(on.context, { now: true });
  expect(on.asked()).toBe(1);
});

it('says why the platform could not be asked, asks again in its time, and gives up after two days', async () => {
  const on = await uploaded();
  on.server.inject({
    kind: 'says',
    platform: 'google',
    path: 'requestStatus',
    mishap: 'forbidden',
    rate: 1,
  });
  on.advance(HOUR);
  const [settled] = await on.settle();
  expect(settled).toMatchObject({ answered: 0, stillPending: 1 });
  expect(settled?.problem).toContain('account');
  expect(settled?.nextAskAt?.getTime()).toBeGreaterThan(on.clock.now().getTime());
  for (let hour = 0; hour < 60; hour += 4) {
    on.advance(4 * HOUR);
    await on.settle();
  }
  expect(await on.settle()).toEqual([]);
  expect(await on.delivery()).toMatchObject({ accepted: 0, unknown: 5 });
});
