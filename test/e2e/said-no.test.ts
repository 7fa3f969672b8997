import { describe, expect, it } from 'vitest';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { readMatch } from '../../src/services/read-match.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { PLATFORMS, crowd, engine } from '../support/engine.ts';
import { bring, digestSet, digestsOf } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { FORBIDDEN, REFUSALS } from '../support/platform-answers.ts';
import { NOW } from '../support/stage.ts';

const JSON_ANSWER = { status: 200, headers: { 'content-type': 'application/json' } };

describe.each(PLATFORMS)('whoever says no is off %s', (platform) => {
  const people = crowd(10);
  const rest = digestSet(people.slice(1), platform);

  it('when their upload got no answer', async () => {
    const on = await engine(platform, people);
    on.loseAnswers(5);
    expect((await on.run()).state).toBe('incomplete');
    await on.suppress('p-0');
    expect(await on.run()).toMatchObject({ state: 'succeeded', suppressed: 1, removed: 1 });
    expect(on.members(platform)).toEqual(rest);
  });

  it('when their unanswered upload was refused as it was sent again in the same run', async () => {
    const on = await engine(platform, people);
    on.loseAnswers(1);
    on.server.inject({ kind: 'answer', ...on.uploads, ...FORBIDDEN[platform] });
    const refused = await on.run();
    expect(refused.state).toBe('failed');
    expect(refused.delivery).toMatchObject({ unknown: 10, rejected: 0, notSent: 0 });
    await on.suppress('p-0');
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(on.members(platform)).toEqual(rest);
  });

  it('when their unanswered upload was refused in the next run', async () => {
    const on = await engine(platform, people);
    on.loseAnswers(5);
    await on.run();
    on.server.inject({ kind: 'answer', ...on.uploads, ...REFUSALS[platform] });
    expect((await on.run()).state).toBe('failed');
    await on.suppress('p-0');
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(on.members(platform)).toEqual(rest);
  });

  it('and never goes on, when they say it after a run was cut off', async () => {
    const on = await engine(platform, people);
    const reason = new Error('the machine died');
    const controller = new AbortController();
    const dying = { ...on.context.surroundings, signal: controller.signal };
    const cut = runSync(
      { ...on.context, surroundings: dying },
      { sync: on.sync, asOf: NOW, approved: false, onProgress: () => controller.abort(reason) },
    );
    await expect(cut).rejects.toBe(reason);
    await on.suppress('p-0');
    const seen = new Set<string>();
    const run = await runSync(on.context, {
      sync: on.sync,
      asOf: NOW,
      approved: false,
      onProgress: () => {
        for (const digest of on.members(platform)) seen.add(digest);
      },
    });
    on.advance(86_400_000);
    expect(run).toMatchObject({ state: 'succeeded', suppressed: 1, added: 9 });
    expect(on.members(platform)).toEqual(rest);
    const [taro] = people;
    for (const digest of taro === undefined ? [] : digestsOf(taro, platform)) {
      expect(seen.has(digest)).toBe(false);
    }
  });

  it('also with a key that stayed there for somebody of whom nothing was taken', async () => {
    const [taro, ...others] = people;
    if (taro === undefined) throw new Error('Nobody.');
    const hanako = { ...taro, id: 'p-hanako', email: 'hanako@example.jp' };
    const on = await engine(platform, [taro, hanako, ...others]);
    await on.run();
    await on.db.pool.query(
      `INSERT INTO refusal (audience_id, customer_id, batch_id, code, at, nothing_taken)
       SELECT audience_id, customer_id, add_batch_id, 'INVALID', $1, true
       FROM membership WHERE customer_id = 'p-hanako'`,
      [NOW],
    );
    await on.suppress('p-0');
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 1 });
    await on.suppress('p-hanako');
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(on.members(platform)).toEqual(rest);
  });

  it('also with a key that a newcomer kept there, whose own upload was refused', async () => {
    const phone = '+819011112222';
    const first: TestPerson = { id: 'first', email: 'first@example.jp', phone };
    const newcomer: TestPerson = { id: 'newcomer', email: 'newcomer@example.jp', phone };
    const on = await engine(platform, [...people, first]);
    await on.run();
    await on.suppress('first');
    await bring(on.context, [newcomer]);
    on.server.inject({ kind: 'answer', ...on.uploads, ...FORBIDDEN[platform], times: 2 });
    expect((await on.run()).state).toBe('failed');
    on.server.calm();
    await on.suppress('newcomer');
    expect((await on.run()).state).toBe('succeeded');
    expect(on.members(platform)).toEqual(digestSet(people, platform));
  });

  it('after a removal that did not land, without asking a person again', async () => {
    const crowded = crowd(100);
    const on = await engine(platform, crowded);
    await on.run();
    for (let n = 0; n < 25; n += 1) await on.suppress(`p-${n}`);
    on.server.inject({ kind: 'answer', ...on.uploads, status: 503, body: '', times: 5 });
    expect((await on.run()).state).toBe('incomplete');
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 25 });
    expect(on.members(platform)).toEqual(digestSet(crowded.slice(25), platform));
  });
});

describe.each(PLATFORMS)('whoever said no, yes and no again is off %s', (platform) => {
  it('though both the removal and the addition between were refused', async () => {
    const people = crowd(10);
    const on = await engine(platform, people);
    await on.run();
    const refuseOnce = () =>
      on.server.inject({ kind: 'answer', ...on.uploads, ...REFUSALS[platform] });
    await on.suppress('p-0');
    refuseOnce();
    expect((await on.run()).state).toBe('failed');
    await liftSuppression(on.context, { kind: 'customer', value: 'p-0' });
    refuseOnce();
    expect((await on.run()).state).toBe('failed');
    await on.suppress('p-0');
    await on.run();
    expect((await on.run()).state).toBe('succeeded');
    expect(on.members(platform)).toEqual(digestSet(people.slice(1), platform));
  });
});

describe('a removal that Google took and then failed', () => {
  it('is sent again by the next run, which asks for the answer itself', async () => {
    const people = crowd(10);
    const on = await engine('google', people);
    await on.run();
    await readMatch(on.context, { sync: on.sync });
    await on.suppress('p-0');
    on.server.inject({
      kind: 'answer',
      platform: 'google',
      path: 'audienceMembers:remove',
      ...JSON_ANSWER,
      body: '{"requestId":"r-1"}',
    });
    await on.run();
    on.server.inject({
      kind: 'answer',
      platform: 'google',
      path: 'requestStatus',
      ...JSON_ANSWER,
      body: JSON.stringify({
        requestStatusPerDestination: [
          {
            requestStatus: 'FAILED',
            errorInfo: {
              errorCounts: [{ recordCount: '1', reason: 'PROCESSING_ERROR_REASON_INTERNAL_ERROR' }],
            },
          },
        ],
      }),
    });
    expect(await on.run()).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(on.members('google')).toEqual(digestSet(people.slice(1), 'google'));
  });
});

describe('a suppression until a day', () => {
  it('counts until that day has come, whatever moment a plan looks at', async () => {
    const on = await engine('meta', crowd(5));
    await suppress(on.context, { kind: 'customer', value: 'p-1', until: new Date('2027-01-01') });
    const future = { sync: on.sync, asOf: new Date('2027-06-01'), approved: false };
    await expect(runSync(on.context, future)).rejects.toThrow('still to come');
    expect(await on.run()).toMatchObject({ suppressed: 1, wanted: 4 });
    on.clock.set(new Date('2027-01-02'));
    expect(await on.run()).toMatchObject({ suppressed: 0, wanted: 5 });
  });
});
