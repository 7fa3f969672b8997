/** An app of the HTTP door on a free loopback port. */
import type { Hono } from 'hono';
import { listen } from '../../src/server/listen.ts';
import { atTheEnd } from './at-the-end.ts';

/** Closed when the test is through. */
export async function served(app: Pick<Hono, 'fetch'>): Promise<{ readonly url: string }> {
  const server = await listen(() => app, { host: '127.0.0.1', port: 0 });
  atTheEnd(() => server.close());
  return { url: server.url };
}
