/** The HTTP server beside whatever else a process does. */
import { InvalidArgumentError } from 'commander';
import type { Config } from '../config.ts';
import type { ServiceContext } from '../services/context.ts';
import { note } from './progress.ts';

/** What commands that serve take; the configuration has the rest. */
export interface Address {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * Serves until it is closed.
 *
 * @throws RekindleError `server.address` where nothing can be served there.
 */
export async function startServing(
  context: ServiceContext,
  config: Config,
  { host = config.host, port = config.port }: Address,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  // Loaded here, since commands that serve nothing need not wait for it.
  const { createApp } = await import('../server/app.ts');
  const { listen } = await import('../server/listen.ts');
  const server = await listen((open) => createApp({ context, ...open }), { host, port });
  if (!server.loopback) note(OPEN);
  return server;
}

const OPEN =
  'It asks nobody who they are: let only your own network reach it. It shows figures and names of syncs, and nothing of customers.';

/** A port as an argument. */
export function port(text: string): number {
  const value = /^\d{1,5}$/u.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65_535)) throw new InvalidArgumentError('A port is a number up to 65535.');
  return value;
}
