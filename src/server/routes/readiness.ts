/** GET /readyz: it can do its work, 200, or says why not, 503. Load balancers ask this. */
import type { Hono } from 'hono';
import { checkReadiness } from '../../services/check-readiness.ts';
import type { Door } from '../door.ts';

export function addReadinessRoute(app: Hono, { context }: Door): void {
  app.get('/readyz', async (call) => {
    const readiness = await checkReadiness(context);
    return call.json(readiness, readiness.status === 'ready' ? 200 : 503);
  });
}
