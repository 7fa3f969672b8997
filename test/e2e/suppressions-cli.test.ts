import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PEOPLE, commandLine, ndjson } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';
import { sha256 } from '../support/people.ts';

let on: CommandLine;

const [TARO, HANAKO] = PEOPLE;
/** As in a Japanese address book. */
const TARO_PHONE = (TARO?.phone ?? '').replace('+8190', '090-').replace(/(\d{4})$/u, '-$1');
const PHONE = `phone ${sha256(TARO?.phone ?? '').slice(0, 8)}`;
const EMAIL = `email ${sha256(HANAKO?.email ?? '').slice(0, 8)}`;

beforeAll(async () => {
  on = await commandLine();
  const household = { id: 'household', email: 'other@elsewhere.example', phone: TARO?.phone ?? '' };
  await on.json(['import', 'customers', '-', '--format', 'ndjson'], {
    stdin: ndjson([...PEOPLE, household]),
  });
});

const file = (name: string, text: string): string => {
  const path = join(on.folder, name);
  writeFileSync(path, text);
  return path;
};

/** `verb object` of the audit rows on suppressions and imports, in their order. */
async function audited(kind: string): Promise<string[]> {
  const rows = await on.db.prisma.audit.findMany({
    where: { objectKind: kind },
    orderBy: { id: 'asc' },
    select: { verb: true, objectName: true },
  });
  return rows.map(({ verb, objectName }) => `${verb} ${objectName}`);
}

describe('import of consents and suppressions', () => {
  it('fails loudly with any rejected line, since that may be a no, and keeps the others', async () => {
    const rejects = join(on.folder, 'rejects.ndjson');
    const consents = file(
      'consents.csv',
      'customer_id,purpose,status,at\nc-00,marketing,no,2026-01-01\nc-01,marketing,perhaps,2026-01-01\n',
    );
    const result = await on.run(['import', 'consents', consents, '--rejects', rejects]);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('2 lines of consents: 1 new');
    expect(result.stdout).toContain('rejected 1 × status-unreadable');
    expect(result.stdout).toContain('may hold a no that was not taken in');
    expect(JSON.parse(readFileSync(rejects, 'utf8'))).toMatchObject({ line: 3 });
    expect(
      await on.json(['import', 'consents', '-', '--timezone', 'Asia/Tokyo'], {
        stdin: 'customer_id,marketing,at\nc-01,no,2026-01-01\n',
      }),
    ).toMatchObject({ read: 1, inserted: 1, rejected: 0 });
    expect(await audited('consents')).toEqual([`import ${consents}`, 'import -']);
  });

  it('suppresses a phone in another spelling, and says so of every list that asks for less', async () => {
    const stdin = `kind,value,until,reason\nphone,${TARO_PHONE},,asked\ncustomer,c-05,2020-01-01,old\n`;
    const [bad, good] = [
      await on.run(['import', 'suppressions', '-'], { stdin }),
      await on.run(['import', 'suppressions', '-', '--country', 'JP'], { stdin }),
    ];
    expect(bad).toMatchObject({ code: 1 });
    expect(bad.stdout).toContain('rejected 1 × value-unusable');
    expect(good).toMatchObject({ code: 0 });
    expect(good.stdout).toContain('2 lines of suppressions: 1 new, 0 changed, 1 unchanged');
    const less = await on.run(['import', 'suppressions', '-', '--country', 'JP'], {
      stdin: `kind,value,until\nphone,${TARO_PHONE},2099-01-01\n`,
    });
    expect(less).toMatchObject({ code: 0 });
    expect(less.stdout).toContain('1 × the end is earlier than the one that holds already');
    expect(await audited('suppressions')).toHaveLength(3);
  });
});

describe('suppression', () => {
  it('add takes a value from standard input, and never shortens what holds', async () => {
    const add = ['suppression', 'add', '--kind', 'email', '--value'];
    const added = await on.json([...add, '-', '--until', '2099-01-31', '--reason', 'mail'], {
      stdin: ` ${HANAKO?.email.toUpperCase()}\n`,
    });
    expect(added).toMatchObject({ subject: EMAIL, outcome: 'added', reason: 'mail' });
    const value = HANAKO?.email ?? '';
    const longer = await on.run([...add, value]);
    expect(longer.stdout).toBe(
      `${EMAIL} is now suppressed for ever (mail). 1 customer has it now.\n`,
    );
    const shorter = await on.run([...add, value, '--until', '2099-01-31', '--reason', 'x']);
    expect(shorter.code).toBe(0);
    expect(shorter.stdout).toContain(`${EMAIL} is suppressed for ever (mail) already`);
    const same = await on.json([...add, value]);
    expect(same).toMatchObject({ outcome: 'unchanged', until: null, reason: 'mail' });
    expect(await audited('suppression')).toEqual([`suppress ${EMAIL}`, `suppress ${EMAIL}`]);
  });

  it('add refuses what it cannot read, and an end that has passed', async () => {
    const add = ['suppression', 'add', '--kind'];
    const [phone, customer, past, country, kind] = await Promise.all([
      on.run([...add, 'phone', '--value', TARO_PHONE]),
      on.run([...add, 'customer', '--value', HANAKO?.email ?? '']),
      on.run([...add, 'customer', '--value', 'c-09', '--until', '2020-01-01']),
      on.run([...add, 'phone', '--value', TARO_PHONE, '--country', 'Atlantis']),
      on.run([...add, 'fax', '--value', '1']),
    ]);
    expect([phone, customer, past, country, kind].map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(phone.stderr).toMatch(/^The value is no e-mail address, phone number or domain/u);
    expect(customer.stderr).toMatch(/^The value is an e-mail address/u);
    expect(past.stderr).toMatch(/still to come/u);
    expect(country.stderr).toMatch(/"Atlantis" is no country/u);
  });

  it('check says by what, also by a domain, and how many customers carry the value', async () => {
    await on.json(['suppression', 'add', '--kind', 'domain', '--value', 'elsewhere.example']);
    const check = (kind: string, value: string) =>
      on.json(['suppression', 'check', '--kind', kind, '--value', value, '--country', 'JP']);
    const [phone, byDomain, customer, expired, free] = await Promise.all([
      check('phone', TARO_PHONE),
      check('email', 'Somebody@Elsewhere.example'),
      check('customer', 'household'),
      check('customer', 'c-05'),
      check('email', PEOPLE[7]?.email ?? ''),
    ]);
    expect(phone).toMatchObject({ subject: PHONE, suppressed: true, customers: 2 });
    expect(phone).toMatchObject({ by: [{ subject: PHONE, reason: 'asked', expired: false }] });
    expect(byDomain).toMatchObject({ suppressed: true, customers: 0, by: [{ reason: 'asked' }] });
    expect(customer).toMatchObject({ suppressed: true, customers: 1, by: [{}, {}] });
    expect(expired).toMatchObject({ suppressed: false, since: null, by: [{ expired: true }] });
    expect(free).toMatchObject({ suppressed: false, customers: 1, by: [] });
  });

  it('list shows ids and the first digits of digests, a page at a time, expired ones too', async () => {
    const ids: unknown[] = [];
    let after: string[] = [];
    for (;;) {
      const page = await on.json(['suppression', 'list', '--limit', '2', ...after]);
      expect(page).toMatchObject({ total: 4, expired: 1 });
      const { suppressions, next } = page as {
        suppressions: { kind: string; customerId: string | null; digest: string | null }[];
        next: string | null;
      };
      ids.push(
        ...suppressions.map(({ kind, customerId, digest }) => `${kind} ${customerId ?? digest}`),
      );
      if (next === null) break;
      after = ['--after', next];
    }
    expect(ids).toHaveLength(4);
    expect(new Set(ids)).toEqual(
      new Set([PHONE, EMAIL, 'customer c-05', `domain ${sha256('elsewhere.example').slice(0, 8)}`]),
    );
    const text = await on.run(['suppression', 'list', '--kind', 'customer']);
    expect(text.stdout).toMatch(
      /customer +c-05 +expired 2020-01-0.*old\n1 suppressions, 1 of them/u,
    );
    const gone = await on.run(['suppression', 'list', '--after', 'x']);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('first page') });
  });

  it('remove finds the value in any spelling, and says where there was nothing', async () => {
    const remove = ['suppression', 'remove', '--kind', 'phone', '--value', TARO_PHONE, '--country'];
    expect(await on.json([...remove, 'Japan'])).toEqual({ subject: PHONE, lifted: true });
    const again = await on.run([...remove, 'JP']);
    expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('was not suppressed') });
    expect((await audited('suppression')).filter((row) => row.startsWith('lift'))).toEqual([
      `lift ${PHONE}`,
    ]);
  });

  it('never says, logs or audits an e-mail or a phone', async () => {
    expect(on.said().length).toBeGreaterThan(1000);
    expect(on.leaks()).toEqual([]);
    expect(on.said()).not.toContain(TARO_PHONE);
    const trail = await on.db.pool.query('SELECT audit::text AS text FROM audit');
    const table = await on.db.pool.query('SELECT suppression::text AS text FROM suppression');
    const written = JSON.stringify([...trail.rows, ...table.rows]);
    for (const value of [HANAKO?.email ?? '', TARO_PHONE, (TARO?.phone ?? '').slice(3)]) {
      expect(written).not.toContain(value);
    }
  });
});
