/** What the emulated Example Ads looks at before a request gets anywhere: token, budget, account. */
import type { Hono } from 'hono';
import type { SandboxWorld } from '../../sandbox/emulator.ts';
import { Refusal, refuse, says } from './answers.ts';

export const ACCOUNT = 'ex-1234567890';
export const TOKEN = 'sandbox-example-token';

// Figures of its own, here and in sandbox-body.ts, rather than the connector's: a mistake there is to
// be found here.
const REQUESTS_A_MINUTE = 600;

/** Every request comes through here first. */
export function addDoor(app: Hono, world: SandboxWorld): void {
  const spend = budget(world);
  app.onError((error, context) => {
    if (!(error instanceof Refusal)) throw error;
    const { status, headers, body } = error.answer;
    // With what the answer bears already, which is the budget.
    const all = { ...Object.fromEntries(context.res.headers), ...headers };
    return new Response(body, { status, headers: all });
  });
  app.use('/v1/*', async (context, next) => {
    if (context.req.header('authorization') !== `Bearer ${TOKEN}`) refuse('bad_token');
    const used = spend();
    context.header('x-budget-used', String(used));
    if (used > 1) throw new Refusal(says('throttled'));
    await next();
  });
  app.use('/v1/accounts/:account/*', async (context, next) => {
    if (context.req.param('account') !== ACCOUNT) refuse('forbidden');
    await next();
  });
}

/** The share of this minute's requests that is used up, with this one. */
function budget({ clock }: SandboxWorld): () => number {
  let minute = 0;
  let requests = 0;
  return () => {
    const now = Math.floor(clock.now().getTime() / 60_000);
    requests = now === minute ? requests + 1 : 1;
    minute = now;
    return requests / REQUESTS_A_MINUTE;
  };
}
