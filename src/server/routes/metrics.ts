/** GET /metrics, for Prometheus. */
import type { Hono } from 'hono';
import { z } from 'zod';
import { RekindleError } from '../../errors.ts';
import { exposition } from '../../infra/metrics.ts';
import { readMetrics } from '../../services/read-metrics.ts';
import type { Door } from '../door.ts';

const Of = z.enum(['all', 'database', 'process']).default('all');

/**
 * Facts of the database and what this process measured of itself. Where several processes are
 * scraped, one gives `?of=all` and the others `?of=process`, lest every fact comes many times.
 */
export function addMetricsRoute(app: Hono, { context }: Door): void {
  app.get('/metrics', async (call) => {
    const of = Of.safeParse(call.req.query('of'));
    if (!of.success) {
      throw new RekindleError('input.invalid', '?of= takes all, database or process.');
    }
    const facts = of.data === 'process' ? [] : await readMetrics(context);
    const own = of.data === 'database' ? undefined : context.metrics;
    const { contentType, text } = await exposition(facts, own);
    return call.body(text, 200, { 'content-type': contentType, 'cache-control': 'no-store' });
  });
}
