/** Serves an app on a port until it is closed. */
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { RekindleError } from '../errors.ts';

export interface Listening {
  /** `http://<host>:<port>` */
  readonly url: string;
  /** Takes no more requests, and cuts off those that are under way. */
  close(): Promise<void>;
}

/** Whether a host is of this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/iu.test(host);
}

/**
 * @param at port 0 takes any free one
 * @throws RekindleError `server.address` where nothing can be served there.
 */
export async function listen(
  app: Pick<Hono, 'fetch'>,
  at: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const server = serve({ fetch: app.fetch, hostname: at.host, port: at.port });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(at, error)));
  });
  const { port } = server.address() as AddressInfo;
  const name = at.host.includes(':') ? `[${at.host}]` : at.host;
  return {
    url: `http://${name}:${port}`,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function refused(
  { host, port }: { readonly host: string; readonly port: number },
  { code = 'no reason given' }: NodeJS.ErrnoException,
): RekindleError {
  const why =
    code === 'EADDRINUSE'
      ? 'another program uses it. Take another by --port or REKINDLE_PORT'
      : `the machine says ${code}. Check REKINDLE_HOST and REKINDLE_PORT`;
  return new RekindleError(
    'server.address',
    `Nothing can be served on ${host}, port ${port}: ${why}.`,
  );
}
