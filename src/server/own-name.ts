/** Keeps web pages of others from reading what is served to this machine alone. */
import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../infra/loopback.ts';

const HOST = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[^:]+))(?::\d+)?$/iu;

function isOwnName(host: string): boolean {
  const { v6, name = '' } = HOST.exec(host)?.groups ?? {};
  return isLoopback(v6 ?? name) || name.toLowerCase() === 'localhost';
}

/**
 * Takes requests that were meant for a name of this machine: a page whose own name was made to lead
 * here (DNS rebinding) still says that name as the Host. Other pages cannot read the answers, since
 * nothing here allows them to (CORS).
 */
export const onlyByOwnName: MiddlewareHandler = async (call, next) => {
  if (isOwnName(call.req.header('host') ?? '')) return next();
  const message =
    'This server is open to its own machine alone: call it by 127.0.0.1 or localhost.';
  return call.json({ error: { code: 'forbidden', message } }, 403);
};
