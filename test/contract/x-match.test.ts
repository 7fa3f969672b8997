import { beforeEach, describe, expect, it } from 'vitest';
import type { Audience } from '../../connectors/connector.ts';
import { x } from '../../connectors/x/index.ts';
import { batchOf, DAY, HOUR, people, useStage, wanted } from './x-stage.ts';

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
    stage.emulator.deleteAudience(audience.remoteId);
    expect(await x.readMatch(stage.context, audience)).toMatchObject({
      kind: 'unknown',
      reason: 'gone',
    });
  });
});
