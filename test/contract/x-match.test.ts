import { beforeEach, describe, expect, it } from 'vitest';
import type { Audience, ConnectorContext } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import { createXEmulator } from '../../connectors/x/sandbox.ts';
import { batchOf, DAY, deleteOnX, HOUR, people, reopen, useStage, wanted } from './x-stage.ts';

const stage = useStage();

describe('reading the match', () => {
  const known = people(150);
  let audience: Audience;
  beforeEach(async () => {
    audience = await x.ensureAudience(stage.context, wanted);
    for (const [index, { email, phone }] of known.entries()) {
      stage.world.population.register('x', `user-${index}`, [...email, ...phone]);
    }
  });

  it('knows no size while X is processing, then the people it matched', async () => {
    await x.push(stage.context, batchOf(audience, 'add', [...known, ...people(50, 'stranger')]));
    expect(stage.emulator.matched(audience.remoteId)).toHaveLength(150);
    stage.world.clock.advance(8 * HOUR - 1);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({ reason: 'processing' });
    stage.world.clock.advance(1);
    expect(await x.readMatch(stage.context, audience)).toEqual({
      kind: 'count',
      lower: 150,
      upper: 150,
      meaning: 'people active in the last 90 days',
    });
  });

  it('keeps the last size until X has processed a later change', async () => {
    await x.push(stage.context, batchOf(audience, 'add', known));
    stage.world.clock.advance(8 * HOUR);
    await x.push(stage.context, batchOf(audience, 'remove', known.slice(0, 20)));
    expect(await x.readMatch(stage.context, audience)).toMatchObject({ kind: 'count', lower: 150 });
    stage.world.clock.advance(8 * HOUR);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({ kind: 'count', lower: 130 });
  });

  it('says too small below 100 people, and counts from 100', async () => {
    await x.push(stage.context, batchOf(audience, 'add', known.slice(0, 99)));
    stage.world.clock.advance(8 * HOUR);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({ reason: 'too-small' });
    await x.push(stage.context, batchOf(audience, 'add', known.slice(99, 100)));
    stage.world.clock.advance(8 * HOUR);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({ kind: 'count', upper: 100 });
  });

  it('hides the size again once the members have lapsed', async () => {
    await x.push(stage.context, batchOf(audience, 'add', known));
    stage.world.clock.advance(8 * HOUR);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({ kind: 'count' });
    stage.world.clock.advance(380 * DAY);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({ reason: 'too-small' });
  });

  it('says gone for a deleted audience', async () => {
    await deleteOnX(stage, audience);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({
      kind: 'unknown',
      reason: 'gone',
    });
  });
});

describe('checks', () => {
  const verdicts = async (changes: Partial<ConnectorContext> = {}) =>
    (await x.check({ ...stage.context, ...changes })).map(
      ({ name, ok }) => `${ok ? 'yes' : 'no'} ${name}`,
    );
  const inject = (path: string, status: number, body: unknown) =>
    stage.server.inject({
      kind: 'answer',
      platform: 'x',
      path,
      status,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  it('ticks everything on an account in order, and changes nothing', async () => {
    expect(await verdicts()).toEqual([
      'yes reach',
      'yes API version',
      'yes credentials',
      'yes account visible',
      'yes may write audiences',
    ]);
    expect(stage.emulator.audiences()).toEqual([]);
  });

  it('names the first thing that is wrong', async () => {
    expect(await verdicts({ endpoints: { ads: 'http://127.0.0.1:1' } })).toEqual(['no reach']);
    inject('/accounts/', 404, { errors: [{ code: 'ROUTE_NOT_FOUND', message: 'gone' }] });
    expect(await verdicts()).toEqual(['yes reach', 'no API version']);
    const credentials = { ...stage.emulator.credentials, accessSecret: 'wrong' };
    expect(await verdicts({ credentials })).toEqual([
      'yes reach',
      'yes API version',
      'no credentials',
    ]);
    expect(await verdicts({ account: '18ce00000zz' })).toContain('no account visible');
  });

  it('says no to a user who may only look, and to an app without audience access', async () => {
    inject('authenticated_user_access', 200, { data: { permissions: ['CAMPAIGN_ANALYST'] } });
    expect(await verdicts()).toContain('no may write audiences');
    inject('custom_audiences', 403, { errors: [{ code: 'UNAUTHORIZED_CLIENT_APPLICATION' }] });
    expect(await verdicts()).toContain('no may write audiences');
    expect(await verdicts()).toContain('yes may write audiences');
  });

  it('refuses a clock that is far off where the emulator compares timestamps', async () => {
    await reopen(stage, (world) => createXEmulator(world, { checkTimestamp: true }));
    stage.world.clock.set(new Date('2001-01-01T00:00:00Z'));
    expect(await verdicts()).toContain('no credentials');
  });
});
