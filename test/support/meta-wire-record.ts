/** Everything that the Meta connector puts on the wire in a full course, and what it gets back. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { ConnectorContext, Member } from '../../connectors/connector.ts';
import { meta } from '../../connectors/meta/index.ts';
import { createEmulator } from '../../connectors/meta/sandbox.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import type { Digest } from '../../src/identity/types.ts';
import { GRANTED } from './member-consent.ts';
import { contextFor, digest, everyKind, partsOf, people } from './meta-destination.ts';

const Json = z.record(z.string(), z.unknown());

export interface Exchange {
  /** As Meta understands it: POST with `method=DELETE` is a DELETE. */
  readonly method: string;
  /** The path without version, numbers in place of ids. */
  readonly path: string;
  /** Query and body; a query is text throughout. */
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Checks, an audience made and found, people added, removed, recovered, replaced and read. */
export async function fullCourse(): Promise<Exchange[]> {
  const world = emptyWorld(new Date('2026-11-21T00:00:00Z'));
  const emulator = createEmulator(world, { appSecret: 'shh' });
  const exchanges: Exchange[] = [];
  const app = new Hono();
  app.use('*', async (context, next) => {
    const text = await context.req.text();
    await next();
    const body = Json.parse(text === '' ? {} : JSON.parse(text));
    exchanges.push({
      method: body['method'] === 'DELETE' ? 'DELETE' : context.req.method,
      path: context.req.path.replace(/^\/meta\/v26\.0/, ''),
      query: context.req.query(),
      body,
      answer: Json.parse(await context.res.clone().json()),
    });
  });
  app.route('/', emulator.app);
  const server = await serveSandbox({ world, emulators: [{ ...emulator, app }] });
  try {
    const context = contextFor(server.endpoints('meta'), {
      credentials: emulator.credentials,
      now: () => world.clock.now(),
    });
    await walk(context);
  } finally {
    await server.close();
  }
  return exchanges;
}

async function walk(context: ConnectorContext): Promise<void> {
  await meta.check(context);
  const audience = await meta.ensureAudience(context, { name: 'Autumn list A', key: 'rk-1' });
  for (let other = 0; other < 22; other += 1) {
    await meta.ensureAudience(context, { name: `Other ${other}`, key: `rk-other-${other}` });
  }
  const limited: Member = { ...everyKind('l'), consent: { ...GRANTED, limitedUseState: 1000 } };
  const upper = digest('x').toUpperCase() as Digest;
  const poison: Member = { email: [upper], phone: [], consent: GRANTED };
  const add = { id: 1n, audience, operation: 'add', members: [limited, poison] } as const;
  await meta.push(context, add);
  await meta.recover?.(context, add);
  await meta.push(context, { ...add, id: 2n, operation: 'remove', members: people(2) });
  await meta.readMatch(context, audience);
  if (meta.replace?.kind !== 'parts') throw new Error('Meta replaces a list by parts.');
  await meta.replace.ready(context, audience);
  for (const part of partsOf(audience, [people(2), [limited]])) {
    await meta.replace.push(context, part);
  }
}
