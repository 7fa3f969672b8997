import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { everyoneTo, stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';

/** As a database holds them, and as they look after normalising. */
const SECRETS_OF_PEOPLE = [
  'Taro.Yamada@Example.jp',
  'taro.yamada@example.jp',
  '090-1234-5678',
  '09012345678',
  '819012345678',
  'hanako@example.co.jp',
  'ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ',
  '+81 80 8765 4321',
  '818087654321',
  'broken@@example.jp',
];

const CUSTOMERS = `customer_id,email,phone,country
c-1,Taro.Yamada@Example.jp,090-1234-5678,JP
c-2,ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ,+81 80 8765 4321,JP
c-3,broken@@example.jp,12,JP
c-4,hanako@example.co.jp,too,many,columns
`;

describe('what leaves customer/ and identity/', () => {
  let on: Stage;
  let output = '';

  beforeAll(async () => {
    on = await stage(new Date());
    for (const platform of ['meta', 'google', 'x']) await on.apply(everyoneTo(platform));
    const folder = mkdtempSync(join(tmpdir(), 'rekindle-privacy-'));
    const file = join(folder, 'customers.csv');
    writeFileSync(file, CUSTOMERS);
    const cli = async (...words: string[]): Promise<void> => {
      const { stdout, stderr } = await runCli(words, {
        cwd: folder,
        env: {
          DATABASE_URL: on.url,
          REKINDLE_LOG_LEVEL: 'debug',
          ...on.context.surroundings.endpoints,
          ...on.secrets,
        },
      });
      output += stdout + stderr;
    };
    await cli('import', 'customers', file);
    for (const platform of ['meta', 'google', 'x']) {
      await cli('run', `everyone-${platform}`);
      on.server.inject({ kind: 'answer', platform, status: 500, body: 'oops', times: 3 });
      await cli('match', `everyone-${platform}`);
      on.server.calm();
    }
    await cli('runs', 'show', '1', '--json');
    await cli('segment', 'members', 'everyone');
  }, 120_000);

  it('the commands did what is looked at here', () => {
    expect(output).toContain('4 lines of customers: 3 new');
    expect(output.match(/Run \d+ of everyone-\w+ succeeded/gu)).toHaveLength(3);
    expect(output).toContain('c-1');
  });

  it.each(SECRETS_OF_PEOPLE)('no output and no log holds a raw value (%#)', (secret) => {
    expect(output.includes(secret)).toBe(false);
  });

  it.each(SECRETS_OF_PEOPLE)('no table but customer holds a raw value (%#)', async (secret) => {
    const tables = await on.db.pool.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'customer'`,
    );
    expect(tables.rows.length).toBeGreaterThan(10);
    const holding: string[] = [];
    for (const { name } of tables.rows) {
      const found = await on.db.pool.query(
        `SELECT 1 FROM "${name}" AS t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`,
        [secret],
      );
      if (found.rowCount !== 0) holding.push(name);
    }
    expect(holding).toEqual([]);
  });

  it('the tokens are in no table and no output either', async () => {
    for (const secret of Object.values(on.secrets)) {
      expect(output.includes(secret)).toBe(false);
      const found = await on.db.pool.query(
        `SELECT 1 FROM destination AS t WHERE t::text LIKE '%' || $1 || '%'`,
        [secret],
      );
      expect(found.rowCount).toBe(0);
    }
  });
});
