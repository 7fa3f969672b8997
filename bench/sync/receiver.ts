/**
 * A platform that answers at once, in a process of its own: the requests of Meta's Graph API that a
 * sync makes, each with the receipt that Meta would give if every row were good. It looks at the end
 * of a body alone, where the session says how many rows came, so that it costs next to nothing.
 *
 * `GET /received` gives how many requests and rows came; the floor posts to the same place.
 */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** More than the session at the end of a body. */
const END_BYTES = 1_000;

const received = { requests: 0, rows: 0, bytes: 0 };

interface Body {
  readonly bytes: number;
  readonly end: string;
}

async function readBody(request: IncomingMessage): Promise<Body> {
  let bytes = 0;
  let end: Buffer = Buffer.alloc(0);
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    end = chunk.length >= END_BYTES ? chunk : Buffer.concat([end, chunk]);
  }
  return { bytes, end: end.subarray(-END_BYTES).toString('latin1') };
}

function answer(method: string, path: string, { bytes, end }: Body): object {
  if (path === '/received') return received;
  if (path.endsWith('/users')) {
    const rows = Number(/"estimated_num_total":(\d+)/.exec(end)?.[1] ?? 0);
    received.requests += 1;
    received.rows += rows;
    received.bytes += bytes;
    return {
      audience_id: '1',
      session_id: /"session_id":(\d+)/.exec(end)?.[1] ?? '0',
      num_received: rows,
      num_invalid_entries: 0,
      invalid_entry_samples: {},
    };
  }
  if (path.endsWith('/customaudiences')) {
    return method === 'GET' ? { data: [] } : { id: String(Date.now()) };
  }
  return {};
}

const server = createServer((request, response) => {
  void readBody(request).then((body) => {
    const path = new URL(request.url ?? '/', 'http://receiver').pathname;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(request.method ?? 'GET', path, body)));
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
// The bench is over when its process is.
process.on('disconnect', () => process.exit());
