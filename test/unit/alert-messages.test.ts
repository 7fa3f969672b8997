import { describe, expect, it } from 'vitest';
import { letterOf } from '../../src/alert/letter.ts';
import { linkOf, messageOf, testMessage } from '../../src/alert/message.ts';
import type { Notification, Voice } from '../../src/alert/message.ts';
import { slackPayload } from '../../src/alert/slack.ts';
import type { SlackBlock } from '../../src/alert/slack.ts';

const AT = new Date('2026-11-21T18:10:00Z');
const VOICE: Voice = { language: 'en', timezone: 'Asia/Tokyo', consoleUrl: null };

function notification(part: Partial<Notification> = {}): Notification {
  return {
    event: 'opened',
    kind: 'run-failed',
    severity: 'urgent',
    objectKind: 'sync',
    objectName: 'lapsed-meta',
    runId: '12',
    openedAt: AT,
    closedAt: null,
    sentence: 'It failed.',
    nextStep: 'Mend it.',
    recovery: null,
    untold: false,
    replaced: false,
    ...part,
  };
}

const textOf = (block: SlackBlock): string =>
  block.type === 'context' ? block.elements.map(({ text }) => text).join('\n') : block.text.text;

describe('one message of several alerts', () => {
  const closed = notification({ event: 'closed', closedAt: AT, recovery: 'It works.' });
  const warning = notification({ severity: 'warning', kind: 'drift', objectName: 'other' });

  it('counts what is open and what is over, urgent ones first', () => {
    const message = messageOf([closed, warning, notification()], VOICE);
    expect(message.title).toBe('2 alerts, 1 resolved');
    expect(message.entries.map(({ heading }) => heading)).toEqual([
      'Run failed: lapsed-meta',
      'List differs from the ledger: other',
      'Resolved: Run failed: lapsed-meta',
    ]);
    expect(messageOf([closed, closed], VOICE).title).toBe('2 resolved');
    expect(messageOf([notification(), warning], { ...VOICE, language: 'ja' }).title).toBe(
      'アラート2件',
    );
  });

  it('is titled by its alert where there is but one', () => {
    expect(messageOf([notification({ event: 'reminder' })], VOICE).title).toBe(
      'Still open: Run failed: lapsed-meta',
    );
  });

  it('stays within what Slack takes, however much there is to say', () => {
    const long = notification({ sentence: '<&>'.repeat(2000), objectName: 'x'.repeat(200) });
    const many = Array.from({ length: 60 }, () => long);
    const { text, blocks } = slackPayload(messageOf(many, VOICE));
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) {
      expect(textOf(block).length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3000);
    }
    expect(text.length).toBeLessThanOrEqual(40_000);
    expect(text).toContain('And 40 more; rekindle alerts lists them all.');
  });

  it('is a letter with a paragraph each', () => {
    const { subject, text } = letterOf(messageOf([notification(), closed], VOICE));
    expect(subject).toBe('[Rekindle] 1 alert, 1 resolved');
    expect(text).toContain(
      '■ Run failed: lapsed-meta\nIt failed.\nWhat to do: Mend it.\nSee it with: rekindle runs show 12\n\n■ Resolved: Run failed: lapsed-meta\nIt works.\nOpen from 2026-11-22 03:10 UTC+09:00 to 2026-11-22 03:10 UTC+09:00\n',
    );
    expect(text).toMatch(/\n\n-- \n.*\n$/u);
  });
});

describe('Slack', () => {
  it('gets its three signs escaped, so that nobody writes links or mentions into a channel', () => {
    const sentence = 'a & b <!channel> <https://evil.example|ours>';
    const { text, blocks } = slackPayload(messageOf([notification({ sentence })], VOICE));
    for (const said of [text, blocks.map((block) => textOf(block)).join('\n')]) {
      expect(said).toContain('a &amp; b &lt;!channel&gt; &lt;https://evil.example|ours&gt;');
      expect(said).not.toContain('<!channel>');
    }
  });
});

it('says all of it in the plain text as well, for receivers that know no blocks', () => {
  expect(slackPayload(messageOf([notification()], VOICE)).text).toBe(
    'Rekindle: Run failed: lapsed-meta\nIt failed.\nWhat to do: Mend it.\nSee it with: rekindle runs show 12',
  );
});

describe('the link of an alert', () => {
  const withConsole = { language: 'en', consoleUrl: 'https://console.example' } as const;

  it.each([
    [{}, '/runs/12', 'rekindle runs show 12'],
    [{ runId: null }, '/syncs/lapsed-meta', 'rekindle runs --sync lapsed-meta'],
    [{ runId: null, objectName: '休眠' }, '/syncs/%E4%BC%91%E7%9C%A0', 'rekindle runs --sync 休眠'],
    [
      { objectKind: 'destination', objectName: 'meta-main', runId: null },
      '/destinations/meta-main',
      'rekindle destination test meta-main',
    ],
    [{ objectKind: 'erasures', runId: null }, '/erasures', 'rekindle erasures --pending'],
  ] as const)('of %j is %s, or %s', (part, path, command) => {
    expect(linkOf(notification(part), withConsole)).toMatchObject({
      url: `https://console.example${path}`,
    });
    expect(linkOf(notification(part), VOICE)).toEqual({
      kind: 'command',
      text: `See it with: ${command}`,
    });
  });
});

it('a test message says that it is one', () => {
  const { subject, text } = letterOf(testMessage({ ...VOICE, language: 'ja' }, AT));
  expect(subject).toBe('[Rekindle] テスト通知');
  expect(text).toContain('これはテスト通知です（送信：2026-11-22 03:10 UTC+09:00）。');
  expect(text).toContain('対応は不要です。');
});
