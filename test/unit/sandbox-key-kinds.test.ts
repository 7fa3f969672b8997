/**
 * Kinds of keys in the emulators' journals. One from before they were kept still holds what it did:
 * found at the rate of the rest, and of its kind as soon as it comes again.
 */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEmulator as createGoogleEmulator } from '../../connectors/google/sandbox.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import { createEmulator as createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import type { Emulator, JournalEvent } from '../../connectors/sandbox/emulator.ts';
import { seededPopulation } from '../../connectors/sandbox/population.ts';
import { memoryJournal, sandboxClock } from '../../connectors/sandbox/world.ts';
import { xState } from '../../connectors/x/sandbox/state.ts';
import { createEmulator as createXEmulator } from '../../connectors/x/sandbox.ts';

const at = '2026-11-21T00:00:00.000Z';
const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const c = 'c'.repeat(64);

/** A world after these events, where only keys without a kind lead to anybody. */
function worldAfter(platform: string, events: readonly JournalEvent[]) {
  const journal = memoryJournal();
  for (const event of events) journal.append(platform, event);
  const none = { email: 0, phone: 0, external_id: 0 };
  const population = seededPopulation({ seed: 'a', rates: { ...none, other: 1 } });
  return { journal, population, clock: sandboxClock(new Date(at)) };
}

/** The keys on a list, and how many of them lead to somebody. */
function seen(emulator: Emulator, id: string) {
  const members = emulator.members(id);
  expect(emulator.size(id)).toBe(members.length);
  expect(emulator.size('unknown')).toBe(0);
  return [members, emulator.matched(id).length];
}

describe('a Meta journal without kinds', () => {
  const id = '23850000000001';
  const added = {
    type: 'users-changed',
    at,
    audience: id,
    operation: 'add',
    source: 'MULTI_HASHES',
    session: '1',
    schema: 'EMAIL,PHONE,EXTERN_ID',
    last: true,
    received: 1,
  };
  const EVENTS = [
    {
      type: 'audience-created',
      at,
      id,
      account: 'act_1234567890',
      name: 'A',
      description: 'B',
      flagged: false,
    },
    { ...added, digests: [a, b, c, 'c-1'], externIds: ['c-1'] },
    { ...added, operation: 'remove', session: '2', received: 1, digests: [c] },
  ];

  async function stage() {
    const world = worldAfter('meta', EVENTS);
    const emulator = createMetaEmulator(world);
    const send = async (edge: string, data: string[], more: object = {}) => {
      const answer = await emulator.app.request(
        `/v26.0/${id}/${edge}?access_token=${emulator.credentials['accessToken']}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            payload: { schema: ['EMAIL', 'PHONE', 'EXTERN_ID'], data: [data] },
            ...more,
          }),
        },
      );
      expect(answer.status).toBe(200);
    };
    return { world, emulator, send };
  }

  it('is replayed, each key at the rate of the rest', async () => {
    const { emulator } = await stage();
    expect(seen(emulator, id)).toEqual([[a, b, 'c-1'], 3]);
  });

  it('gives its keys up to a removal that names them under a kind', async () => {
    const { world, emulator, send } = await stage();
    await send('users', [a, b, 'c-1'], { method: 'DELETE' });
    expect(seen(emulator, id)).toEqual([[], 0]);
    expect(seen(createMetaEmulator(world), id)).toEqual([[], 0]);
  });

  it('has its keys learn their kind when they come again', async () => {
    const { world, emulator, send } = await stage();
    await send('users', [a, '', 'c-1']);
    expect(seen(emulator, id)).toEqual([[a, b, 'c-1'], 1]);
    expect(seen(createMetaEmulator(world), id)).toEqual([[a, b, 'c-1'], 1]);
  });

  it('may end within a replacement, which goes on', async () => {
    const part = { ...added, type: 'users-replaced', session: '7', last: false, externIds: [] };
    const world = worldAfter('meta', [...EVENTS, { ...part, digests: [c] }]);
    world.journal.append('meta', { ...part, seq: 2, last: true, digests: { email: [a] } });
    expect(seen(createMetaEmulator(world), id)).toEqual([[a, c], 1]);
  });
});

describe('a Google journal without kinds', () => {
  const listId = '7000000001';
  const uploaded = {
    type: 'upload',
    at,
    listId,
    account: '1234567890',
    operation: 'add',
    dataType: 'compositeData',
    records: 1,
    emails: 1,
    phones: 1,
    addresses: 0,
    refused: {},
  };
  const EVENTS = [
    {
      type: 'list-made',
      at,
      account: '1234567890',
      displayName: 'A',
      description: 'B',
      integrationCode: '',
      membershipSeconds: 86_400,
      keyType: 'CONTACT_ID',
    },
    { ...uploaded, members: [[a, b], [c]] },
    { ...uploaded, operation: 'remove', members: [[c]] },
  ];
  const after = (...more: JournalEvent[]) => {
    const world = worldAfter('google', [...EVENTS, ...more]);
    world.clock.advance(PROCESSING_MS);
    return seen(createGoogleEmulator(world), listId);
  };

  it('is replayed, each key at the rate of the rest', () => {
    expect(after()).toEqual([[a, b], 2]);
  });

  it('gives its keys up to a removal that names them under a kind', () => {
    const members = [{ email: [a], phone: [b] }];
    expect(after({ ...uploaded, operation: 'remove', members })).toEqual([[], 0]);
  });

  it('has its keys learn their kind when they come again', () => {
    expect(after({ ...uploaded, members: [{ email: [a] }] })).toEqual([[a, b], 1]);
  });
});

const Token = z.object({ access_token: z.string() });

/** What a Google emulator answers to somebody who may ask. */
async function asked(emulator: Emulator, path: string): Promise<unknown> {
  const { clientId = '', clientSecret = '', refreshToken = '' } = emulator.credentials;
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  });
  const token = await emulator.app.request('/token', { method: 'POST', body });
  const { access_token } = Token.parse(await token.json());
  const headers = { authorization: `Bearer ${access_token}` };
  return (await emulator.app.request(path, { headers })).json();
}

describe('the figures of Google', () => {
  const LIST = '/v1/accountTypes/GOOGLE_ADS/accounts/1234567890/userLists/7000000001';

  /** After an upload of 1000 people with a key each. */
  function emulatorAfter(kind: 'email' | undefined): Emulator {
    const made = { type: 'list-made', displayName: 'A', description: 'B', integrationCode: '' };
    const plain = Array.from({ length: 1000 }, (_, n) => [`key ${n}`]);
    const world = worldAfter('google', [
      { ...made, at, account: '1234567890', membershipSeconds: 86_400 },
      {
        type: 'upload',
        at,
        listId: '7000000001',
        operation: 'add',
        dataType: 'compositeData',
        records: 1000,
        emails: 1000,
        phones: 0,
        refused: {},
        members: kind === undefined ? plain : plain.map((keys) => ({ [kind]: keys })),
      },
    ]);
    world.clock.advance(PROCESSING_MS);
    return createGoogleEmulator(world);
  }

  it.each([
    ['email', 'MATCH_RATE_RANGE_LESS_THAN_20'],
    [undefined, 'MATCH_RATE_RANGE_91_TO_100'],
  ] as const)('for an upload come from the rate of the kind %s', async (kind, range) => {
    const status = '/v1/requestStatus:retrieve?requestId=sandbox-request-1';
    const ingested = { compositeDataIngestionStatus: { uploadMatchRateRange: range } };
    expect(await asked(emulatorAfter(kind), status)).toMatchObject({
      requestStatusPerDestination: [{ audienceMembersIngestionStatus: ingested }],
    });
  });

  it('for a list give fewer people than were matched, or nothing where nobody was', async () => {
    expect(await asked(emulatorAfter(undefined), LIST)).toMatchObject({
      sizeInfo: { displayNetworkMembersCount: '900', searchNetworkMembersCount: '900' },
      ingestedUserListInfo: { contactIdInfo: { matchRatePercentage: 100 } },
    });
    expect(await asked(emulatorAfter('email'), LIST)).not.toHaveProperty('sizeInfo');
  });
});

describe('an X journal without kinds', () => {
  const id = '1nmth';
  const span = { from: at, until: '2027-11-21T00:00:00.000Z' };
  const EVENTS = [
    { type: 'audience-created', at, id, account: '18ce54d4x5t', name: 'A', description: null },
    {
      type: 'users-changed',
      at,
      id,
      operations: [
        { type: 'Update', ...span, users: [[b, a], [c]] },
        { type: 'Update', ...span, users: [['c-1']] },
        { type: 'Delete', users: [[c]] },
      ],
    },
  ];
  const after = (...operations: object[]) => {
    const world = worldAfter('x', [...EVENTS, { type: 'users-changed', at, id, operations }]);
    return seen(createXEmulator(world), id);
  };

  it('is replayed, each key at the rate of the rest', () => {
    expect(after()).toEqual([[a, b, 'c-1'], 3]);
  });

  it('gives its users up to a Delete that names them under a kind', () => {
    const users = [{ email: [a] }, { external_id: ['c-1'] }];
    expect(after({ type: 'Delete', users })).toEqual([[], 0]);
  });

  it('has its users learn their kinds when they come again', () => {
    const users = [{ phone: [a], email: [b] }];
    expect(after({ type: 'Update', ...span, users })).toEqual([[a, b, 'c-1'], 1]);
  });
});

describe('the size of the do-not-reach list of X', () => {
  it('comes from the rates of its kinds', () => {
    const world = {
      ...worldAfter('x', []),
      population: seededPopulation({ seed: 'a', rates: { email: 1, phone: 0, other: 0 } }),
    };
    const state = xState(world, { platform: 'x', account: '18ce54d4x5t' }, 'user');
    const list = state.create('do-not-reach', 'Do Not Reach List', null);
    const until = '2027-11-21T00:00:00.000Z';
    const users = Array.from({ length: 120 }, (_, n) => ({ email: [`e ${n}`], phone: [`p ${n}`] }));
    state.change(list, [{ type: 'Update', from: at, until, users }]);
    world.clock.advance(8 * 3_600_000);
    state.process(list);
    expect(list.reading?.size).toBe(120);
  });
});
