import { beforeEach, describe, expect, it } from 'vitest';
import type { Audience, FailureKind } from '../../connectors/connector.ts';
import type { Mishap } from '../../connectors/sandbox/emulator.ts';
import { x } from '../../connectors/x/index.ts';
import { createEmulator } from '../../connectors/x/sandbox.ts';
import { batchOf, digestsOf, failure, people, reopen, START, useStage, wanted } from './x-stage.ts';

const stage = useStage();
let audience: Audience;
beforeEach(async () => {
  audience = await x.ensureAudience(stage.context, wanted);
});
const push = async (count = 1) => x.push(stage.context, batchOf(audience, 'add', people(count)));
const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  stage.server.inject({
    kind: 'answer',
    platform: 'x',
    path: stage.emulator.uploads,
    status,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('people whom X refuses', () => {
  it('are named by their positions, nobody is taken, and the rest is taken without them', async () => {
    const members = people(6);
    stage.emulator.refuseKey(members[1]?.email[0] ?? '');
    stage.emulator.refuseKey(members[4]?.phone[0] ?? '');
    for (const operation of ['add', 'remove'] as const) {
      const refused = await failure(x.push(stage.context, batchOf(audience, operation, members)));
      expect(refused).toMatchObject({ kind: 'invalid', code: 'INVALID_PARAMETER', status: 400 });
      expect(refused.culprits).toEqual([
        { position: 1, code: 'INVALID_PARAMETER' },
        { position: 4, code: 'INVALID_PARAMETER' },
      ]);
    }
    expect(stage.emulator.members(audience.remoteId)).toEqual([]);
    const rest = members.filter((_, position) => position !== 1 && position !== 4);
    const receipt = await x.push(stage.context, batchOf(audience, 'add', rest));
    expect(receipt).toMatchObject({ accepted: 4 });
    expect(stage.emulator.members(audience.remoteId)).toEqual(digestsOf(rest));
  });

  it('are named among as many as fit in a request', async () => {
    const members = people(x.limits.rows);
    stage.emulator.refuseKey(members.at(-1)?.email[0] ?? '');
    const refused = await failure(x.push(stage.context, batchOf(audience, 'add', members)));
    expect(refused.culprits).toEqual([{ position: x.limits.rows - 1, code: 'INVALID_PARAMETER' }]);
  });

  it('are nobody where the list has no place for each operation, or all of it was refused', async () => {
    const item = { code: 'INVALID_PARAMETER', message: 'Bad' };
    for (const operation_errors of [[[item]], [[], [item], []], [item, item], [], item]) {
      answer(400, { errors: [item], operation_errors });
      expect(await failure(push(2))).toMatchObject({ kind: 'invalid', culprits: [] });
    }
    answer(400, { errors: [item] });
    expect(await failure(push(2))).toMatchObject({ kind: 'invalid', culprits: [] });
  });

  it('are not blamed for what heals by itself or is a matter of rights', async () => {
    for (const [code, kind] of [
      ['INTERNAL_ERROR', 'transient'],
      ['ACTION_NOT_ALLOWED', 'permission'],
    ]) {
      answer(400, { operation_errors: [[{ code: 'INVALID_PARAMETER' }], [{ code }]] });
      expect(await failure(push(2))).toMatchObject({ kind, code, culprits: [] });
    }
  });

  it('count as refused although the status says well', async () => {
    const operation_errors = [[], [{ code: 'INVALID_PARAMETER', message: 'Bad' }]];
    answer(200, { data: { success_count: 2, total_count: 2 }, operation_errors });
    expect(await failure(push(2))).toMatchObject({
      kind: 'invalid',
      culprits: [{ position: 1, code: 'INVALID_PARAMETER' }],
    });
    answer(200, { data: { success_count: 2, total_count: 2 }, operation_errors: [[], []] });
    expect(await push(2)).toMatchObject({ accepted: 2 });
  });
});

describe('what X says when something is not done', () => {
  it.each<[Mishap, FailureKind, number, number | undefined]>([
    ['throttled', 'throttled', 429, 60_000],
    ['throttled-silently', 'throttled', 429, undefined],
    ['server-error', 'transient', 503, undefined],
    ['token-expired', 'auth', 401, undefined],
    ['forbidden', 'permission', 403, undefined],
    ['terms-not-accepted', 'permission', 403, undefined],
    ['refused', 'invalid', 400, undefined],
  ])('is read: %s as %s', async (mishap, kind, status, retryAfterMs) => {
    const { body, headers } = stage.emulator.says(mishap, stage.world.clock.now());
    answer(status, JSON.parse(body), headers);
    const failed = await failure(push());
    expect(failed).toMatchObject({ kind, status, retryAfterMs, culprits: [] });
    expect(failed.message).not.toContain('clock');
    expect(stage.emulator.says(mishap, START).status).toBe(status);
  });

  it('is gone for a deleted audience, with the way out', async () => {
    stage.emulator.deleteAudience(audience.remoteId);
    stage.emulator.deleteAudience('nobody');
    expect(stage.emulator.audiences()).toEqual([]);
    expect(await failure(push())).toMatchObject({
      kind: 'gone',
      nextStep: 'Look on ads.x.com whether the audience was deleted there.',
    });
  });
});

describe('the budget', () => {
  const windowS = 60;
  const inSeconds = (seconds: number) => String(START.getTime() / 1000 + seconds);

  it('is told of on every answer, of the account where X sends it, else of the user', async () => {
    stage.observed.length = 0;
    await push();
    expect(stage.observed).toEqual([{ used: 1 - 1499 / 1500, resetMs: windowS * 1000 }]);
    await x.readMatch(stage.context, audience);
    expect(stage.observed[1]).toEqual({ used: 1 - 1999 / 2000, resetMs: 15 * 60_000 });
  });

  it('is told of on failures too, and not where X says nothing or nonsense', async () => {
    stage.observed.length = 0;
    const user = {
      date: START.toUTCString(),
      'x-rate-limit-limit': '1500',
      'x-rate-limit-remaining': '300',
      'x-rate-limit-reset': inSeconds(30),
    };
    const account = {
      'x-account-rate-limit-limit': '10',
      'x-account-rate-limit-remaining': '0',
      'x-account-rate-limit-reset': inSeconds(-5),
    };
    answer(500, {}, user);
    await failure(push());
    answer(400, {}, { ...user, ...account });
    await failure(push());
    answer(400, {}, { ...user, 'x-rate-limit-remaining': 'few' });
    await failure(push());
    answer(400, {}, { 'x-rate-limit-limit': '10', 'x-rate-limit-remaining': '5' });
    await failure(push());
    expect(stage.observed).toEqual([{ used: 0.8, resetMs: 30_000 }, { used: 1 }, { used: 0.5 }]);
  });

  it('runs out in a window of the emulator, and is there again in the next', async () => {
    await reopen(stage, (world) => createEmulator(world, { enforceRateLimits: true }));
    for (let lists = 0; lists < 2; lists += 1) {
      await x.ensureAudience(stage.context, { name: `List ${lists}`, key: `k-${lists}` });
    }
    const [, , afterFirst] = stage.observed;
    expect(afterFirst?.used).toBeCloseTo(1 / 1500);
    expect(stage.observed.at(-1)?.used).toBeCloseTo(2 / 1500);
    stage.world.clock.advance(windowS * 1000);
    await x.ensureAudience(stage.context, { name: 'List 3', key: 'k-3' });
    expect(stage.observed.at(-1)?.used).toBeCloseTo(1 / 1500);
  });
});
