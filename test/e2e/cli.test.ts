import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listMigrations } from '../../prisma/migrate.ts';
import { DAY, PEOPLE, commandLine, keysOf } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';
import { sha256 } from '../support/people.ts';

let on: CommandLine;

beforeAll(async () => {
  on = await commandLine();
});

function file(name: string, content: string | Buffer): string {
  const path = join(on.folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a database without tables', () => {
  it('is told of, and made by db migrate', async () => {
    const url = await emptyDatabase();
    const env = { DATABASE_URL: url };
    const [before, refused] = await Promise.all([
      on.run(['db', 'status', '--json'], { env }),
      on.run(['segment', 'list'], { env }),
    ]);
    expect(before.code).toBe(1);
    expect(JSON.parse(before.stdout)).toMatchObject({ database: 'DATABASE_URL', applied: [] });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('db migrate');
    const migrated = await on.json(['db', 'migrate'], { env });
    expect(migrated).toMatchObject({ applied: listMigrations().map(({ name }) => name) });
    const [status, again] = await Promise.all([
      on.json(['db', 'status'], { env }),
      on.run(['db', 'migrate'], { env }),
    ]);
    expect(status).toMatchObject({ pending: [] });
    expect(again).toEqual({ code: 0, stdout: 'The database is up to date.\n', stderr: '' });
  });
});

describe('the way from a customer file to a match rate', () => {
  it('imports customers in Shift_JIS, and keeps the lines it cannot take', async () => {
    const tokyo = Buffer.from([0x93, 0x8c, 0x8b, 0x9e]);
    const lines = [
      'customer_id,email,phone,country,city\n',
      ...PEOPLE.map(({ id, email, phone }) => `${id},${email},${phone},JP,`),
      `,nobody@mail.example.jp,,JP,`,
    ];
    const bytes = lines.flatMap((line, index) =>
      index === 0 ? [Buffer.from(line)] : [Buffer.from(line), tokyo, Buffer.from('\n')],
    );
    const customers = file('customers.csv', Buffer.concat(bytes));
    const rejects = join(on.folder, 'rejects.ndjson');
    const args = [
      'import',
      'customers',
      customers,
      '--encoding',
      'shift_jis',
      '--rejects',
      rejects,
    ];
    expect(await on.json(args)).toMatchObject({
      read: 21,
      inserted: 20,
      rejected: 1,
      rejectedByCode: { 'id-missing': 1 },
    });
    expect(JSON.parse(readFileSync(rejects, 'utf8'))).toMatchObject({
      line: 22,
      code: 'id-missing',
      raw: ',nobody@mail.example.jp,,JP,東京',
    });
    expect(statSync(rejects).mode & 0o077).toBe(0);
    const again = await on.run(args);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('21 lines of customers: 0 new, 0 changed, 20 unchanged');
    expect(again.stdout).toContain('rejected 1 × id-missing');
    expect(await cityOf('c-00')).toBe('東京');
  });

  it('imports purchases from standard input, with their columns', async () => {
    const stdin = PEOPLE.map(({ id }) => `${id},2026-10-01,1200\n`).join('');
    const report = await on.json(
      ['import', 'purchases', '-', '--columns', 'customer_id=who,purchased_at=day,amount=yen'],
      { stdin: `who,day,yen\n${stdin}` },
    );
    expect(report).toMatchObject({ read: 20, inserted: 20, rejected: 0 });
  });

  it('applies a file, shows the difference first, and exports it again', async () => {
    const shop = file('shop.yaml', on.shop);
    const dry = await on.run(['apply', shop, '--dry-run']);
    expect(dry.stdout).toMatch(/\+ sync all-meta\n[^]*Dry run: nothing was changed\.\n$/u);
    expect(await on.json(['apply', shop])).toMatchObject({ applied: true });
    const exported = await on.run(['export']);
    expect(exported.code).toBe(0);
    expect(parse(exported.stdout)).toMatchObject({ syncs: [{ name: 'all-google' }, {}] });
    const again = await on.run(['apply', '-'], { stdin: exported.stdout });
    expect(again).toEqual({ code: 0, stdout: 'Nothing to change.\n', stderr: '' });
  });

  it('says who is in a segment', async () => {
    const [list, preview, page] = await Promise.all([
      on.json(['segment', 'list', '--as-of', DAY]),
      on.json(['segment', 'preview', 'everyone', '--as-of', DAY]),
      on.json([
        'segment',
        'members',
        'everyone',
        '--after',
        'c-17',
        '--limit',
        '5',
        '--as-of',
        DAY,
      ]),
    ]);
    expect(list).toMatchObject({ segments: [{ name: 'everyone', customers: 20 }] });
    expect(preview).toMatchObject({ customers: 20, reachable: 20, withEmail: 20, withPhone: 20 });
    expect(page).toEqual({ segment: 'everyone', members: ['c-18', 'c-19'], next: null });
    expect(await on.json(['segment', 'members', 'everyone', '--limit', '2'])).toEqual({
      segment: 'everyone',
      members: ['c-00', 'c-01'],
      next: 'c-01',
    });
  });

  it('checks a destination, and says how to mend it', async () => {
    const [good, wrong] = await Promise.all([
      on.json(['destination', 'test', 'meta-main']),
      on.run(['destination', 'test', 'meta-wrong']),
    ]);
    expect(good).toMatchObject({ destination: 'meta-main' });
    expect(checksOf(good).map(({ name, ok }) => `${name} ${ok}`)).toContain('account visible true');
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/✗ .*\n {2}What to do: /u);
  });

  it('plans without sending, then runs, and shows what it did', async () => {
    const plan = await on.json(['plan', 'all-meta', '--as-of', DAY]);
    expect(plan).toMatchObject({
      sync: 'all-meta',
      hold: null,
      figures: { wanted: 20, added: 20 },
    });
    expect(on.meta.audiences()).toEqual([]);

    const run = await on.json(['run', 'all-meta', '--as-of', DAY]);
    expect(run).toMatchObject({ state: 'succeeded', added: 20, delivery: { accepted: 20 } });
    expect(on.members()).toEqual(keysOf(PEOPLE));

    const second = await on.run(['run', 'all-google', '--as-of', DAY]);
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/^Run 2 of all-google succeeded\.\n20 in the segment = /u);

    const [runs, shown, match] = await Promise.all([
      on.json(['runs', '--sync', 'all-meta']),
      on.json(['runs', 'show', '1']),
      on.json(['match', 'all-meta']),
    ]);
    expect(runs).toMatchObject({ runs: [{ id: '1', sync: 'all-meta', state: 'succeeded' }] });
    expect(shown).toMatchObject({ id: '1', batches: [{ operation: 'add', rows: 20 }] });
    expect(match).toMatchObject({ sync: 'all-meta', accepted: { lower: 20, upper: 20 } });
    const early = await on.json(['lift', 'all-google']);
    expect(early).toMatchObject({ sync: 'all-google', windowDays: 28, waiting: 20 });
    expect(early).toMatchObject({ sentence: "No lift yet: nobody's 28 days have passed." });
    const future = await on.run(['lift', 'all-google', '--as-of', '2999-12-31']);
    expect(future).toMatchObject({ code: 1, stderr: expect.stringContaining('still to come') });
  }, 60_000);
});

describe('hash', () => {
  it('answers each line, also to those that it cannot hash', async () => {
    const lines = [
      '{"field":"email","value":" Taro@Example.co.jp"}',
      '{"field":"phone","value":"090-1234-5678","country":"JP"}',
      '',
      '{"field":"phone","value":"090-1234-5678"}',
      '{"field":"email"',
      '{"field":"shoe size","value":"43"}',
    ];
    const { code, stdout } = await on.run(['hash', '--platform', 'x', '--json'], {
      stdin: lines.join('\n'),
    });
    expect(code).toBe(1);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { field: 'email', hash: sha256('taro@example.co.jp'), normalized: 'taro@example.co.jp' },
      { field: 'phone', hash: sha256('+819012345678'), normalized: '+819012345678' },
      { field: 'phone', hash: '', error: expect.stringContaining('country') },
      { field: null, hash: '', error: expect.stringContaining('Not a request') },
      { field: null, hash: '', error: expect.stringContaining('Not a request') },
    ]);
  });

  it('succeeds where every line is good, and knows its platforms', async () => {
    const [good, unknown] = await Promise.all([
      on.run(['hash', '--platform', 'meta'], {
        stdin: '{"field":"email","value":"a@b.example"}\n',
      }),
      on.run(['hash', '--platform', 'myspace']),
    ]);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('there are meta, google, x');
  });
});

it('never says an e-mail, a phone or a secret, whatever happens', () => {
  expect(on.said().length).toBeGreaterThan(1000);
  expect(on.leaks()).toEqual([]);
});

const checksOf = (answer: unknown) =>
  z
    .object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean().nullable() })).min(1) })
    .parse(answer).checks;

const cityOf = async (id: string) =>
  (
    await on.db.prisma.customer.findUniqueOrThrow({
      where: { customerId: id },
      select: { city: true },
    })
  ).city;

/** The address of a database of its own without a table. */
async function emptyDatabase(): Promise<string> {
  const url = new URL(on.database);
  const name = `${url.pathname.slice(1)}_empty`;
  await on.db.pool.query(`CREATE DATABASE ${name}`);
  afterAll(() => on.db.pool.query(`DROP DATABASE ${name} WITH (FORCE)`));
  url.pathname = `/${name}`;
  return url.href;
}
