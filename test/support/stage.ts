/** A database, the three emulators over HTTP, and one sync on each: the engine's whole world. */
import type { Emulator, SandboxWorld } from '../../connectors/sandbox/emulator.ts';
import { credentialVariable, loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { createBudgets } from '../../src/delivery/index.ts';
import { fixedClock } from '../../src/infra/clock.ts';
import { openDb } from '../../src/infra/db.ts';
import type { Db } from '../../src/infra/db.ts';
import { createLog } from '../../src/infra/log.ts';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { atTheEnd } from './at-the-end.ts';
import { testDatabaseUrl } from './database.ts';

export const NOW = new Date('2026-11-21T00:00:00Z');

/** The name of the secret that holds a credential. */
const variableOf = (platform: string, credential: string) =>
  `T_${credentialVariable(platform, credential)}`;

export interface Stage {
  readonly db: Db;
  /** The database's address, for child processes. */
  readonly url: string;
  readonly context: ServiceContext;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly server: SandboxServer;
  readonly emulators: readonly Emulator[];
  /** Every secret by the name of its variable, as a child process gets them in its environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Moves the time, ours and the platforms'. */
  advance(ms: number): void;
  /** The digests on a list of the platform by its name, else on its only one; sorted. */
  members(platform: string, audience?: string): readonly string[];
  apply(yaml: string): Promise<void>;
  /** A context whose signal the caller aborts. */
  abortable(signal: AbortSignal): ServiceContext;
}

/**
 * A destination `<platform>-main` for each platform, ready to be used in YAML.
 *
 * @param at where both clocks stand; child processes go by the machine's, so that for them it has
 *   to be that
 * @param options `url`: a migrated database, else one of the test's own; `leaps`: whoever sleeps leaps to the end, on our clock and the platforms';
 *   `deadlineMs`: how long a request may take; `emulators`: the platforms, in another mood
 */
export async function stage(
  at = NOW,
  options: {
    readonly leaps?: boolean;
    readonly url?: string;
    readonly deadlineMs?: number;
    readonly emulators?: (world: SandboxWorld) => Promise<readonly Emulator[]>;
  } = {},
): Promise<Stage> {
  const url = options.url ?? (await testDatabaseUrl());
  const db = openDb(url);
  const world = emptyWorld(at);
  const emulators = await (options.emulators ?? loadEmulators)(world);
  const server = await serveSandbox({ world, emulators });
  atTheEnd(async () => {
    await server.close();
    await db.close();
  });
  const standing = fixedClock(at);
  const advance = (ms: number): void => {
    world.clock.advance(ms);
    standing.set(new Date(standing.now().getTime() + ms));
  };
  const clock: Stage['clock'] =
    options.leaps === true
      ? {
          ...standing,
          sleep(ms, signal) {
            signal?.throwIfAborted();
            advance(ms);
            return Promise.resolve();
          },
        }
      : standing;
  const secrets = Object.fromEntries(
    emulators.flatMap(({ platform, credentials }) =>
      Object.entries(credentials).map(([name, value]) => [variableOf(platform, name), value]),
    ),
  );
  const context: ServiceContext = {
    db,
    actor: { kind: 'cli', name: 'tester' },
    timezone: 'UTC',
    random: () => 0,
    log: createLog('silent'),
    surroundings: {
      clock,
      secret: (variable) => secrets[variable] ?? '',
      endpoints: server.variables,
      signal: new AbortController().signal,
      budgets: createBudgets({
        clock,
        paced: false,
        ...(options.leaps === true ? {} : { patienceMs: 60_000 }),
      }),
      ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
    },
  };
  const apply = async (yaml: string): Promise<void> => {
    await applyConfiguration(context, { text: yaml, file: 'test.yaml', dryRun: false });
  };
  await apply(destinations(emulators));
  return {
    db,
    url,
    context,
    clock,
    server,
    emulators,
    secrets,
    advance,
    members(platform, audience) {
      const emulator = emulators.find((candidate) => candidate.platform === platform);
      return (emulator?.audiences() ?? [])
        .filter(({ name }) => audience === undefined || name === audience)
        .flatMap(({ id }) => emulator?.members(id) ?? []);
    },
    apply,
    abortable: (signal) => ({ ...context, surroundings: { ...context.surroundings, signal } }),
  };
}

function destinations(emulators: readonly Emulator[]): string {
  const entries = emulators.map(({ platform, account, ...emulator }) => {
    const credentials = Object.keys(emulator.credentials)
      .map((name) => `${name}: $${variableOf(platform, name)}`)
      .join(', ');
    return `  - { name: ${platform}-main, platform: ${platform}, account: "${account}", credentials: { ${credentials} } }`;
  });
  return `destinations:\n${entries.join('\n')}\n`;
}

/** YAML of one sync of everyone to a platform. */
export function everyoneTo(platform: string, extra = ''): string {
  return `
segments:
  - { name: everyone, template: everyone }
syncs:
  - { name: everyone-${platform}, segment: everyone, destination: ${platform}-main, audience: List of ${platform}, identifiers: [email, phone], allowSmall: true${extra} }
`;
}
