/** A machine on which one process follows another, each on the database that the last one left. */
import { Hono } from 'hono';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { RunStopped, createBudgets } from '../../src/delivery/index.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { bySocket, testDatabaseUrl } from './database.ts';
import { newLife } from './life.ts';
import type { End, Life } from './life.ts';
import { mortalDb } from './mortal-db.ts';
import { UPLOADS } from './platform-answers.ts';
import { NOW, stage } from './stage.ts';
import type { Stage } from './stage.ts';

/** What came of something that a process did: what it gave, or that its process ended over it. */
export type Deed<T> =
  { readonly isDone: true; readonly value: T } | { readonly isDone: false; readonly value?: never };

export interface Machine {
  /** The world; its own context is that of people at other machines, who live on. */
  readonly on: Stage;
  /** Says when the process that lives now ends; null for never. */
  endWith(end: End | null): void;
  /** Has the process that lives now do something; where it ends over it, another takes its place. */
  act<T>(work: (context: ServiceContext) => Promise<T>): Promise<Deed<T>>;
  /** The same until it is done, by however many processes it takes. */
  getDone<T>(work: (context: ServiceContext) => Promise<T>): Promise<T>;
  /** Does something as the n-th upload of all from now on arrives, before it is carried out. */
  atUpload(n: number, deed: (() => Promise<void>) | null): void;
  /** Says that it ends so many calls behind the next upload, which is the first of them. */
  endBehindUpload(end: End | null): void;
}

/**
 * @param options `thrifty`: the processes' sessions are one another's, and keep their plans; else
 *   each process has its own, which end with it
 */
export async function machine({ thrifty }: { readonly thrifty: boolean }): Promise<Machine> {
  let life = newLife();
  let uploads = 0;
  let deed: (() => Promise<void>) | null = null;
  let endBehind: End | null = null;

  const arriving = async (path: string): Promise<void> => {
    if (!Object.values(UPLOADS).some((upload) => path.includes(upload))) return;
    if (endBehind !== null) life.endWith(endBehind);
    endBehind = null;
    uploads -= 1;
    if (uploads !== 0 || deed === null) return;
    await deed();
  };
  const on = await stage(NOW, {
    leaps: true,
    url: bySocket(await testDatabaseUrl()),
    emulators: async (world) =>
      (await loadEmulators(world)).map((emulator) => asked(emulator, () => life, arriving)),
  });
  const open = () => mortalDb(on.url, { life: () => life, thrifty });
  let mortal = open();
  let context = newContext();

  function newContext(): ServiceContext {
    const { surroundings } = on.context;
    const own = life;
    const clock = {
      ...surroundings.clock,
      async sleep(ms: number, signal?: AbortSignal) {
        own.requireAlive();
        await surroundings.clock.sleep(ms, signal);
      },
    };
    return {
      ...on.context,
      db: mortal.db,
      surroundings: {
        ...surroundings,
        clock,
        signal: own.signal,
        stopping: own.stopping,
        budgets: createBudgets({ clock, paced: false }),
      },
    };
  }

  /** Waits for the process to be gone, and starts another. */
  async function succeed(): Promise<void> {
    await life.quiet();
    await mortal.rollBack();
    if (!thrifty || mortal.leaks()) {
      await mortal.db.close();
      mortal = open();
    }
    // Whatever it held runs out in its time.
    await on.db.pool.query(`UPDATE lease SET expires_at = now() - interval '1 s'`);
    life = newLife();
    context = newContext();
  }

  async function act<T>(work: (context: ServiceContext) => Promise<T>): Promise<Deed<T>> {
    try {
      return { isDone: true, value: await work(context) };
    } catch (error) {
      if (!life.isOver()) throw error;
      // Nobody hears what a process says that was killed; any other says why it ended.
      const isOwn = error === life.signal.reason || error instanceof RunStopped;
      if (!life.isKilled() && !isOwn) throw error;
      return { isDone: false };
    } finally {
      if (life.isOver()) await succeed();
    }
  }
  return {
    on,
    endWith: (end) => life.endWith(end),
    act,
    async getDone(work) {
      for (;;) {
        const { isDone, value } = await act(work);
        if (isDone) return value;
      }
    },
    atUpload(n, next) {
      uploads = n;
      deed = next;
    },
    endBehindUpload(end) {
      endBehind = end;
    },
  };
}

/** Requests are calls of the process that makes them. */
function asked(
  emulator: Emulator,
  life: () => Life,
  arriving: (path: string) => Promise<void>,
): Emulator {
  const app = new Hono();
  app.use('*', async (context, next) => {
    const own = life();
    await arriving(context.req.path);
    // The answer to whoever is gone is heard by nobody.
    await own.call(next).catch((error: unknown) => {
      if (!own.isKilled()) throw error;
      context.res = new Response(null, { status: 503 });
    });
  });
  app.route('/', emulator.app);
  return { ...emulator, app };
}
