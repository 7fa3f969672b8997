/** GET /healthz: the process answers. Whoever restarts processes asks this. */
import type { Hono } from 'hono';

export function addHealthRoute(app: Hono): void {
  app.get('/healthz', (call) => call.json({ status: 'ok' }));
}
