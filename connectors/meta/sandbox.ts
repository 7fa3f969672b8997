/**
 * A strict emulator of Meta's Marketing API for customer lists, for the routes the connector uses.
 * What Meta does not document is an option or a named constant, said to be so where it stands.
 */
import { Hono } from 'hono';
import type { Emulator, SandboxWorld } from '../sandbox/emulator.ts';
import type { KindedKey } from '../sandbox/population.ts';
import { addAccount } from './sandbox/account.ts';
import { GraphRefusal, refusal, saying } from './sandbox/answers.ts';
import { callBudget } from './sandbox/budget.ts';
import { accountScore } from './sandbox/score.ts';
import { ACCOUNT, PLATFORM, TOKEN, createDesk } from './sandbox/desk.ts';
import { addDoor } from './sandbox/door.ts';
import { addMembers } from './sandbox/members.ts';
import { resolved } from './sandbox/options.ts';
import type { MetaSandboxOptions } from './sandbox/options.ts';

export type { MetaSandboxOptions } from './sandbox/options.ts';

/** Makes the emulator over a world. Its state is what the world's journal holds. */
export function createEmulator(world: SandboxWorld, options: MetaSandboxOptions = {}): Emulator {
  const desk = createDesk(world, resolved(options));
  const { appSecret, callsPerHour, tier } = desk.options;
  const app = new Hono();
  app.onError((error, context) => {
    if (!(error instanceof GraphRefusal)) throw error;
    return Response.json(error.body, {
      status: error.status,
      headers: Object.fromEntries(context.res.headers),
    });
  });
  addDoor(app, desk, {
    calls: callBudget(world.clock, ACCOUNT, callsPerHour),
    score: accountScore(world.clock, tier),
  });
  addAccount(app, desk);
  addMembers(app, desk);
  app.all('/:version/*', (context) => {
    throw refusal.parameter(`Unsupported ${context.req.method.toLowerCase()} request`);
  });

  const at = (): string => world.clock.now().toISOString();
  const membersOf = (id: string): readonly KindedKey[] => [
    ...(desk.state().audiences.get(id)?.members ?? []),
  ];
  return {
    platform: PLATFORM,
    app,
    paths: { graph: '' },
    account: ACCOUNT,
    credentials: { accessToken: TOKEN, ...(appSecret === undefined ? {} : { appSecret }) },
    audiences: () =>
      [...desk.state().audiences.values()].map(({ id, name, account }) => ({ id, name, account })),
    members: (id) => [...new Set(membersOf(id).map(({ value }) => value))].sort(),
    size: (id) => desk.state().audiences.get(id)?.members.size ?? 0,
    matched: (id) => [...desk.usersBehind(membersOf(id))].sort(),
    uploads: '/users',
    says: (mishap) => saying(mishap, ACCOUNT),
    deleteAudience: (id) => desk.record({ type: 'audience-deleted', at: at(), id }),
    renameAudience: (id, name) => desk.record({ type: 'audience-renamed', at: at(), id, name }),
    stopAudience: (id) => desk.record({ type: 'audience-flagged', at: at(), id }),
    refuseKey: (key) => desk.record({ type: 'key-refused', at: at(), key }),
  };
}
