/** What the contract tests of X share: a sandbox of X alone, the connector's context, people. */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { createHash } from 'node:crypto';
import { globalAgent } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { TwitterApi } from 'twitter-api-v2';
import { afterEach, beforeEach } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type {
  Audience,
  Batch,
  ConnectorContext,
  Member,
  Usage,
} from '../../connectors/connector.ts';
import type { SandboxWorld } from '../../connectors/sandbox/emulator.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { createEmulator as createXEmulator } from '../../connectors/x/sandbox.ts';
import type { XEmulator } from '../../connectors/x/sandbox.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';

export const START = new Date('2026-11-02T03:00:00Z');
export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;

export const wanted = { name: 'Autumn list A', key: 'k-0001' };

export interface Stage {
  world: ReturnType<typeof emptyWorld>;
  emulator: XEmulator;
  server: SandboxServer;
  context: ConnectorContext;
  /** What the connector told of the budget, in order. */
  observed: Usage[];
}

type CreateX = (world: SandboxWorld) => XEmulator;

/** A fresh sandbox for each test of the file; its fields change from test to test. */
export function useStage(): Stage {
  const stage: Partial<Stage> = {};
  beforeEach(async () => {
    Object.assign(stage, await openStage(emptyWorld(START), createXEmulator));
  });
  afterEach(async () => stage.server?.close());
  return stage as Stage;
}

/** Ends the sandbox of a stage and opens another in its place, over the same world if given. */
export async function reopen(
  stage: Stage,
  create: CreateX,
  world = emptyWorld(START),
): Promise<void> {
  await stage.server.close();
  Object.assign(stage, await openStage(world, create));
}

async function openStage(world: Stage['world'], create: CreateX): Promise<Stage> {
  const emulator = create(world);
  const server = await serveSandbox({ world, emulators: [emulator] });
  const observed: Usage[] = [];
  const kept = new Map<string, unknown>();
  const context: ConnectorContext = {
    account: emulator.account,
    credentials: emulator.credentials,
    options: {},
    observe: (usage) => observed.push(usage),
    endpoints: server.endpoints('x'),
    now: () => world.clock.now(),
    deadlineMs: 10_000,
    signal: new AbortController().signal,
    memo<T>(key: string, make: () => T): T {
      if (!kept.has(key)) kept.set(key, make());
      return kept.get(key) as T;
    },
  };
  return { world, emulator, server, context, observed };
}

export const digest = (text: string) => createHash('sha256').update(text).digest('hex') as Digest;

export const person = (name: string): Member => ({
  email: [digest(`${name}@example.com`)],
  phone: [digest(`+8190${name}`)],
  consent: GRANTED,
});

/** Somebody with one key of each kind that X takes. */
export const everyKind = (name: string): Member => ({
  ...person(name),
  xHandle: [digest(`handle ${name}`)],
  xId: [digest(`id ${name}`)],
  mobileId: [digest(`device ${name}`)],
  externalId: [`customer, ${name}`],
});

export const people = (count: number, prefix = 'p') =>
  Array.from({ length: count }, (_, index) => person(`${prefix}${index}`));

/** What an audience of these people holds. */
export const digestsOf = (members: readonly Member[]) =>
  [
    ...new Set(
      members.flatMap(({ email, phone, xHandle = [], xId = [], mobileId = [], externalId = [] }) =>
        [email, phone, xHandle, xId, mobileId, externalId].flat(),
      ),
    ),
  ].toSorted();

export const batchOf = (
  audience: Audience,
  operation: Batch['operation'],
  members: readonly Member[],
): Batch => ({ id: 1n, audience, operation, members });

/** The ConnectorFailure that an action ends with. */
export async function failure(action: Promise<unknown>): Promise<ConnectorFailure> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorFailure)) throw new Error('expected a ConnectorFailure');
  return error;
}

/** A signed client, for what the connector has no verb for, and where the emulator is, for each call. */
export function adsOf({ emulator, server }: Stage) {
  const { apiKey = '', apiSecret = '', accessToken = '', accessSecret = '' } = emulator.credentials;
  const tokens = { appKey: apiKey, appSecret: apiSecret, accessToken, accessSecret };
  const { ads } = new TwitterApi(tokens, { httpAgent: globalAgent });
  return { ads, at: { prefix: `${server.url}/x/` } };
}

/** An address at which nobody listens: that of a server which was just closed. */
export async function nobodyListens(): Promise<string> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** An emulator that carries out what is posted to such a path, and cuts the first answer. */
export function losingFirst(path: string): CreateX {
  return (world) => {
    const inner = createXEmulator(world);
    let cuts = 0;
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.use('*', async ({ req, env }, next) => {
      await next();
      if (req.method !== 'POST' || !req.path.endsWith(path) || cuts > 0) return;
      cuts += 1;
      env.outgoing.destroy();
    });
    return { ...inner, app: new Hono().route('/', app.route('/', inner.app)) };
  };
}
