import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createGoogleEmulator } from '../../connectors/google/sandbox.ts';
import { createMetaEmulator } from '../../connectors/meta/sandbox.ts';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { openDb } from '../../src/infra/db.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { sha256 } from '../support/people.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const DAY = '2026-11-21';

const world = emptyWorld(new Date(`${DAY}T23:59:59.999Z`));
const meta = createMetaEmulator(world);
const google = createGoogleEmulator(world);
const SECRETS: Readonly<Record<string, string>> = {
  T_META: meta.credentials['accessToken'] ?? '',
  T_WRONG: 'EAAB-wrong-token',
  T_ID: google.credentials['clientId'] ?? '',
  T_SECRET: google.credentials['clientSecret'] ?? '',
  T_REFRESH: google.credentials['refreshToken'] ?? '',
};

const SHOP = `
destinations:
  - { name: meta-main, platform: meta, account: ${meta.account}, credentials: { accessToken: $T_META } }
  - { name: meta-wrong, platform: meta, account: ${meta.account}, credentials: { accessToken: $T_WRONG } }
  - { name: google-main, platform: google, account: "${google.account}", credentials: { clientId: $T_ID, clientSecret: $T_SECRET, refreshToken: $T_REFRESH } }
segments:
  - { name: everyone, template: everyone }
syncs:
  - { name: all-meta, segment: everyone, destination: meta-main, audience: List A, identifiers: [email, phone] }
  - { name: all-google, segment: everyone, destination: google-main, audience: List A, identifiers: [email, phone], holdout: 50% }
`;

const PEOPLE = Array.from({ length: 20 }, (_, n) => ({
  id: `c-${String(n).padStart(2, '0')}`,
  email: `person-${n}@mail.example.jp`,
  phone: `+8190765400${String(n).padStart(2, '0')}`,
}));

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Everything the children said, but for `hash` and `sandbox`, whose job is to say it. */
const spoken: string[] = [];

let folder: string;
let database: string;
let surroundings: Readonly<Record<string, string>>;

function start(args: readonly string[], { env = {} }: Options = {}) {
  // Nothing of this machine's own settings gets in, and its working directory has no .env.
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], USER: 'tester', ...surroundings, ...env },
    stdio: 'pipe',
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const ended = once(child, 'close').then(([code]): Result => {
    if (args[0] !== 'hash' && args[0] !== 'sandbox') spoken.push(said.stdout, said.stderr);
    return { code: typeof code === 'number' ? code : null, ...said };
  });
  return { child, ended };
}

async function rekindle(args: readonly string[], options: Options = {}): Promise<Result> {
  const { child, ended } = start(args, options);
  child.stdin.end(options.stdin ?? '');
  return ended;
}

/** The JSON that a command prints when it succeeds. */
async function json(args: readonly string[], options: Options = {}): Promise<unknown> {
  const { code, stdout, stderr } = await rekindle([...args, '--json'], options);
  expect(stderr, args.join(' ')).toBe('');
  expect(code, args.join(' ')).toBe(0);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekindle-cli-'));
  const server = await serveSandbox({ world, emulators: [meta, google] });
  database = await testDatabaseUrl();
  surroundings = {
    DATABASE_URL: database,
    REKINDLE_HOME: join(folder, 'home'),
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    META_GRAPH_URL: `${server.url}/meta`,
    GOOGLE_DATA_MANAGER_URL: `${server.url}/google`,
    GOOGLE_OAUTH_URL: `${server.url}/google/token`,
    ...SECRETS,
  };
  return async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  };
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a database without tables', () => {
  it('is told of, and made by db migrate', async () => {
    const url = await emptyDatabase();
    const env = { DATABASE_URL: url };
    const [before, refused] = await Promise.all([
      rekindle(['db', 'status', '--json'], { env }),
      rekindle(['segment', 'list'], { env }),
    ]);
    expect(before.code).toBe(1);
    expect(JSON.parse(before.stdout)).toMatchObject({ database: 'DATABASE_URL', applied: [] });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('db migrate');
    const migrated = await json(['db', 'migrate'], { env });
    expect(migrated).toMatchObject({ applied: [expect.stringContaining('_first')] });
    const [status, again] = await Promise.all([
      json(['db', 'status'], { env }),
      rekindle(['db', 'migrate'], { env }),
    ]);
    expect(status).toMatchObject({ pending: [] });
    expect(again).toEqual({ code: 0, stdout: 'The database is up to date.\n', stderr: '' });
  });
});

describe('the way from a customer file to a match rate', () => {
  it('imports customers in Shift_JIS, and keeps the lines it cannot take', async () => {
    const tokyo = Buffer.from([0x93, 0x8c, 0x8b, 0x9e]);
    const lines = [
      'customer_id,email,phone,country,city\n',
      ...PEOPLE.map(({ id, email, phone }) => `${id},${email},${phone},JP,`),
      `,nobody@mail.example.jp,,JP,`,
    ];
    const bytes = lines.flatMap((line, index) =>
      index === 0 ? [Buffer.from(line)] : [Buffer.from(line), tokyo, Buffer.from('\n')],
    );
    const customers = file('customers.csv', Buffer.concat(bytes));
    const rejects = join(folder, 'rejects.ndjson');
    const args = [
      'import',
      'customers',
      customers,
      '--encoding',
      'shift_jis',
      '--rejects',
      rejects,
    ];
    expect(await json(args)).toMatchObject({
      read: 21,
      inserted: 20,
      rejected: 1,
      rejectedByCode: { 'id-missing': 1 },
    });
    expect(JSON.parse(readFileSync(rejects, 'utf8'))).toMatchObject({
      line: 22,
      code: 'id-missing',
      raw: ',nobody@mail.example.jp,,JP,東京',
    });
    expect(statSync(rejects).mode & 0o077).toBe(0);
    const again = await rekindle(args);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('21 lines of customers: 0 new, 0 changed, 20 unchanged');
    expect(again.stdout).toContain('rejected 1 × id-missing');
    expect(await cityOf('c-00')).toBe('東京');
  });

  it('imports purchases from standard input, with their columns', async () => {
    const stdin = PEOPLE.map(({ id }) => `${id},2026-10-01,1200\n`).join('');
    const report = await json(
      ['import', 'purchases', '-', '--columns', 'customer_id=who,purchased_at=day,amount=yen'],
      { stdin: `who,day,yen\n${stdin}` },
    );
    expect(report).toMatchObject({ read: 20, inserted: 20, rejected: 0 });
  });

  it('applies a file, shows the difference first, and exports it again', async () => {
    const shop = file('shop.yaml', SHOP);
    const dry = await rekindle(['apply', shop, '--dry-run']);
    expect(dry.stdout).toMatch(/\+ sync all-meta\n[^]*Dry run: nothing was changed\.\n$/u);
    expect(await json(['apply', shop])).toMatchObject({ applied: true });
    const exported = await rekindle(['export']);
    expect(exported.code).toBe(0);
    expect(parse(exported.stdout)).toMatchObject({ syncs: [{ name: 'all-google' }, {}] });
    const again = await rekindle(['apply', '-'], { stdin: exported.stdout });
    expect(again).toEqual({ code: 0, stdout: 'Nothing to change.\n', stderr: '' });
  });

  it('says who is in a segment', async () => {
    const [list, preview, page] = await Promise.all([
      json(['segment', 'list', '--as-of', DAY]),
      json(['segment', 'preview', 'everyone', '--as-of', DAY]),
      json(['segment', 'members', 'everyone', '--after', 'c-17', '--limit', '5', '--as-of', DAY]),
    ]);
    expect(list).toMatchObject({ segments: [{ name: 'everyone', customers: 20 }] });
    expect(preview).toMatchObject({ customers: 20, reachable: 20, withEmail: 20, withPhone: 20 });
    expect(page).toEqual({ segment: 'everyone', members: ['c-18', 'c-19'] });
  });

  it('checks a destination, and says how to mend it', async () => {
    const [good, wrong] = await Promise.all([
      json(['destination', 'test', 'meta-main']),
      rekindle(['destination', 'test', 'meta-wrong']),
    ]);
    expect(good).toMatchObject({ destination: 'meta-main' });
    expect(checksOf(good).map(({ name, ok }) => `${name} ${ok}`)).toContain('account true');
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/✗ .*\n {2}What to do: /u);
  });

  it('plans without sending, then runs, and shows what it did', async () => {
    const plan = await json(['plan', 'all-meta', '--as-of', DAY]);
    expect(plan).toMatchObject({
      sync: 'all-meta',
      hold: null,
      figures: { wanted: 20, added: 20 },
    });
    expect(meta.audiences()).toEqual([]);

    const run = await json(['run', 'all-meta', '--as-of', DAY]);
    expect(run).toMatchObject({ state: 'succeeded', added: 20, delivery: { accepted: 20 } });
    expect(membersOf()).toEqual(keysOf(PEOPLE));

    const second = await rekindle(['run', 'all-google', '--as-of', DAY]);
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/^Run 2 of all-google succeeded\.\n20 in the segment = /u);

    const [runs, shown, match] = await Promise.all([
      json(['runs', '--sync', 'all-meta']),
      json(['runs', 'show', '1']),
      json(['match', 'all-meta', '--as-of', DAY]),
    ]);
    expect(runs).toMatchObject({ runs: [{ id: '1', sync: 'all-meta', state: 'succeeded' }] });
    expect(shown).toMatchObject({ id: '1', batches: [{ operation: 'add', rows: 20 }] });
    expect(match).toMatchObject({ sync: 'all-meta', accepted: { lower: 20, upper: 20 } });
    const [early, late] = await Promise.all([
      json(['lift', 'all-google', '--as-of', DAY]),
      json(['lift', 'all-google', '--as-of', '2026-12-31']),
    ]);
    expect(early).toMatchObject({ sync: 'all-google', windowDays: 28, waiting: 20 });
    expect(late).toMatchObject({ waiting: 0 });
  }, 60_000);
});

describe('hash', () => {
  it('answers each line, also to those that it cannot hash', async () => {
    const lines = [
      '{"field":"email","value":" Taro@Example.co.jp"}',
      '{"field":"phone","value":"090-1234-5678","country":"JP"}',
      '',
      '{"field":"phone","value":"090-1234-5678"}',
      '{"field":"email"',
      '{"field":"shoe size","value":"43"}',
    ];
    const { code, stdout } = await rekindle(['hash', '--platform', 'x', '--json'], {
      stdin: lines.join('\n'),
    });
    expect(code).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { field: 'email', hash: sha256('taro@example.co.jp'), normalized: 'taro@example.co.jp' },
      { field: 'phone', hash: sha256('+819012345678'), normalized: '+819012345678' },
      { field: 'phone', hash: '', error: expect.stringContaining('country') },
      { field: null, hash: '', error: expect.stringContaining('Not a request') },
      { field: null, hash: '', error: expect.stringContaining('Not a request') },
    ]);
  });

  it('succeeds where every line is good, and knows its platforms', async () => {
    const [good, unknown] = await Promise.all([
      rekindle(['hash', '--platform', 'meta'], {
        stdin: '{"field":"email","value":"a@b.example"}\n',
      }),
      rekindle(['hash', '--platform', 'myspace']),
    ]);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('there are meta, google, x');
  });
});

describe('what goes wrong', () => {
  it.each([
    [['run', 'nothing'], /There is no sync "nothing"\. There are: all-google, all-meta\./u],
    [['runs', '--sync', 'nothing'], /There are: all-google, all-meta\./u],
    [['segment', 'preview', 'nobody'], /there are: everyone\./u],
    [['destination', 'test', 'nowhere'], /there are: google-main, meta-main, meta-wrong\./u],
    [['runs', 'show', '999'], /There is no run 999/u],
    [['runs', 'show', 'last'], /A run has a number/u],
    [['plan', 'all-meta', '--as-of', '2026-02-30'], /"2026-02-30" is not a moment/u],
    [['apply', 'missing.yaml'], /missing\.yaml cannot be read \(ENOENT\)/u],
    [['import', 'customers', 'missing.csv'], /missing\.csv cannot be read \(ENOENT\)/u],
    [['import', 'purchases', '.'], /^\. cannot be read \(EISDIR\)/u],
    [['import', 'customers', '-', '--encoding', 'latin9'], /encoding is utf-8 or shift_jis/u],
    [['import', 'customers', '-', '--format', 'xml'], /format is csv or ndjson/u],
    [['import', 'customers', '-', '--timezone', 'Mars'], /time zone is an IANA name/u],
    [
      ['import', 'customers', '-', '--rejects', 'no/such/folder'],
      /no\/such\/folder cannot be written/u,
    ],
    [['hush'], /unknown command 'hush'/u],
  ])('%j exits 1 and says what to do', async (args, says) => {
    const { code, stdout, stderr } = await rekindle(args, { stdin: 'customer_id\n1\n' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ {4}at /mu);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it.each([
    ['DATABASE_URL', 'postgres://u:hunter2@127.0.0.1:1/x', 'database.unreachable'],
    ['DATABASE_URL', 'mysql://u:hunter2@127.0.0.1:1/x', 'config.invalid'],
    ['T_META', '', 'secret.missing'],
  ])('%s=%s is an error that a program can read', async (name, value, code) => {
    const result = await rekindle(['match', 'all-meta', '--as-of', DAY, '--json'], {
      env: { [name]: value },
    });
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({
      error: { code, message: expect.stringContaining(name) },
    });
    expect(result.stdout).not.toContain('hunter2');
  });

  it('names what is wrong in a file by line, and applies nothing of it', async () => {
    const wrong = SHOP.replaceAll('all-', 'new-').replace('holdout: 50%', 'holdout: 90%');
    const { code, stderr } = await rekindle(['apply', '-'], { stdin: wrong });
    expect(code).toBe(1);
    expect(stderr).toContain('-:10 syncs[1].holdout: must be between 0% and 50%');
    const runs = await rekindle(['runs', '--sync', 'new-meta']);
    expect(runs.code).toBe(1);
  });

  it('fails with the platform’s reason when a token is refused', async () => {
    await rekindle(['apply', '-'], {
      stdin:
        'syncs: [{ name: wrong, segment: everyone, destination: meta-wrong, audience: B, identifiers: [email] }]',
    });
    const { code, stdout } = await rekindle(['run', 'wrong', '--as-of', DAY]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed and needs you[^]*What to do: /u);
  });
});

describe('Ctrl-C', () => {
  it('ends the sandbox and frees its port', async () => {
    const { child, ended } = start(['sandbox', '--port', '45871', '--people', '10', '--json']);
    await once(child.stdout, 'data');
    expect((await fetch('http://127.0.0.1:45871/_sandbox/clock')).status).toBe(200);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      endpoints: { X_ADS_URL: 'http://127.0.0.1:45871/x' },
      accounts: [{ platform: 'meta' }, { platform: 'google' }, { platform: 'x' }],
    });
    await expect(fetch('http://127.0.0.1:45871/_sandbox/clock')).rejects.toThrow('fetch failed');
  });

  it('ends a run in the middle of a request; the next one carries on', async () => {
    const newcomer = { id: 'c-99', email: 'new@mail.example.jp', phone: '+819076549999' };
    await rekindle(['import', 'customers', '-', '--format', 'ndjson'], {
      stdin: JSON.stringify({ customer_id: newcomer.id, ...newcomer, id: undefined }),
    });
    const platform = await silentPlatform();
    const { child, ended } = start(['run', 'all-meta', '--as-of', DAY], {
      env: { META_GRAPH_URL: platform.url },
    });
    await platform.asked;
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toContain('Interrupted; the next start carries on.');
    expect(await connectionsLeft()).toBe(0);
    expect(membersOf()).toEqual(keysOf(PEOPLE));

    expect(await json(['runs', '--limit', '1'])).toMatchObject({ runs: [{ state: 'delivering' }] });
    const next = await json(['run', 'all-meta', '--as-of', DAY]);
    expect(next).toMatchObject({ state: 'succeeded', unchanged: 21, added: 0 });
    expect(membersOf()).toEqual(keysOf([...PEOPLE, newcomer]));
  }, 60_000);

  it('ends a command that waits for its standard input', async () => {
    const { child, ended } = start(['apply', '-']);
    await until(async () => (await connectionsLeft()) > 0);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await connectionsLeft()).toBe(0);
  }, 60_000);
});

it('never says an e-mail, a phone or a secret, whatever happens', () => {
  const said = spoken.join('\n');
  expect(said.length).toBeGreaterThan(5000);
  for (const { email, phone } of PEOPLE) {
    expect(said).not.toContain(email);
    expect(said).not.toContain(phone.slice(3));
  }
  expect(said).not.toMatch(/@mail\.example/u);
  for (const [name, secret] of Object.entries(SECRETS))
    expect(said.includes(secret), name).toBe(false);
});

const checksOf = (answer: unknown) =>
  z
    .object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean() })).min(1) })
    .parse(answer).checks;

/** The digests on the one list of Meta. */
function membersOf(): readonly string[] {
  return meta.audiences().flatMap(({ id }) => meta.members(id));
}

function keysOf(people: readonly { readonly email: string; readonly phone: string }[]): string[] {
  return people.flatMap(({ email, phone }) => [sha256(email), sha256(phone.slice(1))]).sort();
}

async function onDatabase<T>(sql: string, read: (row: Record<string, unknown>) => T): Promise<T> {
  const db = openDb(database, { maxConnections: 1 });
  try {
    const { rows } = await db.pool.query<Record<string, unknown>>(sql);
    return read(rows[0] ?? {});
  } finally {
    await db.close();
  }
}

const cityOf = (id: string) =>
  onDatabase(`SELECT city FROM customer WHERE customer_id = '${id}'`, ({ city }) => city);

const connectionsLeft = () =>
  onDatabase(
    `SELECT count(*)::int AS left FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    ({ left }) => Number(left),
  );

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The address of a database of its own without a table. */
async function emptyDatabase(): Promise<string> {
  const url = new URL(database);
  const name = `${url.pathname.slice(1)}_empty`;
  await onDatabase(`CREATE DATABASE ${name}`, () => undefined);
  afterAll(() => onDatabase(`DROP DATABASE ${name} WITH (FORCE)`, () => undefined));
  url.pathname = `/${name}`;
  return url.href;
}

/** A platform that takes a request and never answers. */
async function silentPlatform() {
  const server = createServer();
  const asked = once(server, 'request');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
