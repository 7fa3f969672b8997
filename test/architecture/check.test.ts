import { describe, expect, it } from 'vitest';
import { runChecks, type Check } from '../../scripts/check.ts';

const passes: Check = { name: 'passes', program: 'tsc', args: ['--version'] };
const fails: Check = { name: 'fails', program: 'tsc', args: ['--no-such-option'] };
const missing: Check = { name: 'missing', program: 'no-such-program', args: [] };

async function run(checks: readonly Check[], atOnce: number) {
  const written: string[] = [];
  const failed = await runChecks(checks, atOnce, (text) => written.push(text));
  return { failed, text: written.join('') };
}

describe('npm run check', () => {
  it('writes one line for a check that passes, and nothing of its output', async () => {
    const { failed, text } = await run([passes], 1);
    expect(failed).toEqual([]);
    expect(text).toMatch(/^passes +ok +\d+\.\d s\n$/);
  });

  it('names the checks that failed and shows all they wrote', async () => {
    const { failed, text } = await run([fails, passes, missing], 2);
    expect(failed).toEqual(['fails', 'missing']);
    expect(text).toMatch(/^fails +FAILED +\d+\.\d s\n.*no-such-option/m);
    expect(text).toMatch(/^passes +ok/m);
    expect(text).toMatch(/^missing +FAILED .*\n.*Run "npm ci" first\.$/m);
  });
});
