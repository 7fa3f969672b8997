/** How a fault looks on the wire. */
import type { HttpBindings } from '@hono/node-server';
import { once } from 'node:events';
import type { Emulator } from './emulator.ts';
import type { ReadFault } from './fault.ts';

type Outgoing = HttpBindings['outgoing'];

/** What reached the client; `status` is null where no answer did. */
export interface Sent {
  readonly response: Response;
  readonly status: number | null;
  /** Calls back with the bytes of the body, once they are out or nobody waits for them any more. */
  readonly whenSent: (listener: (bytes: number) => void) => void;
}

/** One request under way. */
export interface Exchange {
  readonly outgoing: Outgoing;
  readonly emulator: Pick<Emulator, 'says'>;
  readonly now: () => Date;
  /** Lets the emulator carry the request out, and gives its answer. */
  readonly carryOut: () => Promise<Response>;
}

/** The emulator's own answer. */
export async function answered({ carryOut }: Pick<Exchange, 'carryOut'>): Promise<Sent> {
  const { status, headers, body } = await readWhole(await carryOut());
  return whole(status, headers, body);
}

/** What the client gets of a request that a fault befalls. */
export async function mishandled(fault: ReadFault, exchange: Exchange): Promise<Sent> {
  const { outgoing, emulator, carryOut } = exchange;
  switch (fault.kind) {
    case 'answer':
      return whole(fault.status, new Headers(fault.headers), Buffer.from(fault.body));
    case 'says': {
      const { status, headers, body } = emulator.says(fault.mishap, exchange.now());
      return whole(status, new Headers(headers), Buffer.from(body));
    }
    case 'lose-answer':
      await carryOut();
      outgoing.destroy();
      return nothing();
    case 'reset':
      // RST instead of an orderly end, as a crashed host or a firewall answers.
      if (outgoing.socket !== null && 'resetAndDestroy' in outgoing.socket) {
        outgoing.socket.resetAndDestroy();
      }
      return nothing();
    case 'hang':
      if (fault.carriedOut) await carryOut();
      if (!outgoing.destroyed) await once(outgoing, 'close');
      return nothing();
    case 'html':
      if (fault.carriedOut) await carryOut();
      return whole(
        fault.status,
        new Headers({ 'content-type': 'text/html; charset=utf-8' }),
        Buffer.from(GATEWAY_PAGE),
      );
    case 'garbled': {
      const { headers, body } = await readWhole(await carryOut());
      headers.set('content-type', 'application/json; charset=utf-8');
      const half = body.subarray(0, Math.floor(body.length / 2));
      return whole(200, headers, half.length === 0 ? Buffer.from('{') : half);
    }
    case 'drip': {
      const { status, headers, body } = await readWhole(await carryOut());
      const { stream, whenSent } = dripping(body, fault.gapMs);
      return { response: new Response(stream, { status, headers }), status, whenSent };
    }
  }
}

const GATEWAY_PAGE = `<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><h1>Bad Gateway</h1><p>The upstream server did not answer as expected.</p></body></html>
`;

/** For a connection that is gone already: whatever is written to it goes nowhere. */
function nothing(): Sent {
  return { response: new Response(null), status: null, whenSent: (listener) => listener(0) };
}

async function readWhole(response: Response) {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) };
}

function whole(status: number, headers: Headers, body: Buffer<ArrayBuffer>): Sent {
  // Some statuses may not have a body, not even an empty one.
  const content = body.length === 0 ? null : body;
  return {
    response: new Response(content, { status, headers }),
    status,
    whenSent: (listener) => listener(body.length),
  };
}

/** A body one byte at a time. */
function dripping(body: Buffer, gapMs: number) {
  let sent = 0;
  let listener = (_bytes: number): void => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (sent > 0) await gap(gapMs);
        if (sent < body.length) {
          controller.enqueue(body.subarray(sent, sent + 1));
          sent += 1;
        } else {
          controller.close();
          listener(sent);
        }
      },
      cancel: () => listener(sent),
    },
    // Without it a byte would wait in the stream while the next one is due.
    { highWaterMark: 0 },
  );
  const whenSent: Sent['whenSent'] = (given) => {
    listener = given;
  };
  return { stream, whenSent };
}

/** The wire's own time; the world's clock stands still unless told. */
async function gap(ms: number): Promise<void> {
  await once(AbortSignal.timeout(ms), 'abort');
}
