import { describe, expect, it } from 'vitest';
import { leftBehind } from './left-behind.ts';
import { describeOffence } from './offence.ts';
import { repositoryFiles } from './repository.ts';

const files = repositoryFiles();

describe('nothing is left behind in this repository:', () => {
  it.each(leftBehind.map((rule) => [rule.title, rule.check] as const))('%s', (_, check) => {
    expect(check(files).map(describeOffence).join('\n')).toBe('');
  });
});

/** A ~ in each keeps this file from offending; it is taken out before the rule looks. */
const offenders: Record<string, [path: string, text: string][]> = {
  'no note about work to be done': [
    ['src/sync/run.ts', `// TO~DO: later`],
    ['README.md', `FIX~ME`],
    ['prisma/migrations/1_init/migration.sql', `-- XX~X why`],
    ['jobs/queue.ts', `const a = 1; /* HA~CK */`],
  ],
  'no test is singled out or passed over': [
    ['test/unit/a.test.ts', `it.only('a', () => {});`],
    ['test/unit/a.test.ts', `describe.skip('a', () => {});`],
    ['test/unit/a.test.ts', `it.only.each([1])('a', () => {});`],
    ['test/unit/a.test.ts', `it.todo('a');`],
    ['test/unit/a.test.ts', `xit('a', () => {});`],
  ],
  'no path of one machine': [
    ['.ci/run', `cd /ho~me/ada/rekindle`],
    ['src/config.ts', `const home = '/Us~ers/ada';`],
    ['scripts/bench.ts', `read("C:\\\\Us~ers\\\\ada")`],
    ['README.md', `See /wo~rk/shared.`],
  ],
};

describe('the rules about things left behind', () => {
  it.each(leftBehind)('catch an offender: $title', ({ title, check }) => {
    for (const [path, text] of offenders[title] ?? []) {
      expect(check([{ path, text: text.replaceAll('~', '') }]), text).toHaveLength(1);
    }
    expect(offenders[title]?.length).toBeGreaterThan(0);
  });

  it.each([
    ['a condition on the machine', `it.skipIf(!existsSync(shared))('a', () => {});`],
    ['a word that holds a mark', `const ha~ckney = 'XX';`],
    ['a call named in a string', `expect(text).toContain('.only(');`],
    ['a path of an address', `fetch('https://example.test/home/page');`],
    ['a path of an API', `app.get('/:platform/users/lists');`],
  ])('let pass %s', (_, text) => {
    const source = [{ path: 'test/unit/a.test.ts', text }];
    expect(leftBehind.flatMap(({ check }) => check(source))).toEqual([]);
  });
});
