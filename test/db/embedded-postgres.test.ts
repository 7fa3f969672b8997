import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { acquirePostgres, type AcquiredPostgres } from '../../src/infra/embedded-postgres/index.ts';
import { withLock } from '../../src/infra/embedded-postgres/lock.ts';
import { findPostmaster, stopPostmaster } from '../../src/infra/embedded-postgres/postmaster.ts';

const MODULE = new URL('../../src/infra/embedded-postgres/index.ts', import.meta.url).href;
const QUICK = { fsync: 'off', shared_buffers: '16MB' };
const SHARED_FOLDER = '/var/lib/rekindle';
const isRoot = process.getuid?.() === 0;

const homes: string[] = [];
const children: ChildProcess[] = [];
const logged: { message: string; fields: Record<string, unknown> | undefined }[] = [];

/** A home of its own, which every user may enter. */
async function newHome(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rekindle-postgres-'));
  await chmod(folder, 0o755);
  homes.push(folder);
  return folder;
}

function log(message: string, fields?: Record<string, unknown>): void {
  logged.push({ message, fields });
}

async function acquire(home: string): Promise<AcquiredPostgres> {
  return acquirePostgres({ home, log, settings: QUICK });
}

/** Where the home's data lies: elsewhere when root's temporary folder is closed to others. */
async function dataOf(home: string): Promise<string> {
  const location = await readFile(join(home, 'postgres', 'location.json'), 'utf8').catch(() => '');
  const id = /"id":"(\w+)"/.exec(location)?.[1];
  return join(id === undefined ? join(home, 'postgres') : join(SHARED_FOLDER, id), 'data');
}

/** Another process that acquires, in a process group of its own. */
async function otherProcess(home: string) {
  const script = `
    const { acquirePostgres } = await import(${JSON.stringify(MODULE)});
    const options = ${JSON.stringify({ home, settings: QUICK })};
    const held = await acquirePostgres({ ...options, log: () => undefined });
    console.log(held.url);
    process.stdin.once('data', async () => { await held.release(); process.exit(0); });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const { pid, stdin, stdout } = child;
  if (pid === undefined) throw new Error('the process did not start');
  const [url] = await once(createInterface(stdout), 'line');
  return {
    url: String(url),
    release: async () => {
      stdin.write('release\n');
      await once(child, 'exit');
    },
    /** As a terminal does it: the whole foreground group at once. */
    killGroup: async () => {
      process.kill(-pid, 'SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

async function serverPid(home: string): Promise<number> {
  const server = await findPostmaster(await dataOf(home));
  if (server === undefined) throw new Error('no server runs');
  return server.pid;
}

async function killServer(home: string): Promise<void> {
  const pid = await serverPid(home);
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => findPostmaster(await dataOf(home))).toBeUndefined();
}

/** A program that is not PostgreSQL, run by the owner of the data. */
async function strangerOf(home: string): Promise<number> {
  const { uid, gid } = await stat(await dataOf(home));
  const child = spawn('sleep', ['60'], isRoot ? { uid, gid, cwd: '/' } : { cwd: '/' });
  children.push(child);
  if (child.pid === undefined) throw new Error('sleep did not start');
  return child.pid;
}

afterEach(async () => {
  logged.length = 0;
  for (const child of children.splice(0)) child.kill('SIGKILL');
  // A home below another comes later, and must be asked where its data lies before it is gone.
  for (const home of homes.splice(0).toReversed()) {
    const data = await dataOf(home);
    const server = await findPostmaster(data);
    if (server !== undefined) await stopPostmaster(server.pid);
    const root = join(data, '..');
    if (root.startsWith(`${SHARED_FOLDER}/`)) await rm(root, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

describe('the embedded PostgreSQL', { timeout: 30_000 }, () => {
  it('is one server for two processes that start at once, stopped by the last to leave', async () => {
    const home = await newHome();
    const [first, second] = await Promise.all([otherProcess(home), otherProcess(home)]);
    expect(second.url).toBe(first.url);
    const pid = await serverPid(home);

    await first.release();
    expect(await ask(second.url, 'select 1')).toEqual([1]);
    expect(await serverPid(home)).toBe(pid);

    await second.release();
    await expect(ask(second.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    expect(await findPostmaster(await dataOf(home))).toBeUndefined();
    expect(await readdir(join(home, 'postgres', 'users'))).toEqual([]);
    expect(await readdir(join(home, 'postgres', 'lock'))).toEqual([]);
  });

  it('counts every call within one process, and a second release of one call not at all', async () => {
    const home = await newHome();
    const [first, second] = await Promise.all([acquire(home), acquire(home)]);
    await first.release();
    await first.release();
    expect(await ask(second.url, 'select 1')).toEqual([1]);
    await second.release();
    await expect(ask(second.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('outlives an owner whose process group is killed, and is joined and stopped by the next', async () => {
    const home = await newHome();
    const owner = await otherProcess(home);
    const pid = await serverPid(home);
    await owner.killGroup();
    expect(await ask(owner.url, 'select 1')).toEqual([1]);

    const next = await acquire(home);
    expect(next.url).toBe(owner.url);
    expect(await serverPid(home)).toBe(pid);
    await next.release();
    expect(await findPostmaster(await dataOf(home))).toBeUndefined();
  });

  it('starts again with its data after the server itself was killed', async () => {
    const home = await newHome();
    const before = await acquire(home);
    await ask(before.url, 'create table kept as select 7 as value');
    await killServer(home);

    const after = await acquire(home);
    expect(await ask(after.url, 'select value from kept')).toEqual([7]);
    await before.release();
    await after.release();
    await expect(ask(after.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('starts over a postmaster.pid of a dead process, of another program, and an empty one', async () => {
    const home = await newHome();
    await (await acquire(home)).release();
    const file = join(await dataOf(home), 'postmaster.pid');
    const stranger = await strangerOf(home);
    const rest = `\n${await dataOf(home)}\n1700000000\n5432\n\n127.0.0.1\n        1         1\nready   \n`;
    for (const text of [`4194304${rest}`, `${stranger}${rest}`, '']) {
      await writeFile(file, text);
      const { uid, gid } = await stat(await dataOf(home));
      if (isRoot) await chown(file, uid, gid);
      const held = await acquire(home);
      expect(await ask(held.url, 'select 1')).toEqual([1]);
      await held.release();
    }
    process.kill(stranger, 0);
  });

  it('takes another port when another program has the one of last time, and stays there', async () => {
    const home = await newHome();
    const first = await acquire(home);
    await first.release();
    const port = Number(new URL(first.url).port);
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');

    const second = await acquire(home);
    expect(new URL(second.url).port).not.toBe(String(port));
    expect(await ask(second.url, 'select 1')).toEqual([1]);
    await second.release();
    stranger.close();

    const third = await acquire(home);
    expect(third.url).toBe(second.url);
    await third.release();
  });

  it('deletes what a killed initdb left and makes the data anew', async () => {
    const home = await newHome();
    const left = join(home, 'postgres', 'data.partial-Ab12Cd');
    await mkdir(join(left, 'base'), { recursive: true });
    await chmod(join(home, 'postgres'), 0o755);
    await writeFile(join(left, 'PG_VERSION'), '18\n');
    await writeFile(`${left}.password`, 'secret\n');

    const held = await acquire(home);
    expect(await ask(held.url, 'select 1')).toEqual([1]);
    await held.release();
    const names = await readdir(join(home, 'postgres'));
    expect(names.filter((name) => name.startsWith('data'))).toEqual(['data']);
  });

  it('ignores the lock and the users of dead processes', async () => {
    const home = await newHome();
    for (const folder of ['lock', 'users']) {
      await mkdir(join(home, 'postgres', folder), { recursive: true });
      // A pid that cannot run, and this process's own pid as an earlier process had it.
      await writeFile(join(home, 'postgres', folder, '4194304-1-abc123'), '');
      await writeFile(join(home, 'postgres', folder, `${process.pid}-1-abc123`), '');
    }
    const held = await acquire(home);
    await held.release();
    await expect(ask(held.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('says what is wrong with data it must not open, and how to go on', async () => {
    const home = await newHome();
    await (await acquire(home)).release();
    const data = await dataOf(home);
    const cluster = join(home, 'postgres', 'cluster.json');
    const secret = await readFile(cluster, 'utf8');

    await rm(cluster);
    await expect(acquire(home)).rejects.toThrow(/cluster\.json.*Restore it.*or delete .*data/);

    await writeFile(cluster, '{"password":"another"}');
    await expect(acquire(home)).rejects.toThrow(/does not accept the password in cluster\.json/);
    expect(await findPostmaster(data)).toBeUndefined();

    await writeFile(cluster, '{"password');
    await expect(acquire(home)).rejects.toThrow(/cluster\.json is damaged/);

    await writeFile(cluster, secret);
    await writeFile(join(data, 'PG_VERSION'), '17\n');
    await expect(acquire(home)).rejects.toThrow(/made by PostgreSQL 17, .* is PostgreSQL 18/);

    await rm(join(data, 'PG_VERSION'));
    await expect(acquire(home)).rejects.toThrow(/not a complete PostgreSQL data directory/);
  });

  it('says which setting it could not start with, in the words of server.log', async () => {
    const home = await newHome();
    const settings = { ...QUICK, max_connections: 'many' };
    const failing = acquirePostgres({ home, log: () => undefined, settings });
    await expect(failing).rejects.toThrow(/could not start; .*server\.log.*max_connections/);
    expect(await readdir(join(home, 'postgres', 'users')).catch(() => [])).toEqual([]);
  });

  it('names the path when the home cannot be a folder', async () => {
    const home = await newHome();
    await writeFile(join(home, 'file'), '');
    await expect(acquire(join(home, 'file'))).rejects.toThrow(/cannot use .*file: a file is in/);
  });

  it('keeps values and statements out of server.log', async () => {
    const home = await newHome();
    const held = await acquire(home);
    await ask(held.url, 'create table person (email text primary key)');
    const insert = `insert into person values ('someone@example.test')`;
    await ask(held.url, insert);
    await expect(ask(held.url, insert)).rejects.toThrow(/duplicate key/);
    await expect(ask(held.url, `select 'someone@example.test'::int`)).rejects.toThrow(/integer/);
    await held.release();
    const text = await readFile(join(home, 'postgres', 'server.log'), 'utf8');
    expect(text).toContain('ready to accept connections');
    expect(text).not.toMatch(/someone|insert/);
  });

  it.runIf(isRoot)('lies elsewhere when root has a home that only root may enter', async () => {
    const closed = await newHome();
    await chmod(closed, 0o700);
    const home = join(closed, 'below');
    homes.push(home);
    const held = await acquire(home);
    const data = await dataOf(home);
    expect(data.startsWith(`${SHARED_FOLDER}/`)).toBe(true);
    expect(logged.filter(({ fields }) => fields?.['data'] === join(data, '..'))).toHaveLength(1);
    await ask(held.url, 'create table kept as select 7 as value');
    await held.release();

    const again = await acquire(home);
    expect(await ask(again.url, 'select value from kept')).toEqual([7]);
    await again.release();
  });
});

describe('its lock', () => {
  it('lets in one at a time, of many that come at once', async () => {
    const folder = join(await newHome(), 'lock');
    let inside = 0;
    const most: number[] = [];
    const enter = async () =>
      withLock(folder, async () => {
        inside += 1;
        most.push(inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 12 }, enter));
    expect(most).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it('names the holder when the wait is over, and is free again after a failure', async () => {
    const folder = join(await newHome(), 'lock');
    await withLock(folder, async () => {
      const second = withLock(folder, async () => 'never', 100);
      await expect(second).rejects.toThrow(`Process ${process.pid} is still starting or stopping`);
    });
    const failing = withLock(folder, async () => Promise.reject(new Error('inside')));
    await expect(failing).rejects.toThrow('inside');
    expect(await withLock(folder, async () => 'free', 100)).toBe('free');
  });
});
