/**
 * A strict emulator of Example Ads for the routes that the connector uses. It is never kinder than
 * the platform: what it lets pass would pass there. What a platform does not document becomes an
 * option of `createEmulator`, with a comment that says so.
 */
import { Hono } from 'hono';
import type { Emulator, SandboxWorld } from '../sandbox/emulator.ts';
import { refuse, says } from './sandbox/answers.ts';
import { ListBody, peopleIn } from './sandbox/body.ts';
import { ACCOUNT, TOKEN, addDoor } from './sandbox/door.ts';
import { restore } from './sandbox/state.ts';
import type { SandboxList, SandboxState } from './sandbox/state.ts';

const PLATFORM = 'example';
const PAGE = 20;

/** Makes the emulator. It knows what the journal of its world holds, and is otherwise empty. */
export function createEmulator(world: SandboxWorld): Emulator {
  const state = restore(PLATFORM, world);
  const matched = (listId: string): string[] => {
    const members = [...(state.lists.get(listId)?.members ?? [])];
    const users = members.map(([key, kind]) => world.population.find(PLATFORM, key, kind));
    return [...new Set(users.filter((user) => user !== undefined))].toSorted();
  };
  return {
    platform: PLATFORM,
    app: routes(world, state, (list) => matched(list.id).length),
    paths: { api: '' },
    account: ACCOUNT,
    credentials: { accessToken: TOKEN },
    audiences: () =>
      [...state.lists.values()].map(({ id, name }) => ({ id, name, account: ACCOUNT })),
    members: (listId) => [...(state.lists.get(listId)?.members.keys() ?? [])].toSorted(),
    size: (listId) => state.lists.get(listId)?.members.size ?? 0,
    matched,
    uploads: '/members/',
    says,
    deleteAudience: (id) => state.record({ type: 'list-deleted', id }),
    renameAudience: (id, name) => state.record({ type: 'list-renamed', id, name }),
    stopAudience: (id) => state.record({ type: 'list-stopped', id }),
    refuseKey: (key) => state.record({ type: 'key-refused', key }),
  };
}

function routes(
  world: SandboxWorld,
  state: SandboxState,
  peopleOn: (list: SandboxList) => number,
): Hono {
  const app = new Hono();
  addDoor(app, world);

  app.get('/v1/accounts/:account', (context) =>
    context.json({
      name: 'Sandbox account',
      may_write: true,
      terms_accepted: true,
      token_ends_at: null,
    }),
  );
  app.get('/v1/accounts/:account/lists', (context) => {
    const after = Number(context.req.query('after') ?? 0);
    const rest = [...state.lists.values()].filter(({ id }) => Number(id) > after);
    const page = rest.slice(0, PAGE);
    const next = rest.length > PAGE ? (page.at(-1)?.id ?? null) : null;
    return context.json({ lists: page.map(({ id, name, note }) => ({ id, name, note })), next });
  });
  app.post('/v1/accounts/:account/lists', async (context) => {
    const body = ListBody.safeParse(await json(context.req));
    if (!body.success) return refuse('invalid_request');
    const list = { id: String(state.made + 1), ...body.data };
    state.record({ type: 'list-made', ...list });
    return context.json(list);
  });
  app.get('/v1/lists/:id', (context) => {
    const list = existing(state, context.req.param('id'));
    const people = peopleOn(list);
    const size = people < 100 ? null : Math.floor(people / 100) * 100;
    return context.json({ name: list.name, serving: list.serving, size });
  });
  app.post('/v1/lists/:id/members/:operation{add|remove}', async (context) => {
    const { id } = existing(state, context.req.param('id'));
    const people = peopleIn(await json(context.req), state.refusedKeys);
    state.record({
      type: context.req.param('operation') === 'add' ? 'people-added' : 'people-removed',
      id,
      emails: people.flatMap(({ emails }) => emails),
      phones: people.flatMap(({ phones }) => phones),
    });
    const requestId = `req-${world.clock.now().getTime()}`;
    return context.json({ request_id: requestId, taken: people.length });
  });
  app.all('/v1/*', () => refuse('invalid_request'));
  app.all('*', () => refuse('unknown_version'));
  return app;
}

function existing(state: SandboxState, listId: string): SandboxList {
  return state.lists.get(listId) ?? refuse('list_not_found');
}

async function json(request: { json(): Promise<unknown> }): Promise<unknown> {
  return request.json().catch(() => undefined);
}
