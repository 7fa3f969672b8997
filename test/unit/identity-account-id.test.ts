import { describe, expect, it } from 'vitest';
import { GOOGLE, META, X } from '../../src/identity/rules.ts';
import { answerOf } from '../support/identity-answer.ts';

const ID = '4b61639e-47cc-4056-a16a-c8217e029462';
const SHA = '225859d35b46df63b4fb381eb3f815b2ef4620bec0a79f2115a6a3eb71a5fa1a';

describe('an id of a device', () => {
  it.each([
    [ID.toUpperCase(), ID, ID],
    [`{${ID}}`, ID, ID],
    ['00000000-0000-0000-0000-000000000000', '✗ zero-id', '✗ zero-id'],
    // Android's older ids, which X takes.
    ['9774d56d682e549c', '✗ not-a-device-id', '9774d56d682e549c'],
    [ID.replaceAll('-', ''), '✗ not-a-device-id', '✗ other-digest'],
    [SHA, '✗ digest-not-plain', `digest ${SHA}`],
    ['', '✗ empty', '✗ empty'],
  ])('written %s is sent plain as %s and hashed for X from %s', (raw, plain, hashed) => {
    expect(answerOf(META.MADID, raw)).toBe(plain);
    expect(answerOf(GOOGLE.mobileId, raw)).toBe(plain);
    expect(answerOf(X.device_id, raw)).toBe(hashed);
  });
});

describe('an X account', () => {
  it.each([
    ['@AdsAPI', 'adsapi'],
    ['https://x.com/AdsAPI?lang=ja', 'adsapi'],
    ['www.twitter.com/a_b/', 'a_b'],
    ['too_long_for_a_handle', '✗ not-a-handle'],
    ['山田', '✗ not-a-handle'],
  ])('called %s is %s', (raw, text) => {
    expect(answerOf(X.handle, raw)).toBe(text);
  });

  it.each([
    [' 143567 ', '143567'],
    ['1.4357E+17', '✗ rounded-by-spreadsheet'],
    ['0', '✗ not-an-id'],
    ['14 35', '✗ not-an-id'],
  ])('with the id %s is %s', (raw, text) => {
    expect(answerOf(X.twitter_id, raw)).toBe(text);
  });
});

describe('a customer’s own id', () => {
  it('goes out as it is, and never where it is an e-mail address', () => {
    for (const rule of [META.EXTERN_ID, GOOGLE.userId, X.partner_user_id]) {
      expect(answerOf(rule, ' C-001 ')).toBe('C-001');
      expect(answerOf(rule, 'taro@example.jp')).toBe('✗ address-as-id');
      expect(answerOf(rule, 'taro＠example.jp')).toBe('✗ address-as-id');
    }
  });
});
