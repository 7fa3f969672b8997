/** Whom Google names when it refuses a request, over HTTP. */
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Audience, ConnectorContext, Member } from '../../connectors/connector.ts';
import { google } from '../../connectors/google/index.ts';
import type { GoogleSandboxOptions } from '../../connectors/google/sandbox.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import { MISHAPS } from '../../connectors/sandbox/emulator.ts';
import type { Mishap } from '../../connectors/sandbox/emulator.ts';
import { addressOf, batchOf, googleStage, people, person } from '../support/google-context.ts';
import type { GoogleStage } from '../support/google-context.ts';

const CODE = 'INVALID_SHA256_FORMAT';

let stage: GoogleStage;
let context: ConnectorContext;
let audience: Audience;

async function start(options: GoogleSandboxOptions = {}): Promise<void> {
  stage = await googleStage(options);
  context = stage.context();
  audience = await google.ensureAudience(context, { name: 'A', key: 'rk-1' });
}

afterEach(() => stage.server.close());

/** The failure of a push, which has to fail. */
async function refusal(members: readonly Member[], operation: 'add' | 'remove' = 'add') {
  const push = google.push(context, batchOf(members, { audience, operation }));
  const failure: unknown = await push.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ConnectorFailure)) throw new Error('The push did not fail.');
  return failure;
}

function refuse(...members: readonly Member[]): void {
  for (const { email } of members) stage.emulator.refuseKey(email[0] ?? '');
}

const named = (...positions: number[]) => positions.map((position) => ({ position, code: CODE }));

describe.each(['doubled', 'plain'] as const)('rows under a path that is %s', (memberPath) => {
  it('are named alone, several, and all', async () => {
    await start({ memberPath });
    const members = people(0, 5);
    const [first, second, , fourth] = members;
    if (first === undefined || second === undefined || fourth === undefined) throw new Error();
    refuse(second);
    expect(await refusal(members)).toMatchObject({
      kind: 'invalid',
      code: CODE,
      culprits: named(1),
    });
    refuse(first, fourth);
    expect((await refusal(members)).culprits).toEqual(named(0, 1, 3));
    refuse(...members);
    expect((await refusal(members)).culprits).toEqual(named(0, 1, 2, 3, 4));
    expect((await refusal(members, 'remove')).culprits).toHaveLength(5);
    stage.world.clock.advance(PROCESSING_MS);
    expect(stage.emulator.members(audience.remoteId)).toEqual([]);
  });
});

describe('the rows that Google names', () => {
  it('are left out until the others are taken, however few one answer names', async () => {
    await start({ mostViolations: 2 });
    const members = people(0, 9);
    refuse(...members.slice(0, 5));
    let open = members;
    for (let round = 0; round < 3; round += 1) {
      const gone = new Set((await refusal(open)).culprits.map(({ position }) => position));
      expect(gone.size).toBe(round < 2 ? 2 : 1);
      open = open.filter((_, position) => !gone.has(position));
    }
    expect(open).toEqual(members.slice(5));
    await google.push(context, batchOf(open, { audience }));
    stage.world.clock.advance(PROCESSING_MS);
    expect(stage.emulator.members(audience.remoteId)).toHaveLength(8);
  });

  it('are found by any of their keys, an address too', async () => {
    await start();
    const { givenName, familyName, regionCode, postalCode } = addressOf(1);
    stage.emulator.refuseKey([givenName, familyName, regionCode, postalCode].join('|'));
    stage.emulator.refuseKey(person(3).phone[0] ?? '');
    const members = [person(0), person(1, { address: [addressOf(1)] }), person(2), person(3)];
    expect((await refusal(members)).culprits).toEqual(named(1, 3));
  });

  it('are named beside a list that is gone, which alone names nobody', async () => {
    await start();
    refuse(person(1));
    stage.emulator.deleteAudience(audience.remoteId);
    expect(await refusal([person(0)])).toMatchObject({ kind: 'gone', culprits: [] });
    expect(await refusal([person(0), person(1)])).toMatchObject({
      code: 'INVALID_USER_LIST_ID',
      culprits: named(1),
    });
  });

  it.each([
    ['a member that was not sent', 'audience_members.audience_members[2].x', CODE],
    ['a destination of a member', 'audience_members[0].destination_references[0]', CODE],
    ['terms', 'audience_members[0]', 'TERMS_AND_CONDITIONS_NOT_SIGNED'],
    ['the JSON itself', 'audience_members[0].user_data', undefined],
  ])('are nobody where a violation is about %s', async (_, field, reason) => {
    await start();
    const fieldViolations = [{ field, description: 'x', ...(reason && { reason }) }];
    const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations }];
    const error = { code: 400, message: 'x', status: 'INVALID_ARGUMENT', details };
    stage.server.inject({
      kind: 'answer',
      platform: 'google',
      path: stage.emulator.uploads,
      status: 400,
      body: JSON.stringify({ error }),
    });
    expect((await refusal(people(0, 2))).culprits).toEqual([]);
  });
});

/** What the engine has to see behind Google's words for each mishap. */
const SEEN: Readonly<Record<Mishap, object>> = {
  throttled: { kind: 'throttled', retryAfterMs: 60_000 },
  'throttled-silently': { kind: 'throttled', retryAfterMs: undefined },
  'server-error': { kind: 'transient', status: 503 },
  'token-expired': { kind: 'auth' },
  forbidden: { kind: 'permission' },
  'terms-not-accepted': { kind: 'terms' },
  refused: { kind: 'invalid' },
};

describe("Google's own words", () => {
  it.each(MISHAPS)('for "%s" are understood, and name nobody', async (mishap) => {
    await start();
    const { status, headers, body } = stage.emulator.says(mishap, stage.world.clock.now());
    stage.server.inject({
      kind: 'answer',
      platform: 'google',
      path: stage.emulator.uploads,
      // A token that was refused once is replaced by a new one.
      times: 2,
      status,
      headers: { ...headers },
      body,
    });
    const failure = await refusal([person(1)]);
    expect(failure).toMatchObject({ ...SEEN[mishap], culprits: [] });
    stage.server.calm();
    expect(await google.push(context, batchOf([person(1)], { audience }))).toMatchObject({
      state: 'pending',
    });
  });
});
