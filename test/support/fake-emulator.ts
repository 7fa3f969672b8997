/** A platform that is easy to look into: it keeps what is posted to it, and says so. */
import { Hono } from 'hono';
import type { Emulator, Population } from '../../connectors/sandbox/emulator.ts';

export interface FakeEmulator extends Emulator {
  /** The bodies that were posted, in order. */
  readonly carriedOut: string[];
  readonly refusedKeys: string[];
  readonly stopped: string[];
  readonly lists: { id: string; name: string; account: string; keys: string[] }[];
}

export const FAKE_SECRET = 'fake-secret-token';

/** @param people who is found by the keys on its lists; nobody without it */
export function fakeEmulator(platform = 'fake', people?: Population): FakeEmulator {
  const carriedOut: string[] = [];
  const refusedKeys: string[] = [];
  const lists: FakeEmulator['lists'] = [];
  const stopped: string[] = [];
  const app = new Hono();
  app.get('/things', (context) => context.json({ things: carriedOut.length }));
  app.on(['POST', 'PUT'], ['/things', '/things/:id'], async (context) => {
    carriedOut.push(await context.req.text());
    context.header('x-used', '1');
    return context.json({ accepted: true, things: carriedOut.length });
  });
  app.get('/nothing', (context) => context.body(null, 204));
  const keysOf = (id: string) => lists.find((list) => list.id === id)?.keys ?? [];
  return {
    platform,
    app,
    paths: { api: '', token: '/token' },
    account: `${platform}-account-1`,
    credentials: { accessToken: FAKE_SECRET },
    uploads: '/things',
    carriedOut,
    refusedKeys,
    lists,
    stopped,
    audiences: () => lists.map(({ id, name, account }) => ({ id, name, account })),
    members: (id) => keysOf(id).toSorted(),
    matched: (id) => [
      ...new Set(keysOf(id).flatMap((key) => people?.find(platform, key, 'email') ?? [])),
    ],
    says: (mishap, now) => ({
      status: 429,
      headers: { 'x-mishap': mishap },
      body: JSON.stringify({ said: mishap, at: now.toISOString() }),
    }),
    deleteAudience(id) {
      lists.splice(
        lists.findIndex((list) => list.id === id),
        1,
      );
    },
    renameAudience(id, name) {
      const list = lists.find((candidate) => candidate.id === id);
      if (list !== undefined) list.name = name;
    },
    stopAudience: (id) => stopped.push(id),
    size: (id) => keysOf(id).length,
    refuseKey: (key) => refusedKeys.push(key),
  };
}
