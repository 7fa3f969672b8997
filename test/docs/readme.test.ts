import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkConfiguration, knownNames } from '../../src/services/configuration/check.ts';
import { ConfigurationFile } from '../../src/services/configuration/schema.ts';
import { runCli } from '../support/cli.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const readme = read('README.md');

const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
});
const manifest = Manifest.parse(JSON.parse(read('package.json')));

describe('README.md', () => {
  it('says of every dependency why it is there', () => {
    const wanted = [
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.devDependencies).map((name) =>
        name.startsWith('@types/') ? '@types/*' : name,
      ),
    ];
    const listed = [...readme.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gmu)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    );
    expect(wanted.filter((name) => !listed.includes(name))).toEqual([]);
  });

  it('shows a configuration that can be applied', () => {
    const example = /```yaml\n(.*?)```/su.exec(readme)?.[1] ?? '';
    const file = ConfigurationFile.parse(parse(example));
    expect(checkConfiguration(file, knownNames([]))).toEqual([]);
    expect(file.syncs).toHaveLength(1);
  });

  it('names commands and scripts that there are', async () => {
    const { stdout } = await runCli(['--help'], { cwd: tmpdir(), env: {} });
    const named = [...readme.matchAll(/npm run rekindle -- (\w+)/gu)].map(([, name = '']) => name);
    const inTable = [...readme.matchAll(/^\| (`\w.*?) +\| /gmu)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)/gu)].map(([, name = '']) => name),
    );
    const templates = ['everyone', 'loyal', 'lapsed', 'high'];
    const commands = new Set([...named, ...inTable].filter((name) => !templates.includes(name)));
    expect(commands.size).toBeGreaterThan(10);
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'mu'));
    for (const [, script = ''] of readme.matchAll(/npm run (\w+)/gu)) {
      expect(Object.keys(manifest.scripts)).toContain(script);
    }
  });

  it('starts with at most twelve lines of commands', () => {
    const start = /```sh\n(.*?)```/su.exec(readme)?.[1] ?? '';
    expect(start.trim().split('\n').length).toBeLessThanOrEqual(12);
  });
});

describe.each([
  'README.md',
  'README.ja.md',
  'connectors/README.md',
  'jobs/README.md',
  'src/alert/README.md',
  'src/delivery/README.md',
  'src/infra/citus/README.md',
  'src/server/README.md',
  'src/identity/README.md',
  'src/segment/README.md',
  'src/membership/README.md',
  'src/infra/embedded-postgres/README.md',
])('%s', (file) => {
  it('cites paths that exist', () => {
    const text = read(file);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/gu)].map(
      ([, path = '']) => new URL(path, new URL(file, root)),
    );
    const named = [...text.matchAll(/`((?:src|connectors|test|prisma|scripts)\/[\w./-]+)`/gu)].map(
      ([, path = '']) => new URL(path, root),
    );
    const missing = [...links, ...named].filter((path) => !existsSync(path));
    expect(missing.map(String)).toEqual([]);
  });
});
