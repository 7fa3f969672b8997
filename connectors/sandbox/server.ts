/**
 * Serves emulators on one loopback port, each under its platform's name, with a page at `/` and a
 * control interface under `/_sandbox` to look inside, move time and break things.
 */
import { serve } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { controlRoutes } from './control.ts';
import type { Emulator, SandboxWorld } from './emulator.ts';
import { endpointsAt, variablesAt } from './emulators.ts';
import type { Fault } from './fault.ts';
import { faultsFor } from './faults.ts';
import type { WaitingFault } from './faults.ts';
import { loopbackOnly } from './loopback.ts';
import { pageRoutes } from './page-routes.ts';
import { platformRoutes } from './platform-routes.ts';
import { refusalsOf } from './refusals.ts';
import { seenRequests } from './requests.ts';
import type { SeenRequest } from './requests.ts';

export type { Fault } from './fault.ts';

export interface SandboxServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The variables that point Rekindle at everything served here. */
  readonly variables: Readonly<Record<string, string>>;
  /** The connector's `endpoints` for a platform served here. */
  endpoints(platform: string): Record<string, string>;
  /** @throws ZodError for a fault that is none. */
  inject(fault: Fault): void;
  /** The faults that wait for requests. */
  faults(): readonly WaitingFault[];
  /** Takes back the faults that nobody ran into, and those that befall a share of requests. */
  calm(): void;
  /** The last 200 requests, the latest first. */
  requests(): readonly SeenRequest[];
  /** Cuts what is under way; once it is through, no socket is open and nothing is written any more. */
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
  const faults = faultsFor(emulators.map(({ platform }) => platform));
  const requests = seenRequests(emulators.flatMap(({ credentials }) => Object.values(credentials)));
  const insides = { world, emulators, faults, requests, refusals: refusalsOf(world, emulators) };
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(loopbackOnly);
  app.route('/', pageRoutes(insides));
  app.route('/_sandbox', controlRoutes(insides));
  app.route('/', platformRoutes(insides));

  const underWay = new Set<Promise<unknown>>();
  const server = serve({
    fetch(request, env) {
      const answer = Promise.resolve(app.fetch(request, env));
      // Over once it is answered and the answer has gone out, or has nobody to go to.
      const ended = Promise.allSettled([answer, once(env.outgoing, 'close')]);
      underWay.add(ended);
      ended.finally(() => underWay.delete(ended)).catch(() => {});
      return answer;
    },
    hostname: '127.0.0.1',
    port: options.port ?? 0,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const baseOf = (platform: string): string => `${url}/${platform}`;
  return {
    url,
    variables: Object.fromEntries(
      emulators.flatMap((emulator) =>
        Object.entries(variablesAt(emulator, baseOf(emulator.platform))),
      ),
    ),
    endpoints(platform) {
      const emulator = emulators.find((candidate) => candidate.platform === platform);
      if (emulator === undefined) throw new Error(`The sandbox serves no platform "${platform}".`);
      return endpointsAt(emulator, baseOf(platform));
    },
    inject: (fault) => {
      faults.add(fault);
    },
    faults: () => faults.waiting(),
    calm: () => faults.calm(),
    requests: () => requests.latest(),
    async close() {
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      await Promise.all(underWay);
    },
  };
}
