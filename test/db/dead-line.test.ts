/** What the server is told when we connect, so that a host that is cut off holds no transaction for hours. */
import { expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';

it('the server ends a session whose line is dead within half a minute', async () => {
  const db = await testDatabase();
  for (const pool of [db.pool, db.leases, db.queue]) {
    const { rows } = await pool.query<{ name: string; setting: string }>(`
      SELECT name, setting FROM pg_settings
      WHERE name LIKE 'tcp_%' OR name = 'client_connection_check_interval'`);
    const settings = new Map(rows.map(({ name, setting }) => [name, Number(setting)]));
    const silent = ['idle', 'interval', 'count'].map(
      (what) => settings.get(`tcp_keepalives_${what}`) ?? Number.NaN,
    );
    const [idle = Number.NaN, interval = Number.NaN, count = Number.NaN] = silent;
    expect(idle + interval * count).toBeLessThan(30);
    expect(settings.get('tcp_user_timeout')).toBe(25_000);
    expect(settings.get('client_connection_check_interval')).toBe(10_000);
  }
  await db.close();
});
