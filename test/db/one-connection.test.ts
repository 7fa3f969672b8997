/** Nothing that holds a connection of the pool waits for another: as many at once would wait for ever. */
import { expect, it } from 'vitest';
import { openDb } from '../../src/infra/db.ts';
import { computeLift } from '../../src/services/compute-lift.ts';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { planSync } from '../../src/services/plan-sync.ts';
import { readMatch } from '../../src/services/read-match.ts';
import { refreshSegment } from '../../src/services/refresh-segment.ts';
import { requestRun } from '../../src/services/request-run.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { verifySync } from '../../src/services/verify-sync.ts';
import { tendRuns } from '../../src/services/schedule/tend-runs.ts';
import { crowd } from '../support/engine.ts';
import { bring } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

it('the whole path goes over a single connection', async () => {
  const on = await stage(NOW);
  const db = openDb(on.url, { maxConnections: 1 });
  const context = { ...on.context, db };
  const sync = 'everyone-meta';
  const asOf = NOW;
  await on.apply(everyoneTo('meta'));
  await bring(context, crowd(20));
  await planSync(context, { sync, asOf });
  expect(await runSync(context, { sync, asOf, approved: false })).toMatchObject({ added: 20 });
  await suppress(context, { kind: 'customer', value: 'p-1', reason: 'asked' });
  await bring(context, crowd(25));
  expect(await runSync(context, { sync, asOf, approved: false })).toMatchObject({ removed: 1 });
  await eraseCustomer(context, { customer: 'p-2' });
  await verifySync(context, { sync });
  await readMatch(context, { sync });
  await computeLift(context, { sync, asOf, windowDays: 7 });
  await refreshSegment(context, { segment: 'everyone' });
  await requestRun(context, { sync });
  await tendRuns(context);
  await db.close();
});
