/** Rewriting a list on Google, and the order in which it works requests off. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audience, ConnectorContext, Member, Receipt } from '../../connectors/connector.ts';
import { google } from '../../connectors/google/index.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import { batchOf, googleStage, people, person } from '../support/google-context.ts';
import type { GoogleStage } from '../support/google-context.ts';

let stage: GoogleStage;
let context: ConnectorContext;
let audience: Audience;

beforeEach(async () => {
  stage = await googleStage();
  context = stage.context();
  audience = await google.ensureAudience(context, { name: 'A', key: 'rk-1' });
});
afterEach(() => stage.server.close());

const push = (members: readonly Member[], operation: 'add' | 'remove' = 'add') =>
  google.push(context, batchOf(members, { audience, operation }));

function sweep(addedBefore: Date, given: ConnectorContext = context): Promise<string> {
  if (google.replace?.kind !== 'sweep') throw new Error('Google sweeps.');
  return google.replace.sweep(given, audience, addedBefore);
}

async function settle(requestId: string): Promise<Receipt | undefined> {
  return google.settle?.(context, { requestId, rows: 0, operation: 'remove' });
}

const held = () => stage.emulator.members(audience.remoteId);
const keysOf = (members: readonly Member[]) =>
  members.flatMap(({ email, phone }) => [...email, ...phone]).sort();

describe('a sweep on Google', () => {
  it('takes off whoever was last added before the moment, and nobody else', async () => {
    await push(people(0, 4));
    stage.world.clock.advance(PROCESSING_MS);
    const began = stage.world.clock.now();
    await push(people(2, 6));
    stage.world.clock.advance(PROCESSING_MS);
    expect(held()).toEqual(keysOf(people(0, 6)));

    const requestId = await sweep(began);
    expect(await settle(requestId)).toEqual({ state: 'pending', requestId, rows: 0 });
    expect(held()).toEqual(keysOf(people(0, 6)));
    stage.world.clock.advance(PROCESSING_MS);
    expect(await settle(requestId)).toEqual({
      state: 'final',
      requestId,
      accepted: 0,
      rejected: [],
      unknown: 0,
    });
    expect(held()).toEqual(keysOf(people(2, 6)));

    await sweep(began);
    stage.world.clock.advance(PROCESSING_MS);
    expect(held()).toEqual(keysOf(people(2, 6)));
  });

  it('of a moment to come is refused, and changes nothing', async () => {
    await push(people(0, 2));
    stage.world.clock.advance(PROCESSING_MS);
    const later = new Date(stage.world.clock.now().getTime() + 1);
    await expect(sweep(later)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'INVALID_REMOVE_AS_OF_TIME',
      culprits: [],
    });
    stage.world.clock.advance(PROCESSING_MS);
    expect(held()).toHaveLength(4);
  });

  it('that Google forgot says so, with no rows', async () => {
    expect(await settle('never-seen')).toMatchObject({
      state: 'final',
      unknown: 0,
      reasons: [{ code: 'INVALID_REQUEST_ID', count: 0 }],
    });
  });

  it('is not for lists that the Google Ads API fills', async () => {
    const byAds = stage.context({ options: { upload: 'ads-api' } });
    await expect(sweep(stage.world.clock.now(), byAds)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'SWEEP_BY_ADS_API',
    });
  });

  it('is asked for by nothing else', async () => {
    const asked: string[] = [];
    const { dataManager = '' } = context.endpoints;
    const spy = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      asked.push(String(input instanceof Request ? input.url : input));
      return spy(input, init);
    };
    try {
      await google.check(context);
      await push(people(0, 2));
      await push(people(0, 2), 'remove');
      await google.readMatch(context, audience);
    } finally {
      globalThis.fetch = spy;
    }
    expect(asked.filter((url) => url.startsWith(dataManager)).length).toBeGreaterThan(3);
    expect(asked.filter((url) => url.includes('removeAll'))).toEqual([]);
  });
});

describe('requests that Google works on at the same time', () => {
  it('may be worked off in reverse: an addition then loses to a removal before it', async () => {
    for (const [order, left] of [
      ['as-taken', 2],
      ['reversed', 0],
    ] as const) {
      await stage.server.close();
      stage = await googleStage({ order });
      context = stage.context();
      audience = await google.ensureAudience(context, { name: 'A', key: 'rk-1' });
      await push([person(1)], 'remove');
      stage.world.clock.advance(1000);
      const last = await push([person(1)]);
      stage.world.clock.advance(2 * PROCESSING_MS);
      expect(held()).toHaveLength(left);
      if (last.state !== 'pending') throw new Error('Google answers later.');
      const settled = await google.settle?.(context, { ...last, operation: 'add' });
      expect(settled).toMatchObject({ accepted: 1 });
    }
  });
});
