import { beforeAll, describe, expect, it } from 'vitest';
import { PEOPLE, commandLine, keysOf, ndjson } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';

let on: CommandLine;

const ROUGH = [
  { customer_id: 'rough-1', phone: '090-12', email: 'nobody at example.jp' },
  { customer_id: 'rough-2', phone: '123', email: 'two@mail.example.jp' },
];

beforeAll(async () => {
  on = await commandLine();
  const lines = ndjson(PEOPLE) + ROUGH.map((row) => `${JSON.stringify(row)}\n`).join('');
  await on.json(['import', 'customers', '-', '--format', 'ndjson', '--country', 'JP'], {
    stdin: lines,
  });
  await on.json(['import', 'consents', '-', '--format', 'csv'], {
    stdin: 'customer_id,purpose,status,at,source\nc-00,ad_user_data,yes,2026-01-05,店頭\n',
  });
  await on.json(['apply', '-'], { stdin: on.shop });
  await on.json(['run', 'all-meta']);
});

describe('identity report', () => {
  it('says who can be reached where, and what to mend first', async () => {
    expect(await on.json(['identity', 'report'])).toMatchObject({
      customers: 22,
      platforms: [
        { platform: 'meta', customers: 21, byKind: { email: 21, phone: 20 } },
        { platform: 'google', customers: 21 },
        { platform: 'x', customers: 21 },
      ],
      unusable: [
        { kind: 'phone', customers: 2, unreachable: 1 },
        { kind: 'email', customers: 1, unreachable: 1 },
      ],
    });
    const { stdout } = await on.run(['identity', 'report']);
    expect(stdout).toContain('95.5 %');
    expect(stdout).toMatch(/Mend first: phone, 2 customers, 1 of them out of reach\./u);
  });
});

describe('customer show', () => {
  it('answers what is held of a person, and where they are under which consent', async () => {
    const view = await on.json(['customer', 'show', 'c-00']);
    expect(view).toMatchObject({
      customer: {
        customerId: 'c-00',
        emails: [PEOPLE[0]?.email],
        consents: [{ purpose: 'ad_user_data', status: 'granted', source: '店頭' }],
      },
      audiences: [
        {
          sync: 'all-meta',
          state: 'on',
          until: null,
          consent: { adUserData: true, adPersonalization: false },
          keys: { email: 1, phone: 1 },
        },
      ],
    });
    const { stdout } = await on.run(['customer', 'show', 'c-00']);
    expect(stdout).toContain('ad_user_data granted, by 1 email and 1 phone');
    expect(stdout).toContain(PEOPLE[0]?.email);
  });

  it('says so where there is nobody', async () => {
    const { code, stdout, stderr } = await on.run(['customer', 'show', 'nobody']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('There is no customer of that id');
  });
});

describe('erase', () => {
  it('forgets a person, prints the receipt, and can be asked again', async () => {
    const first = await on.run(['erase', 'c-01']);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^A customer was erased: asked .*, done .*\.\n/u);
    expect(first.stdout).toMatch(/meta act_\d+, audience "List A" \(all-meta\): 2 keys taken off/u);
    expect(first.stdout).toContain('1 audience had nothing of this person.');
    const rest = PEOPLE.filter(({ id }) => id !== 'c-01');
    const left = on.members().filter((key) => keysOf(PEOPLE).includes(key));
    expect(left.toSorted()).toEqual(keysOf(rest));
    expect(await on.json(['erase', 'c-01'])).toMatchObject({ state: 'done', customer: null });
    const gone = await on.run(['customer', 'show', 'c-01']);
    expect(gone.stderr).toContain('was erased on');
    expect(await on.json(['erasures'])).toMatchObject([{ state: 'done', customer: null }]);
  });

  it('refuses to guess whom', async () => {
    for (const args of [['erase'], ['erase', 'c-02', '--pending']]) {
      const { code, stderr } = await on.run(args);
      expect(code).toBe(1);
      expect(stderr).toContain('Give the id of the customer to erase, or --pending');
    }
    expect(await on.run(['erase', '--pending'])).toMatchObject({
      code: 0,
      stdout: 'No erasure is pending.\n',
    });
  });

  it('stays pending with exit code 1 while a sync has no credentials', async () => {
    const without = await on.run(['erase', 'c-03'], { env: { T_META: '' } });
    expect(without.code).toBe(1);
    expect(without.stdout).toContain('is pending: nothing is deleted before');
    expect(without.stdout).toContain('T_META');
    expect(await on.json(['erasures', '--pending'])).toMatchObject([{ customer: 'c-03' }]);
    expect((await on.run(['erase', '--pending'])).code).toBe(0);
    expect(await on.json(['erasures', '--pending'])).toEqual([]);
  });
});

it('nothing of this says an address or a number but to whoever asked for a person', () => {
  expect(on.leaks()).toEqual([]);
});
