/** Lists that are written anew: never left half done. */
import { describe, expect, it } from 'vitest';
import { runSync } from '../../src/services/run-sync.ts';
import { crowd } from '../support/engine.ts';
import { DAY, engineStage } from '../contract/engine-stage.ts';

/** Three requests to Meta. */
const PEOPLE = crowd(6000);
const HOUR = 3_600_000;

describe('a list that Meta takes in parts', () => {
  it('is written anew by the next run, whatever that was to do, when the process died in the middle', async () => {
    const on = await engineStage('meta', 60_000);
    await on.bring(PEOPLE);
    await on.run();
    await on.suppress('p-0');
    // The second part gets no answer, and there the process is cut off.
    on.server.inject({ kind: 'hang', platform: 'meta', path: 'usersreplace', carriedOut: false });
    const abort = new AbortController();
    const cut = runSync(on.abortable(abort.signal), {
      sync: on.sync,
      asOf: on.clock.now(),
      approved: false,
      list: 'replace',
    });
    await expect.poll(() => on.server.faults().length, { timeout: 20_000 }).toBe(0);
    abort.abort(new Error('killed'));
    await expect(cut).rejects.toThrow('killed');
    expect(await on.db.prisma.replacement.count()).toBe(1);

    // Meta lets nobody begin another before the first has timed out.
    on.server.calm();
    on.advance(2 * HOUR);
    const next = await on.run();
    expect(next).toMatchObject({ mode: 'replace', state: 'succeeded', added: 5999 });
    expect(on.list()).toEqual(on.keysOf(PEOPLE.slice(1)));
    expect(await on.db.prisma.replacement.count()).toBe(0);
    expect(await on.run()).toMatchObject({ mode: 'changes', added: 0, removed: 0 });
  });

  it('is not given up over failures that pass', async () => {
    const on = await engineStage('meta');
    await on.bring(PEOPLE);
    await on.run();
    for (const kind of ['reset', 'lose-answer', 'garbled'] as const) {
      on.server.inject({ kind, platform: 'meta', path: 'usersreplace', times: 2 });
    }
    const run = await on.run({ list: 'replace' });
    expect(run).toMatchObject({ mode: 'replace', state: 'succeeded', added: 6000 });
    expect(run.delivery).toMatchObject({ accepted: 6000, unknown: 0 });
    expect(on.list()).toEqual(on.keysOf(PEOPLE));
  });

  it('can shrink where Meta refuses to take single people off', async () => {
    const on = await engineStage('meta');
    const few = crowd(40);
    await on.bring(few);
    await on.run();
    on.server.inject({
      kind: 'answer',
      platform: 'meta',
      path: '/users',
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"error":{"message":"Audience Size too Low","type":"OAuthException","code":200,"error_subcode":1870047}}',
      times: 1,
    });
    await on.suppress('p-0');
    const refused = await on.run();
    expect(refused).toMatchObject({ state: 'failed', problem: { code: '200/1870047' } });
    expect(refused.problem?.nextStep).toContain('--replace');
    expect(await on.run({ list: 'replace' })).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(on.list()).toEqual(on.keysOf(few.slice(1)));
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 0, removed: 0 });
  });
});

describe('a list that Meta refuses to write anew', () => {
  it('is filled and shrunk as in any other run, and a person is told', async () => {
    const on = await engineStage('meta');
    await on.bring(crowd(20));
    await on.run();
    await on.suppress('p-0');
    await on.bring([...crowd(20), ...crowd(21).slice(20)]);
    on.server.inject({
      kind: 'answer',
      platform: 'meta',
      path: 'usersreplace',
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"error":{"message":"Invalid parameter","type":"OAuthException","code":100}}',
      rate: 1,
    });
    const run = await on.run({ list: 'replace' });
    expect(run).toMatchObject({ state: 'failed', removed: 1, problem: { code: '100' } });
    expect(run.delivery).toMatchObject({ accepted: 20, notSent: 0 });
    expect(on.list()).toEqual(on.keysOf(crowd(21).slice(1)));
    on.server.calm();
    expect(await on.run()).toMatchObject({ mode: 'changes', state: 'succeeded', added: 0 });
  });
});

describe('a list that Google sweeps', () => {
  it('is swept only when everybody who is to stay was taken', async () => {
    const on = await engineStage('google');
    const people = crowd(20);
    await on.bring(people);
    await on.run();
    await on.run();
    const run = await on.run({ list: 'replace' });
    expect(run).toMatchObject({ mode: 'replace', state: 'succeeded', rewriting: 'settling' });
    on.server.inject({
      kind: 'answer',
      platform: 'google',
      path: 'requestStatus',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        requestStatusPerDestination: [
          {
            requestStatus: 'PARTIAL_SUCCESS',
            errorInfo: { errorCounts: [{ recordCount: '1', reason: 'INTERNAL' }] },
            audienceMembersIngestionStatus: { compositeDataIngestionStatus: { recordCount: '20' } },
          },
        ],
      }),
    });
    await on.run();
    const row = await on.db.prisma.run.findUniqueOrThrow({
      where: { id: BigInt(run.id) },
      select: { state: true, problem: true },
    });
    expect(row).toMatchObject({ state: 'failed', problem: { code: 'replace-unproven' } });
    expect(on.server.requests().some(({ path }) => path.includes('removeAll'))).toBe(false);
    on.advance(DAY);
    expect(on.list()).toEqual(on.keysOf(people));
  });
});
