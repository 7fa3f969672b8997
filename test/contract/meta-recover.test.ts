/** What became of a batch whose answer was lost, and what answers tell of the budget, on Meta. */
import { describe, expect, it } from 'vitest';
import type { Member, Usage } from '../../connectors/connector.ts';
import { meta } from '../../connectors/meta/index.ts';
import { sessionId } from '../../connectors/meta/rows.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';
import {
  HOUR,
  batchFor,
  contextFor,
  digest,
  digestsOf,
  failureOf,
  people,
  peopleOfMostKeys,
  start,
  wanted,
} from '../support/meta-destination.ts';

const json = { 'content-type': 'application/json' };
const poison: Member = {
  email: [digest('x').toUpperCase() as Digest],
  phone: [],
  consent: GRANTED,
};

describe('a batch for Meta whose answer was lost', () => {
  it.each(['add', 'remove'] as const)('is found in its session (%s)', async (operation) => {
    const { context, sandbox } = await start();
    await meta.push(context, await batchFor(context, 'add', peopleOfMostKeys(5)));
    const batch = await batchFor(context, operation, peopleOfMostKeys(5));
    sandbox.inject({ kind: 'lose-answer', platform: 'meta', path: '/users' });
    await failureOf(meta.push(context, batch));
    expect(await meta.recover?.(context, batch)).toEqual({
      state: 'final',
      requestId: String(sessionId(batch)),
      accepted: 5,
      rejected: [],
      unknown: 0,
    });
  });

  it('is not known where it never arrived, so that it is sent again', async () => {
    const { context, sandbox } = await start();
    const other = await batchFor(context, 'add', people(3));
    await meta.push(context, other);
    const batch = await batchFor(context, 'add', people(3));
    sandbox.inject({ kind: 'answer', platform: 'meta', path: '/users', status: 502 });
    await failureOf(meta.push(context, batch));
    expect(await meta.recover?.(context, batch)).toBeNull();
  });

  it('leaves everybody unknown, with the reason, where rows of it were invalid', async () => {
    const { context } = await start();
    const batch = await batchFor(context, 'add', [...people(3), poison]);
    await meta.push(context, batch);
    expect(await meta.recover?.(context, batch)).toMatchObject({
      accepted: 0,
      rejected: [],
      unknown: 4,
      reasons: [{ code: 'INVALID_ENTRY', count: 1 }],
    });
  });

  it('is not known by the session of other people under its number, as after a restored copy', async () => {
    const { context, emulator } = await start();
    const before = await batchFor(context, 'add', people(3));
    await meta.push(context, before);
    const restored = { ...before, members: people(5).slice(3) };
    expect(await meta.recover?.(context, restored)).toBeNull();
    expect(await meta.recover?.(context, { ...before, operation: 'remove' })).toBeNull();
    expect(await meta.push(context, restored)).toMatchObject({ accepted: 2 });
    expect(emulator.members(before.audience.remoteId)).toEqual(digestsOf(people(5)));
  });

  it('is carried out under a number whose session ended long ago', async () => {
    const { context, emulator, world } = await start();
    const before = await batchFor(context, 'add', people(3));
    await meta.push(context, before);
    world.clock.advance(2 * HOUR);
    const restored = { ...before, members: people(5).slice(3) };
    expect(await meta.push(context, restored)).toMatchObject({ accepted: 2 });
    expect(emulator.members(before.audience.remoteId)).toEqual(digestsOf(people(5)));
  });

  it('is found in a session that still stands at its beginning, as long as all rows arrived', async () => {
    const { context, sandbox } = await start();
    const batch = await batchFor(context, 'add', people(3));
    const told = async (num_received: string) => {
      const session = {
        session_id: String(sessionId(batch)),
        stage: 'uploading',
        progress: '0',
        num_received,
        num_invalid_entries: '0',
      };
      const body = JSON.stringify({ data: [session] });
      const fault = { kind: 'answer', platform: 'meta', path: '/sessions', status: 200 } as const;
      sandbox.inject({ ...fault, body, headers: json });
      return meta.recover?.(context, batch);
    };
    expect(await told('2')).toBeNull();
    expect(await told('3')).toMatchObject({ accepted: 3, unknown: 0 });
  });

  it.each([
    ['fewer rows arrived', { num_received: '2', num_invalid_entries: '0' }],
    ['Meta gives no number of rows', { num_received: '-1', num_invalid_entries: '0' }],
    ['Meta cannot tell the invalid ones', { num_received: '3', num_invalid_entries: '-1' }],
    ['the session is another one', { session_id: '1', num_received: '3' }],
  ])('is not known where %s', async (_, told) => {
    const { context, sandbox } = await start();
    const batch = await batchFor(context, 'add', people(3));
    const session = { session_id: String(sessionId(batch)), ...told };
    const body = JSON.stringify({ data: [session] });
    const fault = { kind: 'answer', platform: 'meta', path: '/sessions', status: 200 } as const;
    sandbox.inject({ ...fault, body, headers: json });
    expect(await meta.recover?.(context, batch)).toBeNull();
  });

  it('is not known where Meta does not answer on sessions, and waits where it is only down', async () => {
    const { context, sandbox } = await start();
    const batch = await batchFor(context, 'add', people(3));
    const fault = { kind: 'answer', platform: 'meta', path: '/sessions', headers: json } as const;
    const body = JSON.stringify({ error: { message: 'no', code: 100 } });
    sandbox.inject({ ...fault, status: 400, body });
    expect(await meta.recover?.(context, batch)).toBeNull();
    sandbox.inject({ ...fault, status: 503, body: '' });
    expect((await failureOf(meta.recover?.(context, batch) ?? Promise.resolve())).kind).toBe(
      'transient',
    );
  });

  it('was never sent where nobody in it has a key', async () => {
    const context = contextFor({ graph: 'http://127.0.0.1:1' }, {});
    const keyless = { email: [], phone: [], consent: GRANTED } as const;
    const audience = { remoteId: '1', name: 'A' };
    const batch = { id: 1n, audience, operation: 'add', members: [keyless] } as const;
    expect(await meta.recover?.(context, batch)).toEqual(await meta.push(context, batch));
  });
});

describe('what Meta tells of the budget', () => {
  it('is passed on from answers of either kind, with the time it takes', async () => {
    const told: Usage[] = [];
    const { context } = await start(
      { callsPerHour: 4 },
      { observe: (usage: Usage) => told.push(usage) },
    );
    const audience = await meta.ensureAudience(context, wanted);
    await meta.readMatch(context, audience);
    await meta.readMatch(context, audience);
    expect(told).toEqual([{ used: 0.25 }, { used: 0.5 }, { used: 0.75 }, { used: 1 }]);
    const failure = await failureOf(meta.readMatch(context, audience));
    expect(failure).toMatchObject({ kind: 'throttled', retryAfterMs: HOUR });
    expect(told.at(-1)).toEqual({ used: 1.25, resetMs: HOUR });
  });

  it('is nothing where the headers say nothing', async () => {
    const told: Usage[] = [];
    const { context } = await start({}, { observe: (usage: Usage) => told.push(usage) });
    await meta.check(context);
    expect(told).toEqual([]);
  });
});

describe('the words of Meta for each mishap', () => {
  it.each([
    ['throttled', { kind: 'throttled', retryAfterMs: 60_000 }],
    ['throttled-silently', { kind: 'throttled', retryAfterMs: undefined }],
    ['server-error', { kind: 'transient' }],
    ['token-expired', { kind: 'auth' }],
    ['forbidden', { kind: 'permission' }],
    ['terms-not-accepted', { kind: 'terms' }],
    ['refused', { kind: 'invalid', culprits: [] }],
  ] as const)('%s are understood', async (mishap, expected) => {
    const { context, emulator, sandbox } = await start();
    const batch = await batchFor(context, 'add', people(2));
    const said = emulator.says(mishap, context.now());
    sandbox.inject({ kind: 'answer', platform: 'meta', path: emulator.uploads, ...said });
    expect(await failureOf(meta.push(context, batch))).toMatchObject(expected);
    expect(await meta.push(context, batch)).toMatchObject({ accepted: 2 });
  });
});
