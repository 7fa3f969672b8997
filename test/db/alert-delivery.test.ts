import { describe, expect, it } from 'vitest';
import { HOUR, NOW, TOKEN_PROBLEM, alertStage } from '../support/alert-stage.ts';
import type { AlertStage } from '../support/alert-stage.ts';
import { readMail } from '../support/smtp-server.ts';
import { WEBHOOK_SECRET } from '../support/webhook-server.ts';

const MINUTE = 60_000;

async function fail(on: AlertStage, sync = 'lapsed-meta', hoursAgo = 2): Promise<void> {
  await on.addRun(sync, { state: 'failed', hoursAgo, problem: TOKEN_PROBLEM });
}

const recover = (on: AlertStage, sync = 'lapsed-meta') =>
  on.addRun(sync, { state: 'succeeded', hoursAgo: 0 });

/** Calls as a worker does, once a minute. */
async function raiseFor(on: AlertStage, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await on.raise();
    on.advance(MINUTE);
  }
}

async function channel(on: AlertStage) {
  return (await on.list()).channels[0];
}

describe('people are told', () => {
  it('once when it begins and once when it is over, by each channel', async () => {
    const on = await alertStage(['webhook', 'email']);
    await fail(on);
    await raiseFor(on, 30);
    expect(on.texts()).toHaveLength(1);
    expect(on.subjects()).toEqual(['[Rekindle] Run failed: lapsed-meta']);
    await recover(on);
    await raiseFor(on, 30);
    expect(on.texts()).toHaveLength(2);
    expect(on.texts()[1]).toContain('Resolved: Run failed: lapsed-meta');
    expect(on.subjects()[1]).toBe('[Rekindle] Resolved: Run failed: lapsed-meta');
    await fail(on, 'lapsed-meta', -1);
    await raiseFor(on, 3);
    expect(on.texts()).toHaveLength(3);
  });

  it('what is the matter, what to do and where to look', async () => {
    const on = await alertStage(['webhook', 'email']);
    await fail(on);
    await on.raise({ settings: { consoleUrl: 'https://console.example' } });
    const [payload] = on.webhook.taken;
    const { id } = await on.db.prisma.run.findFirstOrThrow({ select: { id: true } });
    expect(payload?.blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: 'Rekindle: Run failed: lapsed-meta' } },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: [
            `:red_circle: Run ${id} of the sync lapsed-meta failed at 2026-11-22 07:01 UTC+09:00 and needs you: “Error validating access token: Session has expired.” (190/463)`,
            'What to do: Make a new token and set it. Then: rekindle run lapsed-meta',
            `<https://console.example/runs/${id}|Open in Rekindle>`,
          ].join('\n'),
        },
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: expect.any(String) }] },
    ]);
    const [mail] = on.smtp.mails;
    expect(mail === undefined ? '' : readMail(mail).body).toContain(
      `Open in Rekindle: https://console.example/runs/${id}`,
    );
  });

  it('in Japanese where that is set', async () => {
    const on = await alertStage(['webhook', 'email']);
    await fail(on);
    await on.raise({ settings: { language: 'ja' } });
    expect(on.subjects()).toEqual(['[Rekindle] 実行が失敗しました：lapsed-meta']);
    const [mail] = on.smtp.mails;
    const body = mail === undefined ? '' : readMail(mail).body;
    expect(body).toContain('が失敗しました（2026-11-22 07:01 UTC+09:00）。対応が必要です。');
    expect(body).toContain('新しいものを発行して差し替えてください。');
    expect(on.texts()[0]).toContain('実行が失敗しました：lapsed-meta');
  });

  it('again after a day at most, while it stays open', async () => {
    const on = await alertStage();
    await fail(on);
    await on.raise();
    on.advance(23.9 * HOUR);
    await on.raise();
    expect(on.texts()).toHaveLength(1);
    on.advance(0.2 * HOUR);
    await raiseFor(on, 10);
    expect(on.texts()).toHaveLength(2);
    expect(on.texts()[1]).toContain('Still open: Run failed: lapsed-meta');
    await on.setting({ reminderHours: 0 });
    on.advance(100 * HOUR);
    await on.raise();
    expect(on.texts()).toHaveLength(2);
  });

  it('not again where only the words change, which the list shows', async () => {
    const on = await alertStage();
    await fail(on);
    await on.raise();
    await fail(on, 'lapsed-meta', 1);
    on.advance(MINUTE);
    await on.raise();
    expect(on.texts()).toHaveLength(1);
    expect((await on.list()).open).toMatchObject([
      { openedAt: NOW, sentence: expect.stringContaining('08:01') },
    ]);
  });

  it('of what was open before a channel was set', async () => {
    const on = await alertStage(['webhook', 'email']);
    await fail(on);
    await on.raise({ settings: { webhookUrl: undefined } });
    expect([on.texts().length, on.subjects().length]).toEqual([0, 1]);
    await on.raise();
    expect([on.texts().length, on.subjects().length]).toEqual([1, 1]);
  });
});

describe('many at once', () => {
  const NAMES = Array.from({ length: 100 }, (_, n) => `sync-${n}`);

  it('are one message on each channel, and their end is one', async () => {
    const on = await alertStage(['webhook', 'email']);
    for (const name of NAMES) {
      await on.addSync(name);
      await fail(on, name);
    }
    await on.raise();
    expect(on.subjects()).toEqual(['[Rekindle] 100 alerts']);
    expect(on.texts()).toHaveLength(1);
    expect(on.texts()[0]).toContain('And 80 more; rekindle alerts lists them all.');
    const [mail] = on.smtp.mails;
    const body = mail === undefined ? '' : readMail(mail).body;
    for (const name of NAMES) expect(body).toContain(`Run failed: ${name}\r\n`);
    for (const name of NAMES) await recover(on, name);
    await on.raise();
    expect(on.subjects()[1]).toBe('[Rekindle] 100 resolved');
    expect((await channel(on))?.waiting).toBe(0);
  });

  it('are each its own message while they are few', async () => {
    const on = await alertStage();
    await fail(on);
    for (const name of ['b', 'c']) {
      await on.addSync(name);
      await fail(on, name);
    }
    await on.raise();
    expect(on.texts()).toHaveLength(3);
  });
});

describe('a channel that is down', () => {
  it('is tried again, less and less often, and then tells everything once', async () => {
    const on = await alertStage();
    on.webhook.next.push(...Array.from({ length: 6 }, () => ({ status: 500 })));
    await fail(on);
    await raiseFor(on, 10);
    expect(on.webhook.requests).toBe(5);
    expect(await channel(on)).toMatchObject({
      failures: 5,
      problem: 'The webhook answered 500.',
      waiting: 1,
      retryAt: expect.any(Date),
    });
    await raiseFor(on, 60);
    expect(on.texts()).toHaveLength(1);
    expect(await channel(on)).toMatchObject({
      failures: 0,
      problem: null,
      retryAt: null,
      waiting: 0,
    });
    const [delivery] = await on.db.prisma.alertDelivery.findMany({ select: { attempts: true } });
    expect(delivery?.attempts).toBe(7);
  });

  it('is left alone for as long as it asks, by every message', async () => {
    const on = await alertStage();
    on.webhook.next.push({ status: 429, body: 'rate_limited', headers: { 'retry-after': '600' } });
    await fail(on);
    await on.addSync('another');
    await fail(on, 'another');
    await raiseFor(on, 10);
    expect(on.webhook.requests).toBe(1);
    await raiseFor(on, 1);
    expect(on.texts()).toHaveLength(2);
  });

  it('keeps no other channel from telling', async () => {
    const on = await alertStage(['webhook', 'email']);
    on.webhook.next.push('silence');
    await fail(on);
    await on.raise({ settings: { deadlineMs: 200 } });
    expect(on.subjects()).toHaveLength(1);
    expect(await on.list()).toMatchObject({
      channels: [
        { channel: 'email', waiting: 0 },
        { channel: 'webhook', waiting: 1, problem: 'The webhook did not answer within 0.2 s.' },
      ],
    });
  });

  it('tells of what began and ended meanwhile in one message', async () => {
    const on = await alertStage();
    on.webhook.next.push({ status: 503 });
    await fail(on);
    await on.raise();
    await recover(on);
    on.advance(HOUR);
    await raiseFor(on, 3);
    expect(on.texts()).toHaveLength(1);
    const said = JSON.stringify(on.webhook.taken[0]?.blocks);
    expect(said).toContain('Resolved: Run failed');
    expect(said).toContain('Session has expired');
    expect(said).toContain('works again');
  });

  it('gets the text alone where it knows no blocks', async () => {
    const on = await alertStage();
    on.webhook.next.push({ status: 400, body: 'invalid_blocks' });
    await fail(on);
    await on.raise();
    expect(on.webhook.taken).toEqual([{ text: expect.stringContaining('Session has expired') }]);
  });
});

describe('several workers, and ones that die', () => {
  it('open an alert once and tell it once, however many look at the same moment', async () => {
    const on = await alertStage(['webhook', 'email']);
    await fail(on);
    const raised = await Promise.all(Array.from({ length: 6 }, () => on.raise()));
    expect(raised.reduce((sum, { opened }) => sum + opened, 0)).toBe(1);
    expect([on.texts().length, on.subjects().length]).toEqual([1, 1]);
    expect((await on.list()).open).toHaveLength(1);
    await recover(on);
    await Promise.all(Array.from({ length: 6 }, () => on.raise()));
    expect([on.texts().length, on.subjects().length]).toEqual([2, 2]);
  });

  it('look one after the other, each at what there is when it is its turn', async () => {
    const on = await alertStage();
    await fail(on);
    const other = await on.db.pool.connect();
    await other.query('BEGIN');
    await other.query('LOCK TABLE alert IN SHARE ROW EXCLUSIVE MODE');
    const raised = on.raise();
    const waiting = `SELECT count(*)::int AS n FROM pg_locks
      WHERE relation = 'alert'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND NOT granted`;
    await expect
      .poll(async () => (await on.db.pool.query<{ n: number }>(waiting)).rows[0]?.n, {
        timeout: 10_000,
      })
      .toBe(1);
    await recover(on);
    await other.query('COMMIT');
    other.release();
    expect(await raised).toMatchObject({ opened: 0, open: 0 });
    expect(on.texts()).toEqual([]);
  });

  it('lose nothing: a turn that was never given back is taken when its time is up', async () => {
    const on = await alertStage();
    await fail(on);
    await on.raise({ settings: { webhookUrl: undefined } });
    await on.db.pool.query(
      `INSERT INTO alert_channel (channel, claimed_until) VALUES ('webhook', $1)`,
      [new Date(NOW.getTime() + 5 * MINUTE)],
    );
    await raiseFor(on, 5);
    expect(on.texts()).toHaveLength(0);
    await raiseFor(on, 2);
    expect(on.texts()).toHaveLength(1);
  });

  it('say it again rather than never, where nobody wrote down that it was said', async () => {
    const on = await alertStage();
    await fail(on);
    await on.raise();
    await on.db.prisma.alertDelivery.updateMany({ data: { deliveredAt: null } });
    await on.raise();
    expect(on.texts()).toHaveLength(2);
  });
});

it('no secret and nobody is in what is told, listed or kept', async () => {
  const on = await alertStage(['webhook', 'email']);
  const problem = {
    ...TOKEN_PROBLEM,
    message: `Error for taro@example.jp, +819012345678, ${'ab'.repeat(32)}: EAABsbCS1iHgBO7ZAx9`,
    nextStep: 'Write to hanako@example.jp.',
  };
  await on.addRun('lapsed-meta', { state: 'failed', hoursAgo: 1, problem });
  on.webhook.next.push({ status: 404, body: 'no_service' });
  await on.raise();
  const { rows } = await on.db.pool.query(
    'SELECT a.*, d.*, c.* FROM alert a JOIN alert_delivery d ON d.alert_id = a.id JOIN alert_channel c USING (channel)',
  );
  const mails = on.smtp.mails.map((mail) => readMail(mail).body);
  const all = JSON.stringify([rows, mails, on.texts(), await on.list()], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  expect(all).toContain('Error for');
  expect(all).toContain('no_service');
  for (const secret of [
    'taro@',
    'hanako@',
    '9012345678',
    'abab',
    'EAAB',
    WEBHOOK_SECRET,
    'ads@shop',
  ]) {
    expect(all).not.toContain(secret);
  }
});
