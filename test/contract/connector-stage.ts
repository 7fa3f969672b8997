/** One platform's connector before its own emulator over HTTP, for the cases that all platforms share. */
import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type {
  Audience,
  Batch,
  Connector,
  ConnectorContext,
  Member,
  Receipt,
  Usage,
} from '../../connectors/connector.ts';
import { findConnector } from '../../connectors/registry.ts';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import type { Fault } from '../../connectors/sandbox/fault.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED } from '../support/member-consent.ts';

export const START = new Date('2026-11-21T00:00:00Z');
export const DAY = 86_400_000;

type FinalReceipt = Extract<Receipt, { readonly state: 'final' }>;

/** A fault of the platform on the stage; its uploads unless a path is named. */
export type OwnFault = Fault extends infer Each
  ? Each extends Fault
    ? Omit<Each, 'platform'>
    : never
  : never;

export interface ConnectorStage {
  readonly connector: Connector;
  readonly emulator: Emulator;
  readonly world: ReturnType<typeof emptyWorld>;
  readonly server: SandboxServer;
  readonly context: ConnectorContext;
  /** What the connector told of its budget. */
  readonly usages: readonly Usage[];
  /** The context with something else about it. */
  readonly but: (change: Partial<ConnectorContext>) => ConnectorContext;
  readonly audience: () => Promise<Audience>;
  /** Sends and, where answers come later, waits the platform's time and asks. */
  readonly send: (batch: Batch, context?: ConnectorContext) => Promise<FinalReceipt>;
  readonly batch: (operation: Batch['operation'], members: readonly Member[]) => Promise<Batch>;
  /** The keys on the list, sorted. */
  readonly list: () => Promise<readonly string[]>;
  /** Befalls the uploads. */
  readonly befall: (fault: OwnFault) => void;
  /** How many requests have taken people on or off so far. */
  readonly uploads: () => number;
}

/** A fresh platform, closed when the test is through. */
export async function connectorStage(platform: string): Promise<ConnectorStage> {
  const world = emptyWorld(START);
  const connector = findConnector(platform);
  const [emulator] = await loadEmulators(world, [platform]);
  if (connector === undefined || emulator === undefined) throw new Error(`No ${platform}.`);
  const server = await serveSandbox({ world, emulators: [emulator] });
  onTestFinished(() => server.close());
  const usages: Usage[] = [];
  const memo = memory();
  const context: ConnectorContext = {
    account: emulator.account,
    credentials: emulator.credentials,
    options: {},
    endpoints: server.endpoints(platform),
    now: () => world.clock.now(),
    // Long enough for a full batch on a busy machine; hanging faults shorten it.
    deadlineMs: 20_000,
    signal: new AbortController().signal,
    observe: (usage) => usages.push(usage),
    memo,
  };
  let next = 0n;
  const wanted = { name: 'Autumn list A', key: 'contract-0001' };
  const audience = () => connector.ensureAudience(context, wanted);
  return {
    connector,
    emulator,
    world,
    server,
    context,
    usages,
    but: (change) => ({ ...context, memo: memory(), ...change }),
    audience,
    async send(batch, from = context) {
      const receipt = await connector.push(from, batch);
      if (receipt.state === 'final') return receipt;
      world.clock.advance(DAY);
      const settled = await connector.settle?.(from, { ...receipt, operation: batch.operation });
      if (settled?.state !== 'final') throw new Error('The platform has no answer after a day.');
      return settled;
    },
    async batch(operation, members) {
      next += 1n;
      return { id: next, audience: await audience(), operation, members };
    },
    list: async () => {
      world.clock.advance(DAY);
      return emulator.members((await audience()).remoteId);
    },
    befall: (fault) => server.inject({ platform, path: emulator.uploads, ...fault }),
    uploads: () =>
      server
        .requests()
        .filter(({ method, path }) => method === 'POST' && path.includes(emulator.uploads)).length,
  };
}

function memory(): ConnectorContext['memo'] {
  const kept = new Map<string, unknown>();
  return <T>(key: string, make: () => T): T => {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key) as T;
  };
}

export function digest(text: string): Digest {
  return hash('sha256', text) as Digest;
}

/** The n-th made-up person, with an e-mail and a phone: what every platform so far takes. */
export function person(n: number): Member {
  return {
    email: [digest(`person-${n}@example.jp`)],
    phone: [digest(`phone of ${n}`)],
    consent: GRANTED,
  };
}

export function people(count: number, from = 0): Member[] {
  return Array.from({ length: count }, (_, n) => person(from + n));
}

/** What a list of these people holds, as emulators show it. */
export function keysOf(members: readonly Member[]): string[] {
  return [...new Set(members.flatMap(({ email, phone }) => [...email, ...phone]))].sort();
}

/** How an attempt fails, which has to be in the closed family and without anything secret. */
export async function failureOf(
  { context }: Pick<ConnectorStage, 'context'>,
  work: Promise<unknown>,
  members: readonly Member[] = [],
): Promise<ConnectorFailure> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorFailure)) {
    throw new Error(`Expected a ConnectorFailure, got ${inspect(error)}`);
  }
  const told = inspect(error, { depth: 20, showHidden: true });
  const secrets = [...Object.values(context.credentials), ...keysOf(members)];
  const leaked = secrets.filter((secret) => secret !== '' && told.includes(secret));
  if (leaked.length > 0) throw new Error(`The error carries ${leaked.length} secrets.`);
  return error;
}
