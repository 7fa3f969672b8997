/** Another list is begun only for one that is gone, not for one that is out of sight for a moment. */
import { describe, expect, it } from 'vitest';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { engineStage } from '../contract/engine-stage.ts';
import { crowd } from '../support/engine.ts';

const json = { 'content-type': 'application/json' };

/** How each platform says that there is no such list. */
const NOT_FOUND = {
  meta: {
    status: 400,
    body: '{"error":{"message":"Unsupported get request.","type":"GraphMethodException","code":100,"error_subcode":33}}',
  },
  google: {
    status: 404,
    body: '{"error":{"code":404,"message":"Not found","status":"NOT_FOUND"}}',
  },
  x: {
    status: 404,
    body: '{"errors":[{"code":"NOT_FOUND","message":"not found"}],"request":{"params":{}}}',
  },
} as const;

describe.each(['meta', 'google', 'x'] as const)('a list of %s', (platform) => {
  it('that one answer calls gone keeps its ledger, and whoever said no comes off', async () => {
    const on = await engineStage(platform);
    const people = crowd(6);
    await on.bring(people);
    await on.run();
    await on.suppress('p-1');
    const id = on.emulator.audiences()[0]?.id ?? '';
    on.server.inject({
      kind: 'answer',
      platform,
      method: 'GET',
      path: `/${id}`,
      headers: json,
      ...NOT_FOUND[platform],
    });
    await expect(on.run({ list: 'new' })).rejects.toThrow('is still on');
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(on.list()).toEqual(on.keysOf(people.filter((person) => person.id !== 'p-1')));
  });

  it('that is gone takes waiting erasures with it, and keeps how long people were followed', async () => {
    const on = await engineStage(platform);
    const people = crowd(6);
    await on.bring(people);
    await on.run();
    await on.run();
    const since = await sinceOf(on, 'p-2');
    for (const audience of on.emulator.audiences()) on.emulator.deleteAudience(audience.id);
    expect(await eraseCustomer(on.context, { customer: 'p-1' })).toMatchObject({
      state: 'pending',
    });
    const run = await on.run({ list: 'new' });
    expect(run).toMatchObject({ state: 'succeeded', added: 5 });
    expect(await eraseCustomer(on.context, { customer: 'p-1' })).toMatchObject({ state: 'done' });
    expect(on.list()).toEqual(on.keysOf(people.filter((person) => person.id !== 'p-1')));
    expect(await sinceOf(on, 'p-2')).toEqual(since);
  });
});

async function sinceOf(on: Awaited<ReturnType<typeof engineStage>>, customerId: string) {
  const { since } = await on.db.prisma.membership.findFirstOrThrow({
    where: { customerId },
    select: { since: true },
  });
  return since;
}

it('a removal of a full request goes through key by key where one key of it is refused', async () => {
  const on = await engineStage('x');
  const people = crowd(2600);
  await on.bring(people);
  await on.run();
  const [key = ''] = on.keysOf([{ id: 'p-7', email: 'p-7@example.jp' }]);
  on.emulator.refuseKey(key);
  await on.db.pool.query(`DELETE FROM identity WHERE customer_id <> 'p-2599'`);
  const run = await on.run({ approved: true });
  expect(run.state).toBe('incomplete');
  expect(run.batches.filter(({ operation }) => operation === 'remove')).toMatchObject([
    { state: 'done', rejected: 1, rows: 2450 },
    { state: 'done', rejected: 0, rows: 149 },
  ]);
  const left = on.list().filter((listed) => !on.keysOf(people.slice(2599)).includes(listed));
  expect(left.filter((listed) => listed !== key)).toEqual([]);
});
