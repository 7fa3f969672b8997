/** A database, the three emulators over HTTP, and one sync on each: the engine's whole world. */
import { createGoogleEmulator } from '../../connectors/google/sandbox.ts';
import { createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { createXEmulator } from '../../connectors/x/sandbox.ts';
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

/** Names of secrets → the connector's names, for each platform's emulator. */
const VARIABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  meta: { T_META: 'accessToken' },
  google: { T_GOOGLE_ID: 'clientId', T_GOOGLE_SECRET: 'clientSecret', T_GOOGLE: 'refreshToken' },
  x: { T_X_KEY: 'apiKey', T_X_SECRET: 'apiSecret', T_X: 'accessToken', T_X_ACCESS: 'accessSecret' },
};

export interface Stage {
  readonly db: Db;
  /** The database's address, for child processes. */
  readonly url: string;
  readonly context: ServiceContext;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly server: SandboxServer;
  /** Moves the platforms' time. */
  advance(ms: number): void;
  /** The digests on a list of the platform by its name, else on its only one; sorted. */
  members(platform: string, audience?: string): readonly string[];
  apply(yaml: string): Promise<void>;
  /** A context whose signal the caller aborts. */
  abortable(signal: AbortSignal): ServiceContext;
}

/**
 * Destinations `meta-main`, `google-main`, `x-main`, ready to be used in YAML.
 *
 * @param at where both clocks stand; child processes go by the machine's, so that for them it has
 *   to be that
 */
export async function stage(at = NOW): Promise<Stage> {
  const url = await testDatabaseUrl();
  const db = openDb(url);
  const world = emptyWorld(at);
  const emulators: Emulator[] = [
    createMetaEmulator(world),
    createGoogleEmulator(world),
    // What X's guide says: a key of a person takes the whole person off.
    createXEmulator(world, { deleteMatches: 'user' }),
  ];
  const server = await serveSandbox({ world, emulators });
  atTheEnd(async () => {
    await server.close();
    await db.close();
  });
  const clock = fixedClock(at);
  const secrets = new Map(
    emulators.flatMap(({ platform, credentials }) =>
      Object.entries(VARIABLES[platform] ?? {}).map(
        ([variable, name]) => [variable, credentials[name] ?? ''] as const,
      ),
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
      secret: (variable) => secrets.get(variable) ?? '',
      endpoints: {
        META_GRAPH_URL: `${server.url}/meta`,
        GOOGLE_DATA_MANAGER_URL: `${server.url}/google`,
        GOOGLE_OAUTH_URL: `${server.url}/google/token`,
        X_ADS_URL: `${server.url}/x`,
      },
      signal: new AbortController().signal,
      budgets: createBudgets({ paced: false }),
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
    advance: (ms) => world.clock.advance(ms),
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
  const entries = emulators.map(({ platform, account }) => {
    const credentials = Object.entries(VARIABLES[platform] ?? {})
      .map(([variable, name]) => `${name}: $${variable}`)
      .join(', ');
    return `  - { name: ${platform}-main, platform: ${platform}, account: "${account}", credentials: { ${credentials} } }`;
  });
  return `destinations:\n${entries.join('\n')}\n`;
}

/** The secrets of all destinations, as a child process gets them in its environment. */
export function secretsOf({ surroundings }: ServiceContext): Record<string, string> {
  return Object.fromEntries(
    Object.values(VARIABLES)
      .flatMap((variables) => Object.keys(variables))
      .map((variable) => [variable, surroundings.secret(variable)]),
  );
}

/** YAML of one sync of everyone to a platform. */
export function everyoneTo(platform: string, extra = ''): string {
  return `
segments:
  - { name: everyone, template: everyone }
syncs:
  - { name: everyone-${platform}, segment: everyone, destination: ${platform}-main, audience: List of ${platform}, identifiers: [email, phone]${extra} }
`;
}
