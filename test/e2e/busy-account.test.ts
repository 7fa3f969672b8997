/** What is done by itself does not stand behind an account that another process speaks to. */
import { expect, it } from 'vitest';
import { readyConnector } from '../../src/delivery/index.ts';
import { inTransaction } from '../../src/infra/db.ts';
import { continueErasures } from '../../src/services/erase-customer.ts';
import { settleUploads } from '../../src/services/settle-uploads.ts';
import { loadSync, requestErasure } from '../../src/sync/index.ts';
import { crowd, engine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { digestSet } from '../support/people.ts';
import { NOW } from '../support/stage.ts';

const people = crowd(10);

/** Another host is at a run of hours. */
async function holdAccount({ db, context, uploads, sync }: Engine): Promise<void> {
  const { destination } = await loadSync(db, sync);
  const { connector, context: platform } = readyConnector(destination, context.surroundings);
  const { whose } = context.surroundings.budgets.of(connector, platform);
  await db.pool.query(
    `INSERT INTO lease (key, token, holder, taken_at, expires_at)
     VALUES ($1, gen_random_uuid(), 'elsewhere:1', now(), now() + interval '1 hour')`,
    [`account:${uploads.platform}:${whose.holder}`],
  );
}
const letGo = ({ db }: Engine) => db.pool.query(`DELETE FROM lease WHERE holder = 'elsewhere:1'`);

it('an erasure says so, and is through when the account is free', async () => {
  const on = await engine('x', people);
  await on.run();
  await holdAccount(on);
  await inTransaction(on.db, (client) => requestErasure(client, 'p-0', NOW));
  const [report] = await continueErasures(on.context, { leavesBusy: true });
  expect(report?.receipts).toMatchObject([{ state: 'waiting', problem: { code: 'busy' } }]);
  // Nothing was planned that could not be sent.
  expect(await on.db.prisma.run.count()).toBe(1);
  await letGo(on);
  await continueErasures(on.context, { leavesBusy: true });
  expect(on.members('x')).toEqual(digestSet(people.slice(1), 'x'));
});

it('answers are asked for when the account is free', async () => {
  const on = await engine('google', people);
  await on.run();
  await holdAccount(on);
  expect(await settleUploads(on.context, { leavesBusy: true })).toEqual([]);
  await letGo(on);
  expect(await settleUploads(on.context, { leavesBusy: true })).toMatchObject([{ answered: 1 }]);
});
