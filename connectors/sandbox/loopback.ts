/** Who may use the sandbox: this machine, and no web page of others. */
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';

const OWN_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;
const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/i;

/**
 * Lets through what comes from this machine (the socket's address), was meant for it (the Host
 * header, which a rebound DNS name gives away), and was not made by a page of another site (Origin
 * and Sec-Fetch-Site, which browsers set and pages cannot; programs send neither). Elsewhere there
 * may be a link to the sandbox: following it is the person's doing. The rest is answered 403.
 */
export const loopbackOnly: MiddlewareHandler<{ Bindings: HttpBindings }> = async (
  context,
  next,
) => {
  const host = context.req.header('host') ?? '';
  const address = context.env.incoming.socket.remoteAddress ?? '';
  if (!LOOPBACK.test(address)) return refuse('Only this machine may use the sandbox.');
  if (!OWN_HOST.test(host)) return refuse('Call the sandbox by 127.0.0.1 or localhost.');
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site') ?? 'none';
  const isLink =
    context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase();
  if (isForeign || (!isLink && !['same-origin', 'none'].includes(site))) {
    return refuse('Requests are not taken from pages of other sites.');
  }
  return next();
};

function refuse(error: string): Response {
  return Response.json({ error }, { status: 403 });
}
