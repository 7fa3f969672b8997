/** Rule 4: a key that somebody leaves with stays while others carry it. */
import { readFileSync } from 'node:fs';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { loadSql, runSql, statement } from '../infra/sql.ts';
import { inWholeTables } from './scope.ts';
import type { Scope } from './scope.ts';

const KEEP_SHARED = readFileSync(new URL('keep-shared.sql', import.meta.url), 'utf8');
const LEAVING_KEYS = loadSql(import.meta.url, 'leaving-keys.sql');
const CARRIERS = loadSql(import.meta.url, 'carriers.sql');

const OTHERS = '/* others */';
const LeavingKeys = z.object({ keys: z.string() });

/** Takes shared keys out of those that the plan's people leave with. */
export async function keepShared(
  client: PoolClient,
  audienceId: string,
  scope: Scope,
): Promise<void> {
  const audience_id = audienceId;
  if (scope.of === 'everybody') {
    await runSql(client, statement(KEEP_SHARED), { audience_id });
    return;
  }
  const { keys: leaving } = LeavingKeys.parse((await runSql(client, LEAVING_KEYS)).rows[0]);
  await inWholeTables(client, () => runSql(client, CARRIERS, { audience_id, leaving }));
  const withOthers = KEEP_SHARED.replace(
    OTHERS,
    'UNION ALL SELECT customer_id, key FROM plan_carrier',
  );
  await runSql(client, statement(withOthers), { audience_id });
}
