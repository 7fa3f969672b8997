/** The emulators under their platforms' names; each request is noted and may meet a fault. */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Insides } from './control.ts';
import { answered, mishandled } from './mishandle.ts';

export function platformRoutes(insides: Insides): Hono<{ Bindings: HttpBindings }> {
  const { world, emulators, faults, requests } = insides;
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use('/:platform/*', async (context, next) => {
    const name = context.req.param('platform');
    const { method, path, raw } = context.req;
    const emulator = emulators.find(({ platform }) => platform === name);
    const startedAt = performance.now();
    const at = world.clock.now().toISOString();
    const { pathname, search } = new URL(raw.url);
    const bytesIn = await bodyLength(context.req);
    // Whoever leaves in the middle of a request has not made it.
    if (bytesIn === undefined) return new Response(null, { status: 400 });
    const fault =
      emulator === undefined ? undefined : faults.take({ platform: name, method, path });
    const ended = requests.begin({
      at,
      platform: emulator === undefined ? null : name,
      method,
      path: pathname + search,
      bytesIn,
      fault: fault?.kind ?? null,
    });
    const carryOut = async (): Promise<Response> => {
      await next();
      return context.res;
    };
    const { outgoing } = context.env;
    const sent =
      fault === undefined || emulator === undefined
        ? await answered({ carryOut })
        : await mishandled(fault, { outgoing, emulator, now: () => world.clock.now(), carryOut });
    sent.whenSent((bytesOut) => {
      ended({ status: sent.status, ms: performance.now() - startedAt, bytesOut });
    });
    // Set anew rather than over the emulator's answer, whose headers would be mixed in.
    context.res = undefined;
    context.res = sent.response;
    return undefined;
  });
  for (const { platform, app: emulated } of emulators) app.route(`/${platform}`, emulated);
  return app;
}

/** Reads the body, which the emulator then gets from memory. Undefined where it broke off. */
async function bodyLength(request: {
  readonly method: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}): Promise<number | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return 0;
  try {
    return (await request.arrayBuffer()).byteLength;
  } catch {
    return undefined;
  }
}
