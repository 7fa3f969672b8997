/**
 * "Add a platform" of connectors/README.md, followed: the registry gets the lines that are written
 * there, and the example platform then has to do all that is asked of Meta, Google and X.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { FAILURE_KINDS } from '../../connectors/connector.ts';
import { createEmulator } from '../../connectors/example/sandbox.ts';
import { MEANINGS } from '../../connectors/example/failures.ts';
import type * as registry from '../../connectors/registry.ts';
import { PLATFORMS, findConnector } from '../../connectors/registry.ts';
import { parseConfig } from '../../src/config.ts';
import { CONNECTOR_CASES } from '../contract/connector-cases.ts';
import { connectorStage, failureOf, keysOf, people } from '../contract/connector-stage.ts';
import { ENGINE_CASES } from '../contract/engine-cases.ts';

type Registry = typeof registry;

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const section = /^## Add a platform\n(.*?)(?=^## |(?![^]))/msu.exec(read('connectors/README.md'));
const steps = section?.[1] ?? '';

// The names between the brackets of the README's line decide who is registered, in that order.
vi.mock('../../connectors/registry.ts', async (importOriginal) => {
  const { readFileSync: readNow } = await import('node:fs');
  const readme = readNow(new URL('../../connectors/README.md', import.meta.url), 'utf8');
  const names = /^ *const CONNECTORS: .*= \[(.*)\];$/mu.exec(readme)?.[1]?.split(', ') ?? [];
  const original = await importOriginal<Registry>();
  const { example } = await import('../../connectors/example/index.ts');
  const find = (id: string) => (id === example.id ? example : original.findConnector(id));
  return {
    PLATFORMS: names,
    findConnector: (id: string) => (names.includes(id) ? find(id) : undefined),
  } satisfies Registry;
});

describe('the lines that connectors/README.md adds to the registry', () => {
  it('are those that are there, with the new platform behind them', async () => {
    const lines = read('connectors/registry.ts').split('\n');
    const list = lines.find((line) => line.startsWith('const CONNECTORS'));
    expect(steps).toContain(list?.replace(/\];$/u, ', example];'));
    const imported = lines.find((line) => line.includes('/index.ts'));
    expect(steps).toContain(imported?.replaceAll('google', 'example'));
    const original = await vi.importActual<Registry>('../../connectors/registry.ts');
    expect(PLATFORMS).toEqual([...original.PLATFORMS, 'example']);
  });

  it('are in no registry that users meet', async () => {
    const original = await vi.importActual<Registry>('../../connectors/registry.ts');
    expect(original.findConnector('example')).toBeUndefined();
    expect(findConnector('example')?.title).toBe('Example Ads');
  });
});

describe('the steps of connectors/README.md', () => {
  const named = [...steps.matchAll(/`([\w./-]+\.(?:ts|md|example))`/gu)].map(
    ([, file = '']) => file,
  );

  it('name files that there are, in the folder of the example or by their path', () => {
    const missing = named.filter(
      (file) =>
        ![`connectors/example/${file}`, `connectors/${file}`, file].some((path) =>
          existsSync(new URL(path, root)),
        ),
    );
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });

  it('name every file that the example has', () => {
    const files = readdirSync(new URL('connectors/example/', root));
    const parts = files.filter((file) => file !== 'sandbox');
    expect(parts.filter((file) => !named.includes(file))).toEqual([]);
  });

  it('end with a command that runs the cases of one platform', () => {
    const command = /^ *npx vitest run (.*) -t "(.*)"$/mu.exec(steps);
    for (const file of command?.[1]?.split(' ') ?? ['no command']) {
      expect(read(file)).toContain('describe.each(PLATFORMS)');
      const title = /describe\.each\(PLATFORMS\)\('(.*) %s'/u.exec(read(file))?.[1];
      expect(`${title} example`).toMatch(new RegExp(command?.[2] ?? '', 'u'));
      expect(`${title} meta`).not.toMatch(new RegExp(command?.[2] ?? '', 'u'));
    }
  });
});

describe('the addresses of platforms', () => {
  it('can be replaced by the variables that connectors name', async () => {
    const original = await vi.importActual<Registry>('../../connectors/registry.ts');
    const variables = original.PLATFORMS.flatMap((platform) =>
      Object.values(original.findConnector(platform)?.endpoints ?? {}).map(
        ({ variable }) => [variable, 'http://127.0.0.1:9/elsewhere'] as const,
      ),
    );
    const env = Object.fromEntries(variables);
    expect(parseConfig(env).endpoints).toEqual(env);
    expect(variables.length).toBeGreaterThan(0);
  });
});

describe('the connector of example', () => {
  it.each(CONNECTOR_CASES)('$must', async ({ run }) => {
    expect.hasAssertions();
    await run(await connectorStage('example'));
  });
});

describe('the engine before example', () => {
  it.each(ENGINE_CASES)('$must', async ({ run }) => {
    expect.hasAssertions();
    await run('example');
  });
});

const json = { 'content-type': 'application/json' };

describe('the failures of the example', () => {
  it.each(Object.entries(MEANINGS))(
    '"%s" is its own kind, with a next step',
    async (code, meaning) => {
      const { connector, context, batch, befall } = await connectorStage('example');
      const addition = await batch('add', people(3));
      const body = JSON.stringify({ error: { code, message: 'No.', rows: [1] } });
      befall({ kind: 'answer', status: 400, body, headers: json });
      const failure = await failureOf({ context }, connector.push(context, addition), people(3));
      expect(failure).toMatchObject({ ...meaning, code, status: 400 });
      expect(meaning.nextStep).toMatch(/\.$/u);
      // Rows are left out, and everybody else is sent again, only where they alone are to blame.
      const culprits = code === 'invalid_people' ? [{ position: 1, code }] : [];
      expect(failure.culprits).toEqual(culprits);
    },
  );

  it.each([403, 404])('are none of the platform in a page of HTML with %s', async (status) => {
    const { connector, context, batch, befall } = await connectorStage('example');
    const addition = await batch('add', people(3));
    befall({ kind: 'html', status });
    const failure = await failureOf({ context }, connector.push(context, addition), people(3));
    expect(failure).toMatchObject({ kind: 'transient', status });
  });

  it('are of every kind that there is', () => {
    const kinds = new Set(Object.values(MEANINGS).map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(Object.keys(FAILURE_KINDS).toSorted());
  });
});

describe('the checks of the example', () => {
  it.each([
    [{ may_write: false }, 'may write audiences'],
    [{ terms_accepted: false }, 'terms accepted'],
  ])('cross out what the account says: %o', async (change, name) => {
    const { connector, context, server } = await connectorStage('example');
    const sound = { name: 'Shop', may_write: true, terms_accepted: true, token_ends_at: null };
    const body = JSON.stringify({ ...sound, ...change });
    server.inject({ kind: 'answer', platform: 'example', status: 200, body, headers: json });
    const checks = await connector.check(context);
    const crossed = checks.filter(({ ok }) => ok === false);
    expect(crossed).toEqual([
      expect.objectContaining({ name, fix: expect.stringMatching(/\.$/u) }),
    ]);
  });
});

describe('the lists of the example', () => {
  it('are found behind the first page', async () => {
    const { connector, context, emulator } = await connectorStage('example');
    const keys = Array.from({ length: 45 }, (_, n) => `key-${n}`);
    const made: string[] = [];
    for (const key of keys) {
      made.push((await connector.ensureAudience(context, { name: 'List', key })).remoteId);
    }
    const last = { name: 'List', key: 'key-44' };
    expect((await connector.ensureAudience(context, last)).remoteId).toBe(made.at(-1));
    expect(emulator.audiences()).toHaveLength(45);
  });

  it('are what they were when the emulator starts again', async () => {
    const { emulator, world, send, batch } = await connectorStage('example');
    const { audience } = await batch('add', []);
    await send(await batch('add', people(5)));
    await send(await batch('remove', people(2)));
    const again = createEmulator(world);
    expect(again.audiences()).toEqual(emulator.audiences());
    expect(again.members(audience.remoteId)).toEqual(keysOf(people(3, 2)));
  });

  it('take no more requests a minute than the platform says', async () => {
    const { connector, context, world, usages } = await connectorStage('example');
    const wanted = { name: 'List', key: 'key' };
    const requests = () => connector.ensureAudience(context, wanted);
    await requests();
    for (let n = 2; n < connector.limits.requests; n += 1) await requests();
    expect(usages.at(-1)).toEqual({ used: 1 });
    await expect(requests()).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 60_000 });
    world.clock.advance(connector.limits.perMs);
    await requests();
  });
});
