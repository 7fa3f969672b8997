import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { momentIn } from '../../src/infra/moment.ts';
import { quoted } from '../../src/alert/quote.ts';
import { sha256 } from '../support/people.ts';

describe('what others said, quoted', () => {
  it.each([
    'taro.yamada+ads@mail.example.jp',
    '山田@example.jp',
    '+819012345678',
    '+81 90-1234-5678',
    '090-1234-5678',
    '09012345678',
    sha256('taro@example.jp'),
    sha256('taro@example.jp').toUpperCase(),
    'EAABsbCS1iHgBO7ZAx9',
    'ya29.a0AfB_byC3xJ0123456789abcdefghijklmnop',
    '(415) 555-2671',
    '415-555-2671',
    '4155552671',
    '819012345678',
    '81-90-1234-5678',
    '０９０－１２３４－５６７８',
    '０９０１２３４５６７８',
    'taro＠example.jp',
    createHash('sha256').update('taro@example.jp').digest('base64'),
    'https://hooks.slack.com/services/T000/B000/secretsecret',
    'https://discord.com/api/webhooks/123/abc',
    'AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid',
  ])('leaves out %s', (secret) => {
    for (const text of [secret, `It says "${secret}" of it.`, `(${secret})`, `value=${secret},`]) {
      const said = quoted(text);
      expect(said).not.toContain(secret);
      expect(said).not.toContain(secret.slice(4, -4));
      expect(said).toContain('…');
    }
  });

  it.each([
    'Error validating access token: the session ended on 2026-11-20.',
    'Custom audience 23851234567890123 of act_1234567890 (code 2650/1870145).',
    'RESOURCE_EXHAUSTED: 12,500 of 190,000 requests.',
    'リストの利用規約に同意してください。',
    '２０２６年１１月２２日のサーバーの状態（コード ＡＢＣ）',
    'It ended at 2026-11-22 03:10 UTC+09:00, after 2026-11-21T18:10:00.000Z.',
    'See https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences',
    'See https://business.facebook.com/ads/manage/customaudiences/tos/',
  ])('keeps %s', (text) => {
    expect(quoted(text)).toBe(text);
  });

  it('is one line, and not a long one', () => {
    expect(quoted('a\n\tb   c')).toBe('a b c');
    const long = quoted('長い'.repeat(400));
    expect(Array.from(long)).toHaveLength(400);
    expect(long.endsWith('…')).toBe(true);
  });

  it('leaves out what an address asks with', () => {
    expect(quoted('GET https://graph.example/v26.0/me?access_token=abc failed')).toBe(
      'GET https://graph.example/v26.0/me… failed',
    );
  });
});

describe('a moment', () => {
  it.each([
    ['Asia/Tokyo', '2026-11-21T18:10:00Z', '2026-11-22 03:10 UTC+09:00'],
    ['UTC', '2026-11-21T18:10:00Z', '2026-11-21 18:10 UTC'],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01 01:30 UTC-04:00'],
    ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01 01:30 UTC-05:00'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', '2026-01-01 05:45 UTC+05:45'],
    ['Asia/Tokyo', '2026-11-21T15:00:00Z', '2026-11-22 00:00 UTC+09:00'],
  ])('in %s says its zone, so that no hour is meant twice: %s', (timezone, at, said) => {
    expect(momentIn(timezone)(new Date(at))).toBe(said);
  });
});
