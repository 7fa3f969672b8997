/**
 * A platform that answers at once, in a process of its own: the requests of Meta's Graph API that a
 * sync makes, each with the receipt that Meta would give if every row were good. It looks at the end
 * of a body alone, where the session says how many rows came, so that it costs next to nothing. The
 * floor posts to the same place.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** More than the session at the end of a body. */
const END_BYTES = 1_000;

/** The end of a body. */
async function readEnd(request: IncomingMessage): Promise<string> {
  let end: Buffer = Buffer.alloc(0);
  for await (const chunk of request as AsyncIterable<Buffer>) {
    end = chunk.length >= END_BYTES ? chunk : Buffer.concat([end, chunk]);
  }
  return end.subarray(-END_BYTES).toString('latin1');
}

function answer(method: string, path: string, end: string): object {
  if (path.endsWith('/users')) {
    const rows = Number(/"estimated_num_total":(\d+)/.exec(end)?.[1] ?? 0);
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

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const end = await readEnd(request);
  const path = new URL(request.url ?? '/', 'http://receiver').pathname;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer(request.method ?? 'GET', path, end)));
}

const server = createServer((request, response) => {
  take(request, response).catch(() => response.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
// The bench is over when its process is.
process.on('disconnect', () => process.exit());
