import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RawEmail, RawPhone } from '../../src/customer/index.ts';
import { computeIdentity, suppressionKeys } from '../../src/identity/index.ts';
import type { SuppressionKind } from '../../src/identity/index.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const tagged = (tag: string, text: string) => `${tag.charCodeAt(0).toString(16)}${sha256(text)}`;

function keysOf(kind: SuppressionKind, value: string, country: string | null = null) {
  const keys = suppressionKeys(kind, value, country);
  if (!keys.ok) return keys.reason;
  return [keys.digest, ...keys.more].map((key) => key.toString('hex'));
}

describe('a suppressed value', () => {
  it('is known by Google’s key of an e-mail, and by the plain one where that differs', () => {
    expect(keysOf('email', ' Ta.Ro@Gmail.com')).toEqual([
      tagged('e', 'taro@gmail.com'),
      tagged('e', 'ta.ro@gmail.com'),
    ]);
    expect(keysOf('email', 'ta.ro@example.jp')).toEqual([tagged('e', 'ta.ro@example.jp')]);
  });

  it('is known by both keys of a phone, in any spelling', () => {
    const both = [tagged('p', '+819012345678'), tagged('p', '819012345678')];
    expect(keysOf('phone', '０９０ー1234ー5678', 'JP')).toEqual(both);
    expect(keysOf('phone', '+81 (0)90 1234 5678')).toEqual(both);
    expect(keysOf('phone', '090-1234-5678')).toBe('country-needed');
  });

  it('is known by the plain digest of a domain', () => {
    for (const value of [
      'example.jp',
      '@Example.JP',
      '*.example.jp',
      ' ｅｘａｍｐｌｅ．ｊｐ ',
      'example.jp.',
    ]) {
      expect(keysOf('domain', value)).toEqual([sha256('example.jp')]);
    }
    expect(keysOf('domain', '日本語.jp')).toEqual([sha256('xn--wgv71a119e.jp')]);
    expect(keysOf('domain', 'taro@example.jp')).toBe('bad-domain');
    expect(keysOf('domain', 'jp')).toBe('bad-domain');
    expect(keysOf('domain', '')).toBe('empty');
  });

  it('is taken as it is where it is a digest already', () => {
    const digest = sha256('taro@example.jp');
    expect(keysOf('email', digest.toUpperCase())).toEqual([`65${digest}`]);
    expect(keysOf('phone', digest)).toEqual([`70${digest}`]);
    expect(keysOf('domain', digest)).toEqual([digest]);
  });

  it('says in a sentence why it is none', () => {
    expect(suppressionKeys('email', 'taro', null)).toEqual({
      ok: false,
      reason: 'no-at-sign',
      sentence: 'An address needs an @.',
    });
  });

  it('finds the person who carries it', () => {
    const { keys, emailDomains } = computeIdentity({
      emails: ['taro+x@gmail.com', 'taro@mail.example.jp'] as RawEmail[],
      phones: ['090-1234-5678'] as RawPhone[],
      mobileIds: [],
      xHandles: [],
      xIds: [],
      externalId: null,
      country: 'JP',
      firstName: null,
      lastName: null,
      city: null,
      region: null,
      postalCode: null,
      birthDate: null,
      gender: null,
    });
    const carried = [keys.email_google, keys.phone_e164, emailDomains].flat();
    const hex = carried.map((key) => key.toString('hex'));
    expect(hex).toContain(keysOf('email', 't.aro@gmail.com')[0]);
    expect(hex).toContain(keysOf('phone', '+81-90-1234-5678')[0]);
    expect(hex).toContain(keysOf('domain', 'example.jp')[0]);
  });
});
