/**
 * Serves emulators on one loopback port, each under its platform's name, with a control interface
 * under `/_sandbox` that tests and the demo use to look inside, move time and break things.
 */
import { serve } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Emulator, SandboxWorld } from './emulator.ts';

/** A fault for the next `times` requests of a platform whose path holds `path`. */
const FaultSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('answer'),
    platform: z.string(),
    path: z.string().default(''),
    times: z.int().positive().default(1),
    status: z.int(),
    body: z.string().default(''),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  z.object({
    /** The request is carried out, then the connection is cut instead of an answer. */
    kind: z.literal('lose-answer'),
    platform: z.string(),
    path: z.string().default(''),
    times: z.int().positive().default(1),
  }),
]);

export type Fault = z.input<typeof FaultSchema>;

export interface SandboxServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The connector's `endpoints` for a platform served here. */
  endpoints(platform: string): Record<string, string>;
  inject(fault: Fault): void;
  /** Takes back the faults that nobody ran into. */
  calm(): void;
  close(): Promise<void>;
}

/**
 * Starts serving. Port 0 takes any free port.
 *
 * @throws the listen error, e.g. EADDRINUSE, when the port is taken.
 */
export async function serveSandbox(options: {
  readonly world: SandboxWorld;
  readonly emulators: readonly Emulator[];
  readonly port?: number;
}): Promise<SandboxServer> {
  const { world, emulators } = options;
  const faults: z.infer<typeof FaultSchema>[] = [];
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use('/:platform/*', async (context, next) => {
    const fault = takeFault(faults, context.req.param('platform'), context.req.path);
    if (fault?.kind === 'answer') {
      return new Response(fault.body, { status: fault.status, headers: fault.headers });
    }
    await next();
    if (fault?.kind === 'lose-answer') context.env.outgoing.destroy();
    return undefined;
  });
  for (const emulator of emulators) app.route(`/${emulator.platform}`, emulator.app);
  app.route('/_sandbox', controlRoutes(world, emulators, faults));

  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: options.port ?? 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    endpoints(platform) {
      const emulator = emulators.find((candidate) => candidate.platform === platform);
      if (emulator === undefined) throw new Error(`The sandbox serves no platform "${platform}".`);
      return Object.fromEntries(
        Object.entries(emulator.paths).map(([name, path]) => [name, `${url}/${platform}${path}`]),
      );
    },
    inject(fault) {
      faults.push(FaultSchema.parse(fault));
    },
    calm() {
      faults.length = 0;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function takeFault(
  faults: z.infer<typeof FaultSchema>[],
  platform: string,
  path: string,
): z.infer<typeof FaultSchema> | undefined {
  const index = faults.findIndex(
    (fault) => fault.platform === platform && path.includes(fault.path),
  );
  const fault = faults[index];
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times === 0) faults.splice(index, 1);
  return fault;
}

function controlRoutes(
  world: SandboxWorld,
  emulators: readonly Emulator[],
  faults: z.infer<typeof FaultSchema>[],
): Hono {
  const control = new Hono();
  const find = (platform: string) => emulators.find((emulator) => emulator.platform === platform);

  control.get('/clock', (context) => context.json({ now: world.clock.now().toISOString() }));
  control.post('/clock', async (context) => {
    const { advanceMs } = z.object({ advanceMs: z.number() }).parse(await context.req.json());
    world.clock.advance(advanceMs);
    return context.json({ now: world.clock.now().toISOString() });
  });
  control.post('/faults', async (context) => {
    faults.push(FaultSchema.parse(await context.req.json()));
    return context.json({ waiting: faults.length });
  });
  control.get('/:platform/audiences', (context) => {
    const emulator = find(context.req.param('platform'));
    return emulator === undefined
      ? context.json({ error: 'no such platform' }, 404)
      : context.json({ audiences: emulator.audiences() });
  });
  control.get('/:platform/audiences/:id/members', (context) => {
    const emulator = find(context.req.param('platform'));
    if (emulator === undefined) return context.json({ error: 'no such platform' }, 404);
    return context.json({ digests: emulator.members(context.req.param('id')) });
  });
  return control;
}
