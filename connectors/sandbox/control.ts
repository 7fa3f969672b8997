/** The control interface under `/_sandbox`: look inside, move time, break things. JSON only. */
import { Hono } from 'hono';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { Emulator, SandboxWorld } from './emulator.ts';
import type { Faults } from './faults.ts';
import type { Refusals } from './refusals.ts';
import type { SeenRequests } from './requests.ts';

/** What the control interface and the page have before them. */
export interface Insides {
  readonly world: SandboxWorld;
  readonly emulators: readonly Emulator[];
  readonly faults: Faults;
  readonly requests: SeenRequests;
  readonly refusals: Refusals;
}

const CENTURY_MS = 100 * 365 * 86_400_000;
/** How far the clock may be moved at once: forward, by up to a century. */
export const AdvanceMs = z.number().int().nonnegative().max(CENTURY_MS);

const ClockBody = z.strictObject({ advanceMs: AdvanceMs });
/** A key as `Emulator.members` shows it. */
export const Key = z.string().trim().min(1).max(1000);
const ListBody = z.union([
  z.strictObject({ name: z.string().trim().min(1).max(1000) }),
  z.strictObject({ stopped: z.literal(true) }),
]);
const KeyBody = z.strictObject({ key: Key });

export function controlRoutes(insides: Insides): Hono {
  const { world, emulators, faults, requests, refusals } = insides;
  const control = new Hono();
  const emulatorOf = (context: Context): Emulator => {
    const platform = context.req.param('platform');
    const found = emulators.find((emulator) => emulator.platform === platform);
    if (found !== undefined) return found;
    const served = emulators.map((emulator) => emulator.platform).join(', ');
    throw new HTTPException(404, { message: `No such platform here; there are ${served}.` });
  };
  const audienceOf = (context: Context) => {
    const emulator = emulatorOf(context);
    const id = context.req.param('id') ?? '';
    if (emulator.audiences().some((audience) => audience.id === id)) return { emulator, id };
    throw new HTTPException(404, { message: `${emulator.platform} has no such audience.` });
  };

  control.get('/clock', (context) => context.json({ now: world.clock.now().toISOString() }));
  control.post('/clock', async (context) => {
    world.clock.advance((await readBody(context, ClockBody)).advanceMs);
    return context.json({ now: world.clock.now().toISOString() });
  });

  control.get('/faults', (context) => context.json({ faults: faults.waiting() }));
  control.post('/faults', async (context) => {
    faults.add(await readBody(context, z.unknown()));
    return context.json({ faults: faults.waiting() });
  });
  control.delete('/faults', (context) => {
    faults.calm();
    return context.json({ faults: [] });
  });

  control.get('/requests', (context) => context.json({ requests: requests.latest() }));

  control.get('/:platform/audiences', (context) =>
    context.json({ audiences: emulatorOf(context).audiences() }),
  );
  control.get('/:platform/audiences/:id/members', (context) => {
    const { emulator, id } = audienceOf(context);
    return context.json({ keys: emulator.members(id) });
  });
  control.get('/:platform/audiences/:id/matched', (context) => {
    const { emulator, id } = audienceOf(context);
    return context.json({ matched: emulator.matched(id).length });
  });
  control.delete('/:platform/audiences/:id', (context) => {
    const { emulator, id } = audienceOf(context);
    emulator.deleteAudience(id);
    return context.json({ audiences: emulator.audiences() });
  });
  control.patch('/:platform/audiences/:id', async (context) => {
    const { emulator, id } = audienceOf(context);
    const change = await readBody(context, ListBody);
    if ('name' in change) emulator.renameAudience(id, change.name);
    else emulator.stopAudience(id);
    return context.json({ audiences: emulator.audiences() });
  });
  control.post('/:platform/refused-keys', async (context) => {
    const emulator = emulatorOf(context);
    refusals.refuse(emulator, (await readBody(context, KeyBody)).key);
    return context.body(null, 204);
  });

  control.all('*', (context) => context.json({ error: 'The sandbox has no such address.' }, 404));
  control.onError((error, context) => {
    if (error instanceof z.ZodError) {
      const problems = error.issues.map(problemOf);
      return context.json({ error: 'The request is not what is taken here.', problems }, 400);
    }
    if (error instanceof HTTPException) {
      return context.json({ error: error.message }, error.status);
    }
    throw error;
  });
  return control;
}

/** What is wrong, in words; never the value that was sent. */
export function problemOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

async function readBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await context.req.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HTTPException(400, { message: 'The body is not JSON.' });
  }
  return schema.parse(body);
}
