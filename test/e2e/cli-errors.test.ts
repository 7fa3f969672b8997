import { beforeAll, describe, expect, it } from 'vitest';
import { DAY, PEOPLE, commandLine, ndjson } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';

let on: CommandLine;

beforeAll(async () => {
  on = await commandLine();
  await on.json(['apply', '-'], { stdin: on.shop });
  await on.json(['import', 'customers', '-', '--format', 'ndjson'], { stdin: ndjson(PEOPLE) });
});

describe('what goes wrong', () => {
  it.each([
    [['run', 'nothing'], /There is no sync "nothing"\. There are: all-google, all-meta\./u],
    [['runs', '--sync', 'nothing'], /There are: all-google, all-meta\./u],
    [['segment', 'preview', 'nobody'], /there are: everyone\./u],
    [['destination', 'test', 'nowhere'], /there are: google-main, meta-main, meta-wrong\./u],
    [['runs', 'show', '999'], /There is no run 999/u],
    [['runs', 'show', 'last'], /A run has a number/u],
    [['plan', 'all-meta', '--as-of', '2026-02-30'], /"2026-02-30" is not a moment/u],
    [['apply', 'missing.yaml'], /missing\.yaml cannot be read \(ENOENT\)/u],
    [['import', 'customers', 'missing.csv'], /missing\.csv cannot be read \(ENOENT\)/u],
    [['import', 'purchases', '.'], /^\. cannot be read \(EISDIR\)/u],
    [['import', 'customers', '-', '--encoding', 'latin9'], /encoding is utf-8 or shift_jis/u],
    [['import', 'customers', '-', '--format', 'xml'], /format is csv or ndjson/u],
    [['import', 'customers', '-', '--timezone', 'Mars'], /time zone is an IANA name/u],
    [
      ['import', 'customers', '-', '--rejects', 'no/such/folder'],
      /no\/such\/folder cannot be written/u,
    ],
    [['hush'], /unknown command 'hush'/u],
  ])('%j exits 1 and says what to do', async (args, says) => {
    const { code, stdout, stderr } = await on.run(args, { stdin: 'customer_id\n1\n' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ {4}at /mu);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it.each([
    ['DATABASE_URL', 'postgres://u:hunter2@127.0.0.1:1/x', 'database.unreachable'],
    ['DATABASE_URL', 'mysql://u:hunter2@127.0.0.1:1/x', 'config.invalid'],
    ['T_META', '', 'secret.missing'],
  ])('%s=%s is an error that a program can read', async (name, value, code) => {
    const result = await on.run(['match', 'all-meta', '--json'], {
      env: { [name]: value },
    });
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({
      error: { code, message: expect.stringContaining(name) },
    });
    expect(result.stdout).not.toContain('hunter2');
  });

  it('names what is wrong in a file by line, and applies nothing of it', async () => {
    const wrong = on.shop.replaceAll('all-', 'new-').replace('holdout: 50%', 'holdout: 90%');
    const { code, stderr } = await on.run(['apply', '-'], { stdin: wrong });
    expect(code).toBe(1);
    expect(stderr).toContain('-:10 syncs[1].holdout: must be between 0% and 50%');
    const runs = await on.run(['runs', '--sync', 'new-meta']);
    expect(runs.code).toBe(1);
  });

  it('fails with the platform’s reason when a token is refused', async () => {
    await on.run(['apply', '-'], {
      stdin:
        'syncs: [{ name: wrong, segment: everyone, destination: meta-wrong, audience: B, identifiers: [email], allowSmall: true }]',
    });
    const { code, stdout } = await on.run(['run', 'wrong', '--as-of', DAY]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed and needs you[^]*What to do: /u);
  });
});

it('never says an e-mail, a phone or a secret, whatever happens', () => {
  expect(on.said().length).toBeGreaterThan(1000);
  expect(on.leaks()).toEqual([]);
});
