/** Rekindle's command line as child processes, on a database and two emulators of a test file's own. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { createEmulator as createGoogleEmulator } from '../../connectors/google/sandbox.ts';
import { createEmulator as createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import type { Emulator } from '../../connectors/sandbox/emulator.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { openDb } from '../../src/infra/db.ts';
import type { Db } from '../../src/infra/db.ts';
import { testDatabaseUrl } from './database.ts';
import { sha256 } from './people.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The day of everything in these tests, for `--as-of`. */
export const DAY = '2026-11-21';

export const PEOPLE = Array.from({ length: 20 }, (_, n) => ({
  id: `c-${String(n).padStart(2, '0')}`,
  email: `person-${n}@mail.example.jp`,
  phone: `+8190765400${String(n).padStart(2, '0')}`,
}));

/** Commands that show raw values or secrets to whoever asked for them. */
const SAYS_IT: readonly string[] = ['hash', 'sandbox', 'customer'];

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface CommandLine {
  /** Where the children run; it has no `.env`. */
  readonly folder: string;
  readonly database: string;
  readonly db: Db;
  readonly meta: Emulator;
  /** Values of the environment variables that SHOP names. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Destinations, a segment and the syncs `all-meta` and `all-google`, as YAML. */
  readonly shop: string;
  /** Starts a command and leaves its standard input open. */
  start(args: readonly string[], options?: Options): Running;
  /** Runs a command to its end. */
  run(args: readonly string[], options?: Options): Promise<Result>;
  /** Runs a command with `--json` and gives what it prints when it succeeds. */
  json(args: readonly string[], options?: Options): Promise<unknown>;
  /** Everything said so far, but by SAYS_IT, whose job is to say what leaks() looks for. */
  said(): string;
  /** The contact details of PEOPLE and the secrets that were said, by name. */
  leaks(): readonly string[];
  /** The digests on Meta's lists. */
  members(): readonly string[];
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Result>;
}

export async function commandLine(): Promise<CommandLine> {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-cli-'));
  const world = emptyWorld(new Date(`${DAY}T23:59:59.999Z`));
  const meta = createMetaEmulator(world);
  const google = createGoogleEmulator(world);
  const server = await serveSandbox({ world, emulators: [meta, google] });
  const database = await testDatabaseUrl();
  const db = openDb(database, { maxConnections: 1 });
  afterAll(async () => {
    await db.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const secrets = {
    T_META: meta.credentials['accessToken'] ?? '',
    T_WRONG: 'EAAB-wrong-token',
    T_ID: google.credentials['clientId'] ?? '',
    T_SECRET: google.credentials['clientSecret'] ?? '',
    T_REFRESH: google.credentials['refreshToken'] ?? '',
  };
  // Nothing of this machine's own settings gets in.
  const surroundings = {
    PATH: process.env['PATH'],
    USER: 'tester',
    DATABASE_URL: database,
    REKINDLE_HOME: join(folder, 'home'),
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    META_GRAPH_URL: `${server.url}/meta`,
    GOOGLE_DATA_MANAGER_URL: `${server.url}/google`,
    GOOGLE_OAUTH_URL: `${server.url}/google/token`,
    GOOGLE_ADS_URL: `${server.url}/google/ads`,
    ...secrets,
  };
  const spoken: string[] = [];

  const start: CommandLine['start'] = (args, { env = {} } = {}) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: { ...surroundings, ...env },
      stdio: 'pipe',
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    const ended = once(child, 'close').then(([code]): Result => {
      if (!SAYS_IT.includes(args[0] ?? '')) spoken.push(said.stdout, said.stderr);
      return { code: typeof code === 'number' ? code : null, ...said };
    });
    return { child, ended };
  };
  const run: CommandLine['run'] = async (args, options = {}) => {
    const { child, ended } = start(args, options);
    child.stdin.end(options.stdin ?? '');
    return ended;
  };
  return {
    folder,
    database,
    db,
    meta,
    secrets,
    shop: shop(meta, google),
    start,
    run,
    async json(args, options = {}) {
      const { code, stdout, stderr } = await run([...args, '--json'], options);
      expect(stderr, args.join(' ')).toBe('');
      expect(code, args.join(' ')).toBe(0);
      return JSON.parse(stdout) as unknown;
    },
    said: () => spoken.join('\n'),
    leaks() {
      const said = spoken.join('\n');
      return [
        ...Object.entries(secrets),
        ...PEOPLE.map(({ id, email }) => [`e-mail of ${id}`, email] as const),
        ...PEOPLE.map(({ id, phone }) => [`phone of ${id}`, phone.slice('+81'.length)] as const),
      ]
        .filter(([, value]) => said.includes(value))
        .map(([name]) => name);
    },
    members: () => meta.audiences().flatMap(({ id }) => meta.members(id)),
  };
}

function shop(meta: Emulator, google: Emulator): string {
  return `
destinations:
  - { name: meta-main, platform: meta, account: ${meta.account}, credentials: { accessToken: $T_META } }
  - { name: meta-wrong, platform: meta, account: ${meta.account}, credentials: { accessToken: $T_WRONG } }
  - { name: google-main, platform: google, account: "${google.account}", credentials: { clientId: $T_ID, clientSecret: $T_SECRET, refreshToken: $T_REFRESH } }
segments:
  - { name: everyone, template: everyone }
syncs:
  - { name: all-meta, segment: everyone, destination: meta-main, audience: List A, identifiers: [email, phone], allowSmall: true }
  - { name: all-google, segment: everyone, destination: google-main, audience: List A, identifiers: [email, phone], allowSmall: true, holdout: 50% }
`;
}

/** What Meta should hold of people. */
export function keysOf(
  people: readonly { readonly email: string; readonly phone: string }[],
): string[] {
  return people.flatMap(({ email, phone }) => [sha256(email), sha256(phone.slice(1))]).sort();
}

/** People as NDJSON for `import customers -`. */
export function ndjson(
  people: readonly { readonly id: string; readonly email: string; readonly phone: string }[],
): string {
  return people
    .map(({ id, email, phone }) => `${JSON.stringify({ customer_id: id, email, phone })}\n`)
    .join('');
}
