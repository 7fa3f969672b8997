/** `serve`, `runs watch` and `run --join`, as processes of their own. */
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { DAY, PEOPLE, commandLine, ndjson } from '../support/command-line.ts';
import type { CommandLine, Running } from '../support/command-line.ts';
import { readExposition } from '../support/exposition.ts';

/** Resolves with what a child has written to stdout once that matches. */
async function said({ child }: Running, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const [, found] = pattern.exec(text) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error(`The command ended and said: ${text}`);
}

describe('serve', { timeout: 120_000 }, () => {
  let on: CommandLine;

  beforeAll(async () => {
    on = await commandLine();
    await on.run(['db', 'migrate']);
    await on.run(['import', 'customers', '-', '--format', 'ndjson'], { stdin: ndjson(PEOPLE) });
    await on.run(['apply', '-'], { stdin: on.shop });
  }, 120_000);

  it('serves the figures of runs that other processes did, until it is asked to end', async () => {
    const server = on.start(['serve', '--port', '0']);
    const url = await said(server, /Serving on (\S+)\. Ctrl-C/u);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const run = await on.run(['run', 'all-meta', '--as-of', DAY]);
    expect(run).toMatchObject({ code: 0, stderr: expect.not.stringContaining('{') });
    const seen = readExposition(await (await fetch(`${url}/metrics`)).text());
    const rows = { platform: 'meta', operation: 'add', outcome: 'accepted' };
    expect(seen.value('rekindle_rows_total', rows)).toBe(PEOPLE.length);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 130, stderr: '' });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('goes by the environment where no option is given, and says its address to programs', async () => {
    const first = on.start(['serve', '--json', '--port', '0']);
    const { port } = new URL(await said(first, /"url":"(.*?)"/u));
    const second = await on.run(['serve'], { env: { REKINDLE_PORT: port } });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`port ${port}: another program uses it`);
    first.child.kill('SIGINT');
    await once(first.child, 'close');
  });

  it('says that it asks nobody who they are where others can reach it', async () => {
    const wide = on.start(['serve', '--host', '0.0.0.0', '--port', '0']);
    const url = await said(wide, /Serving on (\S+)\. Ctrl-C/u);
    expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/u);
    wide.child.kill('SIGTERM');
    expect((await wide.ended).stderr).toContain('asks nobody who they are');
  });

  it.each(['65536', 'x', '-1'])('takes no port %s', async (port) => {
    expect(await on.run(['serve', `--port=${port}`])).toMatchObject({ code: 1 });
  });

  it('shows a run that is over to whoever watches it, and ends as it did', async () => {
    const watched = await on.run(['runs', 'watch', '1']);
    expect(watched).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Run 1 of all-meta succeeded'),
    });
    const lines = await on.run(['runs', 'watch', '1', '--json']);
    expect(lines).toMatchObject({ code: 0, stderr: '' });
    expect(
      lines.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([{ run: '1', phase: 'ended', accepted: PEOPLE.length }]);
    expect(await on.run(['runs', 'watch', '99'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no run 99'),
    });
    await on.run(['run', 'all-google', '--as-of', DAY]);
    await on.db.pool.query(`UPDATE run SET state = 'failed' WHERE id = 2`);
    expect(await on.run(['runs', 'watch', '2'])).toMatchObject({ code: 1 });
  });

  it('two processes that are asked for one run with --join do it once, and both say its end', async () => {
    const before = await on.db.prisma.run.count();
    const both = await Promise.all(
      [1, 2].map(() => on.run(['run', 'all-meta', '--as-of', DAY, '--join'])),
    );
    for (const { code, stdout, stderr } of both) {
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('of all-meta succeeded');
    }
    const after = await on.db.prisma.run.findMany({
      orderBy: { id: 'asc' },
      select: { state: true },
    });
    expect(after.slice(before).every(({ state }) => state === 'succeeded')).toBe(true);
    expect(on.leaks()).toEqual([]);
  });

  it('does not join with what the other run was not asked for', async () => {
    const joined = await on.run(['run', 'all-meta', '--join', '--replace']);
    expect(joined.code).not.toBe(0);
    expect(joined.stderr).toContain('--join');
  });
});
