import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectorContext } from '../../connectors/connector.ts';
import { google } from '../../connectors/google/index.ts';
import { batchOf, googleContext, person } from '../support/google-context.ts';

const WANTED = { name: 'Autumn list A', key: 'rk-7f3a' };
const closing: (() => void)[] = [];

/** A server that answers as told; `/token` gives tokens t1, t2, … unless told otherwise. */
async function scripted(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<{ context: ConnectorContext; seen: string[] }> {
  const seen: string[] = [];
  let tokens = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
      if (request.url !== '/token') return answer(request, response, body);
      tokens += 1;
      response.end(JSON.stringify({ access_token: `ya29.t${tokens}`, expires_in: 3599 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoints = { dataManager: url, oauth: `${url}/token` };
  return { context: googleContext({ endpoints }), seen };
}

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const json = (response: ServerResponse, status: number, body: object) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

describe('a request to Google', () => {
  it('reads every page of lists before it makes a new one', async () => {
    const list = (id: string, key: string) => ({ id, displayName: id, integrationCode: key });
    const { context, seen } = await scripted((request, response) => {
      const second = request.url?.includes('pageToken=p%2F2') === true;
      const page = second
        ? {
            userLists: [
              list('3', 'x'),
              { id: '4', displayName: 'Ours', description: 'a (rk-7f3a)' },
            ],
          }
        : {
            userLists: [list('1', 'x'), { ...list('2', 'rk-7f3'), description: 'a (rk-7f3ab)' }],
            nextPageToken: 'p/2',
          };
      json(response, 200, page);
    });
    const audience = await google.ensureAudience(context, WANTED);
    expect(audience).toEqual({ remoteId: '4', name: 'Ours' });
    const path = '/v1/accountTypes/GOOGLE_ADS/accounts/1234567890/userLists';
    expect(seen).toEqual([
      'POST /token',
      `GET ${path}?pageSize=1000 Bearer ya29.t1`,
      `GET ${path}?pageSize=1000&pageToken=p%2F2 Bearer ya29.t1`,
    ]);
  });

  it('passes over lists that other accounts share, and reports ours when it is closed', async () => {
    const ours = { displayName: 'Ours', integrationCode: WANTED.key };
    const shared = { id: '1', ...ours, accessReason: 'SHARED' };
    const closed = { id: '2', ...ours, membershipStatus: 'CLOSED', closingReason: 'UNUSED' };
    const { context } = await scripted((_, response) => {
      json(response, 200, { userLists: [shared, closed] });
    });
    await expect(google.ensureAudience(context, WANTED)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'LIST_CLOSED',
      message: expect.stringContaining('list 2') as string,
    });
  });

  it('asks for one new token after a 401 and then gives up as auth', async () => {
    const { context, seen } = await scripted((_, response) => {
      json(response, 401, { error: { code: 401, message: 'no', status: 'UNAUTHENTICATED' } });
    });
    const push = google.push(context, batchOf([person(1)]));
    await expect(push).rejects.toMatchObject({ kind: 'auth', code: 'UNAUTHENTICATED' });
    expect(seen).toEqual([
      'POST /token',
      'POST /v1/audienceMembers:ingest Bearer ya29.t1',
      'POST /token',
      'POST /v1/audienceMembers:ingest Bearer ya29.t2',
    ]);
  });

  it('ends at its deadline, also when the answer has begun and then stalls', async () => {
    const silent = await scripted(() => undefined);
    const slow = await scripted((_, response) => {
      response.writeHead(200).write('{"requestId":');
    });
    for (const { context } of [silent, slow]) {
      const startedAt = performance.now();
      const push = google.push({ ...context, deadlineMs: 200 }, batchOf([person(1)]));
      await expect(push).rejects.toMatchObject({ kind: 'transient', code: 'TIMEOUT' });
      expect(performance.now() - startedAt).toBeLessThan(3000);
    }
  });

  it('ends when the run is cancelled', async () => {
    const run = new AbortController();
    const { context } = await scripted(() => run.abort());
    const push = google.push({ ...context, signal: run.signal }, batchOf([person(1)]));
    await expect(push).rejects.toMatchObject({ kind: 'transient', code: 'CANCELLED' });
  });

  it('that meets a reset connection or a closed port is transient', async () => {
    const reset = await scripted((request) => request.socket.resetAndDestroy());
    const push = google.push(reset.context, batchOf([person(1)]));
    await expect(push).rejects.toMatchObject({ kind: 'transient', code: 'ECONNRESET' });
    const endpoints = { dataManager: 'http://127.0.0.1:1', oauth: 'http://127.0.0.1:1' };
    const check = google.push(googleContext({ endpoints }), batchOf([person(1)]));
    await expect(check).rejects.toMatchObject({ kind: 'transient' });
  });

  it('never takes its credentials to another host', async () => {
    const elsewhere = await scripted((_, response) => json(response, 200, { requestId: 'r' }));
    const target = elsewhere.context.endpoints['dataManager'];
    const { context } = await scripted((_, response) => {
      response.writeHead(307, { location: `${target}/v1/audienceMembers:ingest` }).end();
    });
    const push = google.push(context, batchOf([person(1)]));
    await expect(push).rejects.toMatchObject({ kind: 'transient', status: 307 });
    expect(elsewhere.seen).toEqual([]);
  });

  it('fails without a token, secret or digest in the failure, whatever comes back', async () => {
    const member = person(1);
    const answers: ((response: ServerResponse, sent: string) => void)[] = [
      (response, sent) => {
        json(response, 400, { error: { code: 400, message: sent, status: 'INVALID_ARGUMENT' } });
      },
      (response, sent) => response.writeHead(500).end(sent),
      (response, sent) => response.writeHead(200).end(`{"requestId": ["${sent.length}", ${sent}]}`),
      (response) => response.destroy(),
    ];
    for (const answer of answers) {
      const { context } = await scripted((request, response, body) => {
        answer(response, `${request.headers.authorization} ${body}`);
      });
      const batch = batchOf([member]);
      const failure: unknown = await google.push(context, batch).catch((error: unknown) => error);
      expect(failure).toHaveProperty('kind');
      const shown = `${JSON.stringify(failure)} ${inspect(failure, { depth: Infinity, showHidden: true })}`;
      const secrets = [...Object.values(context.credentials), ...member.email, ...member.phone];
      expect([...secrets, 'ya29.t1'].filter((secret) => shown.includes(secret))).toEqual([]);
    }
  });
});
