import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, PEOPLE, commandLine, keysOf, ndjson } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';

const NEWCOMER = { id: 'c-99', email: 'new@mail.example.jp', phone: '+819076549999' };

let on: CommandLine;

beforeAll(async () => {
  on = await commandLine();
  await on.json(['apply', '-'], { stdin: on.shop });
  await bring(PEOPLE);
});

describe('Ctrl-C', () => {
  it('ends the sandbox and frees its port', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const { child, ended } = on.start(['sandbox', '--port', port, '--people', '10', '--json']);
    await Promise.race([once(child.stdout, 'data'), ended]);
    expect((await fetch(`${url}/_sandbox/clock`)).status).toBe(200);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      endpoints: { X_ADS_URL: `${url}/x` },
      accounts: [{ platform: 'meta' }, { platform: 'google' }, { platform: 'x' }],
    });
    await expect(fetch(`${url}/_sandbox/clock`)).rejects.toThrow('fetch failed');
  });

  it('ends a run in the middle of a request; the next one carries on', async () => {
    await on.json(['run', 'all-meta', '--as-of', DAY]);
    await bring([NEWCOMER]);
    const platform = await silentPlatform();
    const { child, ended } = on.start(['run', 'all-meta', '--as-of', DAY], {
      env: { META_GRAPH_URL: platform.url },
    });
    await Promise.race([platform.asked, ended]);
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toContain('Interrupted; the next start, or a worker, carries on.');
    await until(async () => (await connectionsLeft()) === 0);
    expect(on.members()).toEqual(keysOf(PEOPLE));

    expect(await on.json(['runs', '--limit', '1'])).toMatchObject({
      runs: [{ state: 'delivering' }],
    });
    const next = await on.json(['run', 'all-meta', '--as-of', DAY]);
    expect(next).toMatchObject({ state: 'succeeded', unchanged: 20, added: 1 });
    expect(on.members()).toEqual(keysOf([...PEOPLE, NEWCOMER]));
  }, 60_000);

  it('ends a command that waits for its standard input', async () => {
    const { child, ended } = on.start(['apply', '-']);
    await until(async () => (await connectionsLeft()) > 0);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    await until(async () => (await connectionsLeft()) === 0);
  }, 60_000);
});

const bring = (people: readonly (typeof NEWCOMER)[]) =>
  on.json(['import', 'customers', '-', '--format', 'ndjson'], { stdin: ndjson(people) });

/** How many processes, besides this one, are connected. */
async function connectionsLeft(): Promise<number> {
  const { rows } = await on.db.pool.query<{ left: number }>(
    `SELECT count(*)::int AS left FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  );
  return rows[0]?.left ?? 0;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function freePort(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
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
