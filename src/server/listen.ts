/** Serves on a port until it is closed. */
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AddressInfo } from 'node:net';
import { RekindleError } from '../errors.ts';
import { isLoopback } from '../infra/loopback.ts';

export interface Listening {
  /** `http://<address>:<port>` */
  readonly url: string;
  /** Whether it is open to this machine alone. */
  readonly loopback: boolean;
  /** Takes no more requests, and cuts off those that are under way. */
  close(): Promise<void>;
}

/**
 * @param appFor what is served, for whom it turns out to be open: names lead to addresses in ways that
 *   only the machine knows
 * @param at port 0 takes any free one
 * @throws RekindleError `server.address` where nothing can be served there.
 */
export async function listen(
  appFor: (open: { readonly loopback: boolean }) => Pick<Hono, 'fetch'>,
  at: { readonly host: string; readonly port: number },
): Promise<Listening> {
  let app: Pick<Hono, 'fetch'> | undefined;
  const server = serve({
    fetch: (...call) => app?.fetch(...call) ?? new Response(null, { status: 503 }),
    hostname: at.host,
    port: at.port,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(at, error)));
  });
  const { address, port } = server.address() as AddressInfo;
  const loopback = isLoopback(address);
  app = appFor({ loopback });
  const name = address.includes(':') ? `[${address}]` : address;
  return {
    url: `http://${name}:${port}`,
    loopback,
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
