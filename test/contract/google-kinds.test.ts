/** Names at addresses and consent by purpose: the Google connector against its emulator. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audience, ConnectorContext, Member, Receipt } from '../../connectors/connector.ts';
import { google } from '../../connectors/google/index.ts';
import { googleEmulator } from '../../connectors/google/sandbox.ts';
import type { GoogleSandboxOptions } from '../../connectors/google/sandbox.ts';
import { PROCESSING_MS } from '../../connectors/google/sandbox/state.ts';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { addressOf, batchOf, googleContext, people, person } from '../support/google-context.ts';
import { UNKNOWN } from '../support/member-consent.ts';

let world: ReturnType<typeof emptyWorld>;
let emulator: Emulator;
let server: SandboxServer;
let context: ConnectorContext;
let audience: Audience;

async function start(options: GoogleSandboxOptions = {}): Promise<void> {
  world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  emulator = googleEmulator(world, options);
  server = await serveSandbox({ world, emulators: [emulator] });
  const endpoints = server.endpoints('google');
  context = googleContext({ endpoints, now: () => world.clock.now() });
  audience = await google.ensureAudience(context, { name: 'A', key: 'rk-1' });
}

beforeEach(() => start());
afterEach(() => server.close());

/** Pushes, lets the processing time pass, and asks. */
async function pushed(operation: 'add' | 'remove', members: readonly Member[]): Promise<Receipt> {
  const receipt = await google.push(context, batchOf(members, { audience, operation }));
  if (receipt.state === 'final' || google.settle === undefined) return receipt;
  world.clock.advance(PROCESSING_MS);
  return google.settle(context, { ...receipt, operation });
}

/** What a list of these people holds. */
const keysOf = (...members: readonly Member[]) =>
  members
    .flatMap(({ email, phone, address = [] }) => [
      ...email,
      ...phone,
      ...address.map(({ givenName, familyName, regionCode, postalCode }) =>
        [givenName, familyName, regionCode, postalCode].join('|'),
      ),
    ])
    .sort();

const ann = person(1, { address: [addressOf(1)] });
const byAddress = person(2, { email: [], phone: [], address: [addressOf(2), addressOf(3)] });

describe('a person with every kind of key on Google', () => {
  it('is on the list under each of them, and under none after the removal', async () => {
    expect(await pushed('add', [ann, byAddress])).toMatchObject({ accepted: 2, rejected: [] });
    expect(emulator.members(audience.remoteId)).toEqual(keysOf(ann, byAddress));
    expect(googleEmulator(world).members(audience.remoteId)).toEqual(keysOf(ann, byAddress));
    expect(await pushed('remove', [ann])).toMatchObject({ accepted: 1, rejected: [] });
    expect(emulator.members(audience.remoteId)).toEqual(keysOf(byAddress));
    await pushed('remove', [byAddress]);
    expect(emulator.members(audience.remoteId)).toEqual([]);
  });

  it('keeps their address where a removal names only the rest', async () => {
    await pushed('add', [ann]);
    await pushed('remove', [person(1)]);
    expect(emulator.members(audience.remoteId)).toEqual(keysOf({ ...ann, email: [], phone: [] }));
  });

  it('is matched by an address that Google knows', async () => {
    world.population.register('google', 'user 2', keysOf(byAddress).slice(0, 1));
    await pushed('add', [ann, byAddress]);
    expect(emulator.matched(audience.remoteId)).toEqual(['user 2']);
  });

  it('is sent without an address that cannot be one, and named where that is all', async () => {
    const incomplete = person(3, { address: [{ ...addressOf(3), postalCode: '' }, addressOf(4)] });
    const nowhere = person(5, { address: [{ ...addressOf(5), regionCode: 'Japan' }] });
    expect(await pushed('add', [ann, incomplete, nowhere])).toMatchObject({ accepted: 3 });
    const held = keysOf(ann, { ...incomplete, address: [addressOf(4)] }, person(5));
    expect(emulator.members(audience.remoteId)).toEqual(held);
    expect(await pushed('remove', [incomplete, nowhere])).toMatchObject({ accepted: 2 });
    expect(emulator.members(audience.remoteId)).toEqual(keysOf(ann));

    const alone = { ...nowhere, email: [], phone: [] };
    const push = google.push(googleContext(), batchOf([ann, alone, byAddress], { audience }));
    await expect(push).rejects.toMatchObject({
      kind: 'invalid',
      code: 'INVALID_COUNTRY_CODE',
      culprits: [{ position: 1, code: 'INVALID_COUNTRY_CODE' }],
    });
  });

  it('loses as many keys of one kind in a removal as the ledger may hold', async () => {
    const email = people(0, 10).flatMap((member) => member.email);
    const half = (from: number) => person(1, { email: email.slice(from, from + 5), phone: [] });
    await pushed('add', [half(0), half(5)]);
    expect(emulator.members(audience.remoteId)).toHaveLength(10);
    await pushed('remove', [person(1, { email, phone: [] })]);
    expect(emulator.members(audience.remoteId)).toEqual([]);
    const eleven = [...email, ...person(10).email];
    const push = google.push(
      context,
      batchOf([person(1, { email: eleven, phone: [] })], { audience, operation: 'remove' }),
    );
    await expect(push).rejects.toThrow(RangeError);
  });

  it('of over ten keys throws before anything is sent', async () => {
    const nowhere = googleContext();
    const [email, phone] = [
      people(0, 5).flatMap((member) => member.email),
      people(0, 5).flatMap((member) => member.phone),
    ];
    const more = person(1, { email, phone, address: [addressOf(1)] });
    for (const operation of ['add', 'remove'] as const) {
      const push = google.push(nowhere, batchOf([more], { audience, operation }));
      await expect(push).rejects.toThrow(RangeError);
    }
  });
});

describe('consent on Google', () => {
  it('counts only where both purposes are granted, and nobody gets it from a neighbour', async () => {
    await server.close();
    await start({ withoutConsent: 'refused' });
    const half = person(2, { consent: { ...UNKNOWN, adUserData: 'granted' } });
    const none = person(3, { consent: UNKNOWN });
    expect(await pushed('add', [person(1), half, none])).toMatchObject({
      rejected: [{ code: 'PROCESSING_ERROR_REASON_NO_CONSENT', count: 2 }],
    });
    expect(emulator.members(audience.remoteId)).toEqual(keysOf(person(1)));
    await pushed('add', [half]);
    expect(emulator.members(audience.remoteId)).toEqual(keysOf(person(1)));
    await pushed('remove', [person(1, { consent: UNKNOWN })]);
    expect(emulator.members(audience.remoteId)).toEqual([]);
  });
});
