import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The modules that a fresh process resolves while it runs `code`, by the name they were asked for. */
function resolvedBy(code: string): string[] {
  const script = `
    const { registerHooks } = await import('node:module');
    const asked = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        asked.add(specifier);
        return next(specifier, context);
      },
    });
    ${code}
    process.stdout.write(JSON.stringify([...asked]));
  `;
  const options = { cwd: ROOT, encoding: 'utf8' } as const;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], options);
  return JSON.parse(out) as string[];
}

describe('google-ads-api, which takes 200 MB and a second to load', () => {
  it('is not loaded with the platforms, nor with what sends by the Google Ads API', () => {
    const asked = resolvedBy(`
      await import('./connectors/registry.ts');
      await import('./connectors/google/ads-upload.ts');
      await import('./connectors/google/ads-report.ts');
    `);
    expect(asked).toContain('./connectors/registry.ts');
    expect(asked.some((name) => name.endsWith('ads-sdk.ts'))).toBe(true);
    expect(asked.filter((name) => /^google-(?:ads|gax|auth)/.test(name))).toEqual([]);
  });

  it('is seen by this test where it is loaded', () => {
    expect(resolvedBy("import.meta.resolve('google-ads-api');")).toContain('google-ads-api');
  });
});
