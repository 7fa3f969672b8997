/** `verify`, `resync` and approvals, as a person at the terminal meets them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DAY, PEOPLE, commandLine, keysOf, ndjson } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';

let on: CommandLine;

beforeAll(async () => {
  on = await commandLine();
  await on.json(['apply', '-'], { stdin: on.shop });
  await on.json(['import', 'customers', '-', '--format', 'ndjson'], { stdin: ndjson(PEOPLE) });
});

describe('a list of the command line', () => {
  it('is filled by resync only with --yes', async () => {
    const shown = await on.run(['resync', 'all-meta', '--as-of', DAY]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('1. Nothing was sent yet: the list is made and filled');
    expect(shown.stdout).toContain('20 in the segment');
    expect(shown.stdout).toContain('Nothing was sent. To do it: rekindle resync all-meta --yes');
    expect(on.members()).toEqual([]);
    expect(await on.json(['resync', 'all-meta', '--yes', '--as-of', DAY])).toMatchObject({
      way: 'fill',
      run: { state: 'succeeded', added: 20 },
    });
    expect(on.members()).toEqual(keysOf(PEOPLE));
  });

  it('is verified: nothing wrong is success, and a drift is none', async () => {
    const fine = await on.run(['verify', 'all-meta']);
    expect(fine).toMatchObject({ code: 0, stderr: '' });
    expect(fine.stdout).toContain('✓ It is named "List A".');
    const [list] = on.meta.audiences();
    on.meta.renameAudience(list?.id ?? '', 'Spring list');
    const wrong = await on.run(['verify', 'all-meta']);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('✗ Somebody named it "Spring list" on Meta');
    expect(wrong.stdout).toContain('What to do: Name it "List A" again on Meta.');
    const json = await on.run(['verify', 'all-meta', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      drift: true,
      findings: expect.arrayContaining([
        expect.objectContaining({ kind: 'renamed', found: 'Spring list' }),
      ]),
    });
  });

  it('that would shrink is held until its figures were seen, and then done', async () => {
    const lines = PEOPLE.slice(0, 10).map(({ id }) => `customer,${id},asked`);
    const stdin = ['kind,value,reason', ...lines, ''].join('\n');
    await on.json(['import', 'suppressions', '-'], { stdin });
    const unseen = await on.run(['run', 'all-meta', '--approve', '--as-of', DAY]);
    expect(unseen.code).toBe(1);
    expect(unseen.stdout).toContain('10 of 20 members off');
    expect(unseen.stdout).toContain('These figures are new, or worse');
    expect(on.members()).toEqual(keysOf(PEOPLE));
    const wrong = await on.run(['run', 'all-meta', '--approve', '--held-run', '1']);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('is not held') });
    expect(await on.json(['run', 'all-meta', '--approve', '--as-of', DAY])).toMatchObject({
      state: 'succeeded',
      removed: 10,
      approves: expect.stringMatching(/^\d+$/u),
    });
    expect(on.members()).toEqual(keysOf(PEOPLE.slice(10)));
  });

  it('that is too small to be begun says how to begin it, dry or not', async () => {
    const strict = on.shop
      .replaceAll('all-', 'strict-')
      .replaceAll('List A', 'List S')
      .replaceAll('allowSmall: true', 'allowSmall: false');
    await on.json(['apply', '-'], { stdin: strict });
    const dry = await on.run(['plan', 'strict-meta', '--as-of', DAY]);
    const held = await on.run(['run', 'strict-meta', '--as-of', DAY]);
    for (const { stdout } of [dry, held]) {
      expect(stdout).toContain('fewer than the 100 whom Meta has to know');
      expect(stdout).toContain('allowSmall: true');
    }
    expect(dry.code).toBe(0);
    expect(held.code).toBe(1);
  });
});

it('says no e-mail, phone or secret', () => {
  expect(on.leaks()).toEqual([]);
});
