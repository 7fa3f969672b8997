import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveSandbox } from '../../connectors/sandbox/server.ts';
import type { SandboxServer } from '../../connectors/sandbox/server.ts';
import { emptyWorld } from '../../connectors/sandbox/world.ts';
import { createEmulator } from '../../connectors/x/sandbox.ts';
import type { XEmulator } from '../../connectors/x/sandbox.ts';
import { openDb } from '../../src/infra/db.ts';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { suppress } from '../../src/services/suppress.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { CLI, runCli } from '../support/cli.ts';
import type { CliResult } from '../support/cli.ts';
import { configurationContext } from '../support/configuration-context.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { bring, sha256 } from '../support/people.ts';

/** Child processes go by the machine's time. */
const NOW = new Date();
const [TARO, HANAKO, JIRO] = ['taro@example.jp', 'hanako@example.jp', 'jiro@example.jp'];
const PHONE = '+819011112222';
const digests = (...values: string[]): string[] => values.map(sha256).sort();

let emulator: XEmulator;
let server: SandboxServer;
let env: Record<string, string>;
let folder: string;
let context: ServiceContext;
let said = '';

/** Runs a command to its end. */
async function cli(words: readonly string[]): Promise<CliResult> {
  const result = await runCli(words, { cwd: folder, env });
  said += result.stdout + result.stderr;
  return result;
}

async function json(words: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await cli([...words, '--json']);
  expect({ code, stderr }, words.join(' ')).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as unknown;
}

beforeAll(async () => {
  const world = emptyWorld(NOW);
  emulator = createEmulator(world);
  server = await serveSandbox({ world, emulators: [emulator] });
  folder = mkdtempSync(join(tmpdir(), 'rekindle-do-not-reach-'));
  atTheEnd(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const url = await testDatabaseUrl();
  const db = openDb(url);
  atTheEnd(() => db.close());
  context = configurationContext(db, NOW);
  env = { DATABASE_URL: url, USER: 'tester', ...server.variables };
  const names = Object.keys(emulator.credentials);
  for (const name of names) env[`T_${name.toUpperCase()}`] = emulator.credentials[name] ?? '';
  const credentials = names.map((name) => `${name}: $T_${name.toUpperCase()}`).join(', ');
  const text = `
destinations:
  - { name: x-main, platform: x, account: ${emulator.account}, credentials: { ${credentials} } }
segments:
  - { name: everyone, template: everyone }
syncs:
  - { name: all-x, segment: everyone, destination: x-main, audience: List A, identifiers: [email, phone], allowSmall: true }
`;
  await applyConfiguration(context, { text, file: 'shop.yaml', dryRun: false });
  await bring(context, [
    { id: 'c-1', email: TARO },
    { id: 'c-2', email: JIRO },
  ]);
  await suppress(context, { kind: 'email', value: TARO });
  await suppress(context, { kind: 'email', value: HANAKO });
  await suppress(context, { kind: 'phone', value: PHONE });
  await suppress(context, { kind: 'customer', value: 'c-7' });
});

describe('do-not-reach', () => {
  it('is nothing that a run does', async () => {
    expect(await json(['run', 'all-x'])).toMatchObject({ state: 'succeeded', suppressed: 1 });
    expect(emulator.doNotReach()).toEqual([]);
  });

  it('says what would be uploaded to whom, and sends nothing without --yes', async () => {
    const { code, stdout, stderr } = await cli(['do-not-reach', 'x-main']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      `SHA-256 digests of 2 e-mail spellings and 1 phone number would go to X, onto the do-not-reach list of the account ${emulator.account}.`,
      expect.stringMatching(/^They are of people who said no/u),
      'To add 3, to renew 0, to take off 0, unchanged 0.',
      expect.stringMatching(/^Left out: 1 suppressed customer and 0 suppressed domains\./u),
      'Dry run: nothing was sent.',
      'To do it: rekindle do-not-reach x-main --yes',
      '',
    ]);
    expect(emulator.doNotReach()).toEqual([]);
  });

  it('makes the list hold what is suppressed, by a call that is killed and one after it', async () => {
    // Carried out and never answered: the process then waits to ask again, and is killed there.
    server.inject({ kind: 'lose-answer', platform: 'x', path: '/users', times: 100 });
    const child = spawn(process.execPath, [CLI, 'do-not-reach', 'x-main', '--yes'], {
      cwd: folder,
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], ...env },
    });
    const ended = once(child, 'exit');
    await expect.poll(() => emulator.doNotReach().length, { timeout: 20_000 }).toBe(3);
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    server.calm();

    await liftSuppression(context, { kind: 'email', value: HANAKO });
    expect(await json(['do-not-reach', 'x-main', '--yes'])).toMatchObject({
      destination: 'x-main',
      platform: 'X',
      toAdd: 2,
      toRemove: 1,
      delivered: { accepted: 3, rejected: 0, unknown: 0, notSent: 0, problem: null },
    });
    expect(emulator.doNotReach()).toEqual(digests(TARO, PHONE));

    await liftSuppression(context, { kind: 'phone', value: PHONE });
    const { code, stdout } = await cli(['do-not-reach', 'x-main', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('To add 0, to renew 0, to take off 1, unchanged 1.');
    expect(stdout).toContain('Accepted 1, rejected 0, unknown 0, not sent 0.');
    expect(emulator.doNotReach()).toEqual(digests(TARO));
  });

  it('puts everybody on the list there is, where somebody deleted the one they were on', async () => {
    await suppress(context, { kind: 'email', value: HANAKO });
    await suppress(context, { kind: 'phone', value: PHONE });
    expect(await json(['do-not-reach', 'x-main', '--yes'])).toMatchObject({
      listReplaced: false,
      unchanged: 1,
    });
    const all = digests(TARO, HANAKO, PHONE);
    expect(emulator.doNotReach()).toEqual(all);
    emulator.deleteDoNotReach();
    expect(emulator.doNotReach()).toEqual([]);
    const dry = await cli(['do-not-reach', 'x-main']);
    expect(dry.stdout).toContain('no longer the one on X');
    expect(dry.stdout).toContain('To do it: rekindle do-not-reach x-main --yes');
    const { code, stdout } = await cli(['do-not-reach', 'x-main', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('no longer the one on X');
    expect(stdout).toContain('Accepted 3, rejected 0, unknown 0, not sent 0.');
    expect(emulator.doNotReach()).toEqual(all);
    expect(await json(['do-not-reach', 'x-main', '--yes'])).toMatchObject({
      listReplaced: false,
      unchanged: 3,
    });
    await liftSuppression(context, { kind: 'email', value: HANAKO });
    await liftSuppression(context, { kind: 'phone', value: PHONE });
    await json(['do-not-reach', 'x-main', '--yes']);
    expect(emulator.doNotReach()).toEqual(digests(TARO));
  });

  it('fails with what a person can do where the platform refuses, and names no digest', async () => {
    await suppress(context, { kind: 'email', value: JIRO });
    emulator.refuseKey(sha256(JIRO));
    const poisoned = await cli(['do-not-reach', 'x-main', '--yes']);
    expect(poisoned.code).toBe(1);
    expect(poisoned.stdout).toContain('Accepted 0, rejected 1, unknown 0, not sent 0.');

    server.inject({ kind: 'says', platform: 'x', mishap: 'token-expired', times: 9 });
    const { code, stdout } = await cli(['do-not-reach', 'x-main', '--yes']);
    server.calm();
    expect(code).toBe(1);
    expect(stdout).toContain('Accepted 0, rejected 0, unknown 0, not sent 1.');
    expect(stdout).toMatch(/What to do: .*tokens.*\nCall it again/u);
    expect(emulator.doNotReach()).toEqual(digests(TARO));

    const digest = new RegExp([TARO, HANAKO, JIRO, PHONE].map(sha256).join('|'), 'iu');
    expect(said).not.toMatch(digest);
    expect(said).not.toMatch(/@example\.jp|9011112222/u);
  });
});
