/** What the tests of the Google connector share: a context, a stage, digests, batches. */
import { hash } from 'node:crypto';
import type { Batch, ConnectorContext, Member } from '../../connectors/connector.ts';
import { googleEmulator } from '../../connectors/google/sandbox.ts';
import type { GoogleSandboxOptions } from '../../connectors/google/sandbox.ts';
import { SANDBOX_CREDENTIALS } from '../../connectors/google/sandbox/token.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import type { Digest, PostalName } from '../../src/identity/types.ts';
import { GRANTED } from './member-consent.ts';

/** A context with a memo of its own; anything may be replaced. */
export function googleContext(given: Partial<ConnectorContext> = {}): ConnectorContext {
  const kept = new Map<string, unknown>();
  return {
    account: '1234567890',
    credentials: SANDBOX_CREDENTIALS,
    options: {},
    observe: () => {},
    endpoints: { dataManager: 'http://127.0.0.1:9', oauth: 'http://127.0.0.1:9/token' },
    now: () => new Date('2026-11-21T00:00:00Z'),
    deadlineMs: 5000,
    signal: new AbortController().signal,
    memo<T>(key: string, make: () => T): T {
      if (!kept.has(key)) kept.set(key, make());
      return kept.get(key) as T;
    },
    ...given,
  };
}

/** An emulator served over HTTP; each `context` has tokens of its own. */
export async function googleStage(options: GoogleSandboxOptions = {}) {
  const world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  const emulator = googleEmulator(world, options);
  const server = await serveSandbox({ world, emulators: [emulator] });
  const context = (given: Partial<ConnectorContext> = {}) =>
    googleContext({
      endpoints: server.endpoints('google'),
      now: () => world.clock.now(),
      ...given,
    });
  return { world, emulator, server, context };
}
export type GoogleStage = Awaited<ReturnType<typeof googleStage>>;

export function digestOf(text: string): Digest {
  return hash('sha256', text) as Digest;
}

/** The n-th made-up person: an e-mail and a phone, consent granted. */
export function person(n: number, given: Partial<Member> = {}): Member {
  return {
    email: [digestOf(`person${n}@example.com`)],
    phone: [digestOf(`+8190000${n}`)],
    consent: GRANTED,
    ...given,
  };
}

/** The n-th made-up name at an address. */
export function addressOf(n: number): PostalName {
  return {
    givenName: digestOf(`given name ${n}`),
    familyName: digestOf(`family name ${n}`),
    regionCode: 'JP',
    postalCode: '150-0001',
  };
}

export function people(from: number, to: number): Member[] {
  return Array.from({ length: to - from }, (_, index) => person(from + index));
}

export function batchOf(members: readonly Member[], given: Partial<Batch> = {}): Batch {
  return {
    id: 1n,
    audience: { remoteId: '7000000001', name: 'Autumn list A' },
    operation: 'add',
    members,
    ...given,
  };
}
