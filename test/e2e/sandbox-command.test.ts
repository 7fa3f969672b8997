import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PLATFORMS } from '../../connectors/registry.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { CLI, runCli } from '../support/cli.ts';

/** Takes the way out by force away, so that the process ends only once nothing is open any more. */
const NO_EXIT = 'data:text/javascript,process.exit = () => {};';

it('serves every platform on one port with a page, and ends on SIGTERM with nothing open', async () => {
  const { url, child, ended, said } = await sandbox(['--people', '10']);
  for (const part of [
    `Serving Meta, Google and X on ${url}`,
    `export META_GRAPH_URL=${url}/meta\n`,
    `export GOOGLE_OAUTH_URL=${url}/google/token\n`,
    `export X_ADS_URL=${url}/x\n`,
    'export META_ACCESS_TOKEN=',
    'export GOOGLE_CLIENT_ID=',
    'export X_ACCESS_SECRET=',
  ]) {
    expect(said.stdout).toContain(part);
  }
  const secrets = [...said.stdout.matchAll(/^export \w+(?:TOKEN|SECRET|KEY)=(.+)$/gm)];
  expect(secrets.length).toBeGreaterThan(5);
  const page = await (await fetch(url)).text();
  expect(page).toContain(`META_GRAPH_URL=${url}/meta`);
  for (const [, secret = ''] of secrets) expect(page).not.toContain(secret);
  for (const platform of PLATFORMS) {
    const answer = await fetch(`${url}/_sandbox/${platform}/audiences`);
    expect([answer.status, await answer.json()]).toEqual([200, { audiences: [] }]);
  }

  // Whatever is under way must not keep it up.
  for (const kind of ['hang', 'drip']) {
    const fault = { kind, platform: 'meta', path: `/${kind}` };
    await fetch(`${url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });
  }
  const hanging = fetch(`${url}/meta/v26.0/hang`).catch(() => 'cut');
  const dripping = await fetch(`${url}/meta/v26.0/drip`);
  const rest = dripping.text().catch(() => 'cut');
  await expect
    .poll(async () => (await (await fetch(url)).text()).includes('v26.0/hang'))
    .toBe(true);
  child.kill('SIGTERM');
  expect(await ended).toBe(130);
  expect([await hanging, await rest]).toEqual(['cut', 'cut']);
  expect(said.stderr).toBe('');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('starts again with the time it was moved to and the keys it was told to refuse', async () => {
  const place = surroundings();
  const first = await sandbox(['--people', '1'], place);
  const day = JSON.stringify({ advanceMs: 86_400_000 });
  const moved = await fetch(`${first.url}/_sandbox/clock`, { method: 'POST', body: day });
  const { now } = (await moved.json()) as { now: string };
  expect(Date.parse(now)).toBeGreaterThan(Date.now() + 86_000_000);
  for (const platform of PLATFORMS) {
    await fetch(`${first.url}/_sandbox/${platform}/refused-keys`, {
      method: 'POST',
      body: JSON.stringify({ key: `${platform}-refused-key` }),
    });
  }
  first.child.kill('SIGKILL');
  await first.ended;
  const { url } = await sandbox(['--people', '1'], place);
  const clock = (await (await fetch(`${url}/_sandbox/clock`)).json()) as { now: string };
  expect(Date.parse(clock.now)).toBeGreaterThanOrEqual(Date.parse(now));
  const page = await (await fetch(url)).text();
  for (const platform of PLATFORMS) {
    expect(page).toContain(`<code>${`${platform}-refused-key`.slice(0, 6)}…</code>`);
  }
});

it('refuses rates that are none, before it serves anything', async () => {
  const refused = await runCli(['sandbox', '--match-rate', 'email=60%'], surroundings());
  expect(refused.code).toBe(1);
  expect(refused.stdout).toBe('');
  expect(refused.stderr).toContain('Write it as email=0.6,phone=0.4');
});

it('says that a port is taken', async () => {
  const { url } = await sandbox(['--people', '1']);
  const { port } = new URL(url);
  const second = await runCli(['sandbox', '--port', port, '--people', '1'], surroundings());
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
});

function surroundings() {
  const cwd = mkdtempSync(join(tmpdir(), 'rekindle-sandbox-'));
  atTheEnd(async () => rmSync(cwd, { recursive: true }));
  return { cwd, env: { REKINDLE_HOME: join(cwd, 'home') } };
}

async function sandbox(words: readonly string[], place = surroundings()) {
  const port = await freePort();
  const { cwd, env } = place;
  const child = spawn(
    process.execPath,
    ['--import', NO_EXIT, CLI, 'sandbox', '--port', port, ...words],
    { cwd, env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const ended = once(child, 'close').then(([code]: unknown[]) => code);
  atTheEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  expect(said.stderr).toBe('');
  return { url: `http://127.0.0.1:${port}`, child, ended, said };
}

async function freePort(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}
