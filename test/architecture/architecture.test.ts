import { describe, expect, it } from 'vitest';
import { describeOffence } from './offence.ts';
import { repositoryFiles } from './repository.ts';
import { letOff, rules } from './rules.ts';

const files = repositoryFiles();

describe('in this repository', () => {
  it.each(rules.map((rule) => [rule.title, rule.check] as const))('%s', (_, check) => {
    expect(check(files).map(describeOffence).join('\n')).toBe('');
  });

  it('every file that a rule lets off by name is still there', () => {
    const paths = new Set(files.map(({ path }) => path));
    expect(letOff.filter((path) => !paths.has(path))).toEqual([]);
  });

  it('the rules are shown the source, and not what tools made of it', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('test/architecture/architecture.test.ts');
    expect(paths).toContain('connectors/connector.ts');
    expect(paths).toContain('src/errors.ts');
    expect(paths.filter((path) => /node_modules|generated|\.git\//.test(path))).toEqual([]);
  });
});
