/** The page at `/` and the forms on it. Each form changes something and leads back to the page. */
import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import { AdvanceMs, Key, problemOf } from './control.ts';
import type { Insides } from './control.ts';
import { FAULT_KINDS } from './fault.ts';
import { renderPage } from './page.ts';
import { STYLE } from './page-style.ts';

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // Stricter, and browsers would send forms with the Origin "null", which is refused.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const ClockForm = z
  .object({
    amount: z.coerce.number().int().positive(),
    unit: z.enum(['minutes', 'hours', 'days']),
  })
  .transform(({ amount, unit }) => amount * UNIT_MS[unit])
  .pipe(AdvanceMs);

/** An empty field is one that was not filled in. */
const optionalNumber = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? undefined : Number(text)))
  .pipe(z.number().optional());
const FaultForm = z.object({
  platform: z.string(),
  path: z.string().default(''),
  kind: z.enum(FAULT_KINDS),
  mishap: z.string().optional(),
  status: optionalNumber,
  times: optionalNumber,
  rate: optionalNumber,
});

export function pageRoutes(insides: Insides): Hono {
  const { world, emulators, faults, refusals } = insides;
  const app = new Hono();
  const KeyForm = z
    .object({ platform: z.string(), key: Key })
    .transform(({ platform, key }, context) => {
      const emulator = emulators.find((served) => served.platform === platform);
      if (emulator !== undefined) return { emulator, key };
      context.addIssue({ code: 'custom', path: ['platform'], message: 'No such platform here.' });
      return z.NEVER;
    });

  app.get('/', (context) => {
    const { refresh } = z
      .object({ refresh: z.coerce.number().int().min(1).max(3600).optional().catch(undefined) })
      .parse(context.req.query());
    return show(context, insides, { refresh });
  });
  app.get('/_sandbox/page/style.css', (context) =>
    context.body(STYLE, 200, { ...HEADERS, 'content-type': 'text/css; charset=utf-8' }),
  );

  app.post(
    '/_sandbox/page/clock',
    form(insides, ClockForm, (ms) => world.clock.advance(ms)),
  );
  app.post(
    '/_sandbox/page/calm',
    form(insides, z.object({}), () => faults.calm()),
  );
  app.post(
    '/_sandbox/page/faults',
    form(insides, FaultForm, ({ kind, platform, path, mishap, status, times, rate }) => {
      const given = { kind, platform, path, times, rate };
      if (kind === 'says') faults.add({ ...given, mishap });
      else if (kind === 'answer' || kind === 'html') faults.add({ ...given, status });
      else faults.add(given);
    }),
  );
  app.post(
    '/_sandbox/page/refused-keys',
    form(insides, KeyForm, ({ emulator, key }) => refusals.refuse(emulator, key)),
  );
  return app;
}

/** Does what a form asks and leads back to the page, or shows there what was wrong with it. */
function form<T>(insides: Insides, schema: z.ZodType<T>, act: (fields: T) => void) {
  return async (context: Context): Promise<Response> => {
    const fields = Object.fromEntries(new URLSearchParams(await context.req.text()));
    try {
      act(schema.parse(fields));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      return show(context, insides, { problem: error.issues.map(problemOf).join('; ') }, 400);
    }
    return context.redirect('/', 303);
  };
}

async function show(
  context: Context,
  insides: Insides,
  options: { readonly refresh?: number | undefined; readonly problem?: string },
  status: 200 | 400 = 200,
): Promise<Response> {
  const url = new URL(context.req.url).origin;
  return context.html(await renderPage(insides, { ...options, url }), status, { ...HEADERS });
}
