/** A Meta destination on a sandbox of its own, and the people to send there. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type {
  Audience,
  Batch,
  ConnectorContext,
  Member,
  Replacement,
  ReplacementPart,
} from '../../connectors/connector.ts';
import { meta } from '../../connectors/meta/index.ts';
import { createEmulator as createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import type { MetaSandboxOptions } from '../../connectors/meta/sandbox.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import type { Digest } from '../../src/identity/types.ts';
import { atTheEnd } from './at-the-end.ts';
import { GRANTED } from './member-consent.ts';

const START = new Date('2026-11-21T00:00:00Z');
export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;

export const digest = (text: string) => createHash('sha256').update(text).digest('hex') as Digest;
const person = (name: string): Member => ({
  email: [digest(`${name}@example.com`)],
  phone: [digest(`phone of ${name}`)],
  consent: GRANTED,
});
/** Somebody with one key of each kind that Meta takes, and a profile. */
export const everyKind = (name: string): Member => ({
  ...person(name),
  mobileId: [uuidOf(name)],
  externalId: [`customer ${name}`],
  profile: { FN: digest(`first name of ${name}`), LN: digest('yamada'), COUNTRY: digest('jp') },
});
const uuidOf = (name: string) =>
  digest(name).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
export const people = (count: number): Member[] =>
  Array.from({ length: count }, (_, index) => person(`person ${index}`));
/** People with as many keys as Meta's limits let through. */
export const peopleOfMostKeys = (count: number): Member[] =>
  Array.from({ length: count }, (_, index) => ({
    email: mostKeys(`person ${index}@example.com`),
    phone: mostKeys(`phone of person ${index}`),
    consent: GRANTED,
  }));
const mostKeys = (name: string): Digest[] =>
  Array.from({ length: meta.limits.keysPerKind }, (_, key) => digest(`${key} ${name}`));
/** What an audience of these people holds. */
export const digestsOf = (members: readonly Member[]) =>
  members
    .flatMap(({ email, phone, mobileId = [], externalId = [] }) =>
      [email, phone, mobileId, externalId].flat(),
    )
    .sort();

/**
 * A served sandbox with a context that points at it; closed when the test is over. Another one over
 * the world of the first is the same platform under other options.
 */
export async function start(
  options: MetaSandboxOptions = {},
  change: Partial<ConnectorContext> = {},
  world = emptyWorld(START),
) {
  const emulator = createMetaEmulator(world, options);
  const sandbox = await serveSandbox({ world, emulators: [emulator] });
  atTheEnd(() => sandbox.close());
  const context = contextFor(sandbox.endpoints('meta'), {
    credentials: emulator.credentials,
    now: () => world.clock.now(),
    ...change,
  });
  /** The rows of each upload that the emulator carried out, in order. */
  const uploads = () =>
    [...world.journal.replay('meta')]
      .filter(({ type }) => type === 'users-changed' || type === 'users-replaced')
      .map((event) => event['received']);
  return { world, emulator, sandbox, context, uploads };
}

export function contextFor(
  endpoints: Record<string, string>,
  change: Partial<ConnectorContext>,
): ConnectorContext {
  const kept = new Map<string, unknown>();
  return {
    account: 'act_1234567890',
    credentials: { accessToken: 'EAAnotAToken' },
    options: {},
    observe: () => {},
    endpoints,
    now: () => START,
    deadlineMs: 5000,
    signal: new AbortController().signal,
    memo: <T>(key: string, make: () => T): T => {
      if (!kept.has(key)) kept.set(key, make());
      return kept.get(key) as T;
    },
    ...change,
  };
}

export const wanted = { name: 'Autumn list A', key: 'rk-7f3a' };
let nextBatch = 0n;
export async function batchFor(
  context: ConnectorContext,
  operation: Batch['operation'],
  members: readonly Member[],
): Promise<Batch> {
  nextBatch += 1n;
  const audience = await meta.ensureAudience(context, wanted);
  return { id: nextBatch, audience, operation, members };
}

/** The parts of a replacement: each one holds the people given, in that order. */
export function partsOf(
  audience: Audience,
  people: readonly (readonly Member[])[],
): readonly ReplacementPart[] {
  nextBatch += 1n;
  const replacement: Replacement = {
    id: nextBatch,
    startedAt: START,
    audience,
    parts: people.length,
  };
  return people.map((members, index) => {
    nextBatch += 1n;
    const batch: Batch = { id: nextBatch, audience, operation: 'add', members };
    return { replacement, part: index + 1, batch };
  });
}

export async function failureOf(work: Promise<unknown>): Promise<ConnectorFailure> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectorFailure) return error;
  throw new Error(`Expected a ConnectorFailure, got ${inspect(error)}`);
}
