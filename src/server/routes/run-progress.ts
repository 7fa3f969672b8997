/** GET /api/runs/:id/progress: how far a run is, as server-sent events, until its end. */
import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { RekindleError } from '../../errors.ts';
import { readProgress, watchRun } from '../../services/watch-run.ts';
import type { Door } from '../door.ts';

/** Proxies close connections on which nothing is said for a minute or so. */
const KEEP_ALIVE_MS = 15_000;

/**
 * An event `progress` now and whenever it changes, and an event `end` as the last, both with the same
 * JSON; a comment every 15 seconds between. A run that is not there is a 404 before any event.
 */
export function addRunProgressRoute(app: Hono, { context }: Door): void {
  app.get('/api/runs/:id/progress', async (call) => {
    const run = runId(call.req.param('id'));
    await readProgress(context, { run });
    call.header('x-accel-buffering', 'no');
    return streamSSE(call, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const { clock, signal } = context.surroundings;
      const ended = AbortSignal.any([gone.signal, signal]);
      const keepAlive = async (): Promise<void> => {
        while (!ended.aborted) {
          await clock.sleep(KEEP_ALIVE_MS, ended);
          await stream.write(': still here\n\n');
        }
      };
      const beside = keepAlive().catch(() => {});
      try {
        for await (const progress of watchRun(context, { run, signal: gone.signal })) {
          const event = progress.phase === 'ended' ? 'end' : 'progress';
          await stream.writeSSE({ event, data: JSON.stringify(progress) });
        }
      } catch (error) {
        // Whoever listened has gone, or this process ends: neither is anything to tell. Of the rest,
        // a listener is told by the stream that ends without an event `end`.
        if (!ended.aborted)
          context.log.error({ err: error, run }, 'the progress could not be told');
      } finally {
        gone.abort();
        await beside;
      }
    });
  });
}

function runId(text: string): bigint {
  if (/^\d{1,18}$/u.test(text)) return BigInt(text);
  throw new RekindleError('input.invalid', 'A run has a number.');
}
