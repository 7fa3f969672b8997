/** A receiver of Slack's incoming webhooks on loopback: keeps what it is sent, answers as it is told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { atTheEnd } from './at-the-end.ts';

const Text = z.strictObject({
  type: z.enum(['plain_text', 'mrkdwn']),
  text: z.string().min(1).max(3000),
});

/** What Slack's documents allow, as strict as they are. */
const Payload = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('header'),
          text: z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(150) }),
        }),
        z.strictObject({ type: z.literal('section'), text: Text }),
        z.strictObject({ type: z.literal('context'), elements: z.array(Text).min(1).max(10) }),
      ]),
    )
    .min(1)
    .max(50)
    .optional(),
});
export type ReceivedPayload = z.infer<typeof Payload>;

export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WebhookServer {
  /** With a part that nobody may see. */
  readonly url: string;
  /** What was taken with 200. */
  readonly taken: ReceivedPayload[];
  /** How many requests came in all. */
  requests: number;
  /** The next answers, in order; `silence` for none. Then 200, or 400 for what Slack would refuse. */
  readonly next: (Answer | 'silence')[];
}

export const WEBHOOK_SECRET = 'T0SECRET/B0SECRET/hook-secret-0123456789';

export async function webhookServer(): Promise<WebhookServer> {
  const state: WebhookServer = { url: '', taken: [], requests: 0, next: [] };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      state.requests += 1;
      const told = state.next.shift();
      if (told === 'silence') return;
      const payload = Payload.safeParse(JSON.parse(body));
      const fits =
        request.method === 'POST' &&
        request.url === `/services/${WEBHOOK_SECRET}` &&
        request.headers['content-type']?.startsWith('application/json') === true &&
        payload.success;
      const usual: Answer = fits
        ? { status: 200, body: 'ok' }
        : { status: 400, body: 'invalid_payload' };
      const answer = told ?? usual;
      if (answer.status === 200 && payload.success) state.taken.push(payload.data);
      response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  atTheEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/services/${WEBHOOK_SECRET}`,
  });
}
