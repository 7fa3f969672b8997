/** The HTTP door: adapts requests to services, and knows nothing else. */
import { Hono } from 'hono';
import { answerError } from './answer-error.ts';
import type { Door } from './door.ts';
import { onlyByOwnName } from './own-name.ts';
import { addHealthRoute } from './routes/health.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addReadinessRoute } from './routes/readiness.ts';
import { addRunProgressRoute } from './routes/run-progress.ts';

/** Every route. What only looks needs no audit row; nothing here changes anything. */
export function createApp(door: Door): Hono {
  const app = new Hono();
  if (door.loopback) app.use(onlyByOwnName);
  app.onError(answerError(door.context.log));
  app.notFound((call) => {
    const message = `There is nothing at ${call.req.path}.`;
    return call.json({ error: { code: 'not-found', message } }, 404);
  });
  addHealthRoute(app);
  addReadinessRoute(app, door);
  addMetricsRoute(app, door);
  addRunProgressRoute(app, door);
  return app;
}
