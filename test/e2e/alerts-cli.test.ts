import { beforeAll, describe, expect, it } from 'vitest';
import { createBudgets } from '../../src/delivery/index.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { createLog } from '../../src/infra/log.ts';
import { raiseAlerts } from '../../src/services/raise-alerts.ts';
import { DAY, PEOPLE, commandLine, ndjson } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';
import { WEBHOOK_SECRET, webhookServer } from '../support/webhook-server.ts';
import type { WebhookServer } from '../support/webhook-server.ts';

let on: CommandLine;
let webhook: WebhookServer;

beforeAll(async () => {
  on = await commandLine();
  webhook = await webhookServer();
  const wrong = `${on.shop}  - { name: wrong, segment: everyone, destination: meta-wrong, audience: List B, identifiers: [email], allowSmall: true }\n`;
  await on.json(['apply', '-'], { stdin: wrong });
  await on.json(['import', 'customers', '-', '--format', 'ndjson'], { stdin: ndjson(PEOPLE) });
});

const told = () => ({
  env: { REKINDLE_ALERT_WEBHOOK: webhook.url, REKINDLE_TIMEZONE: 'Asia/Tokyo' },
});

/** As a worker does. */
const raise = () =>
  raiseAlerts(
    {
      db: on.db,
      actor: { kind: 'cli', name: 'tester' },
      timezone: 'Asia/Tokyo',
      random: () => 0,
      log: createLog('silent'),
      surroundings: {
        clock: systemClock,
        secret: () => '',
        endpoints: {},
        signal: new AbortController().signal,
        budgets: createBudgets({ clock: systemClock }),
      },
    },
    { settings: { language: 'en', webhookUrl: webhook.url } },
  );

describe('alerts at the command line', () => {
  it('say that nothing needs you, and how to be told', async () => {
    const { code, stdout } = await on.run(['alerts']);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing needs you.');
    expect(stdout).toContain('Nobody is told: set REKINDLE_ALERT_WEBHOOK');
  });

  it('are those of real runs, with what to do', async () => {
    const run = await on.run(['run', 'wrong', '--as-of', DAY]);
    expect(run.code).toBe(1);
    webhook.next.push({ status: 503 });
    await raise();
    const { stdout } = await on.run(['alerts'], told());
    expect(stdout).toMatch(/^1 open alert:\n✗ Run \d+ of the sync wrong failed at .* UTC\+09:00/u);
    expect(stdout).toMatch(/What to do: .* Then: rekindle run wrong/u);
    expect(stdout).toMatch(/See it with: rekindle runs show \d+/u);
    expect(stdout).toMatch(
      /✗ webhook: The webhook answered 503\. 1 failure in a row, 1 to be told/u,
    );
    const japanese = { env: { ...told().env, REKINDLE_LANGUAGE: 'ja' } };
    const { stdout: inJapanese } = await on.run(['alerts'], japanese);
    expect(inJapanese).toMatch(/^未解決のアラート：1件\n✗ /u);
    expect(inJapanese).toMatch(/ 対応方法：.*\n {2}発生：/u);
    expect(inJapanese).toContain('✗ webhook：');
    expect(await on.json(['alerts'], told())).toMatchObject({
      open: [{ kind: 'run-failed', objectName: 'wrong', recovery: null }],
      closed: [],
      channels: [{ channel: 'webhook', failures: 1, waiting: 1, configured: true }],
    });
  });

  it('test sends by every channel, and a channel that works again is used at once', async () => {
    const { code, stdout } = await on.run(['alerts', 'test'], told());
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '✓ webhook: the test message went out.\n',
    });
    expect(webhook.taken).toMatchObject([{ text: expect.stringContaining('This is a test') }]);
    await raise();
    expect(webhook.taken).toHaveLength(2);
    const { stdout: after } = await on.run(['alerts'], told());
    expect(after).toMatch(/✓ webhook: last told something at /u);
  });

  it('test fails where a channel does, or none is set', async () => {
    webhook.next.push({ status: 403, body: 'action_prohibited' });
    const refused = await on.run(['alerts', 'test'], told());
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('✗ webhook: The webhook answered 403 (action_prohibited)');
    const none = await on.run(['alerts', 'test']);
    expect(none.code).toBe(1);
    expect(none.stdout).toContain('Nobody is told');
  });

  it('never show the address of the webhook, nor who is on a list', async () => {
    const debug = { env: { ...told().env, REKINDLE_LOG_LEVEL: 'debug' } };
    await on.run(['alerts', '--json'], debug);
    await on.run(['alerts', 'test', '--json'], debug);
    const gone = { env: { REKINDLE_ALERT_WEBHOOK: webhook.url.replace(/:\d+\//u, ':65534/') } };
    await on.run(['alerts', 'test'], gone);
    const wrong = { env: { REKINDLE_ALERT_WEBHOOK: `ftp://x/${WEBHOOK_SECRET}` } };
    expect((await on.run(['alerts'], wrong)).stderr).toContain('REKINDLE_ALERT_WEBHOOK');
    expect(on.said()).not.toContain('hook-secret');
    expect(on.leaks()).toEqual([]);
  });
});
