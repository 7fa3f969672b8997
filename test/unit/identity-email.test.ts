import { describe, expect, it } from 'vitest';
import { GOOGLE, META, X } from '../../src/identity/rules.ts';
import { answerOf } from '../support/identity-answer.ts';

const SHA = 'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79';

describe('an e-mail address', () => {
  it.each([
    // Carriers gave such addresses out, and mail programs quote them.
    ['taro..yamada.@docomo.ne.jp', 'taro..yamada.@docomo.ne.jp'],
    ['"taro..yamada."@docomo.ne.jp', 'taro..yamada.@docomo.ne.jp'],
    ['.taro@ezweb.ne.jp', '.taro@ezweb.ne.jp'],
    // What surrounds it.
    ['Taro Yamada <Taro@Example.jp>', 'taro@example.jp'],
    ['taro@example.jp <taro@example.jp>', 'taro@example.jp'],
    ['taro@example.jp<mailto:taro@example.jp>', 'taro@example.jp'],
    ['mailto:taro@example.jp?subject=hello', 'taro@example.jp'],
    ['="taro@example.jp"', 'taro@example.jp'],
    ["'taro@example.jp", 'taro@example.jp'],
    ['taro@example.jp（自宅）', 'taro@example.jp'],
    ['taro@example.jp。', 'taro@example.jp'],
    ['メール：taro@example.jp', 'taro@example.jp'],
    // Other widths and letters.
    ['ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ', 'taro@example.jp'],
    ['taro@example。jp', 'taro@example.jp'],
    ['taro @ example . jp', 'taro@example.jp'],
    ['\ufefftaro\u200b@example.jp\u3000', 'taro@example.jp'],
    ['taro@日本語.jp', 'taro@xn--wgv71a119e.jp'],
    ['TARO@BÜCHER.de', 'taro@xn--bcher-kva.de'],
    ['日本@example.jp', '日本@example.jp'],
    ["o'brien@example.ie", "o'brien@example.ie"],
    // Somebody's, or nobody's that does no harm.
    ['test@example.com', 'test@example.com'],
    ['testing@testing.com', 'testing@testing.com'],
    ['no-one@example.com', 'no-one@example.com'],
    ['qq@qq.com', 'qq@qq.com'],
    ['nano@example.com', 'nano@example.com'],
    [SHA.toUpperCase(), `digest ${SHA}`],
    [`"${SHA}"`, `digest ${SHA}`],
  ])('written %s is %s', (raw, text) => {
    expect(answerOf(META.EMAIL, raw)).toBe(text);
    expect(answerOf(X.email, raw)).toBe(text);
  });

  it.each([
    ['', 'empty'],
    ['\u3000\u200b', 'empty'],
    ['taro.example.jp', 'no-at-sign'],
    ['ta ro@example.jp', 'contains-space'],
    ['a@example.jp, b@example.jp', 'several-values'],
    ['a@example.jp b@example.jp', 'several-values'],
    ['a@example.jp <b@example.jp>', 'several-values'],
    ['a@b@example.jp', 'bad-local-part'],
    ['@example.jp', 'bad-local-part'],
    ['...@example.jp', 'bad-local-part'],
    [`${'a'.repeat(65)}@example.jp`, 'bad-local-part'],
    ['taro@localhost', 'bad-domain'],
    ['taro@example..jp', 'bad-domain'],
    ['taro@-example.jp', 'bad-domain'],
    ['taro@192.168.0.1', 'bad-domain'],
    [`taro@${'a'.repeat(64)}.jp`, 'bad-domain'],
    ['test@test.com', 'placeholder'],
    ['aaa@aaa.com', 'placeholder'],
    ['none@none.co.jp', 'placeholder'],
    ['NoEmail@gmail.com', 'placeholder'],
    ['no-reply@shop.example', 'placeholder'],
    ['unknown@example.com', 'placeholder'],
    ['taro@nothing.invalid', 'placeholder'],
    ['N/A', 'placeholder'],
    ['null', 'placeholder'],
    ['なし', 'placeholder'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'other-digest'],
    ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'other-digest'],
    ['a'.repeat(128), 'other-digest'],
    ['E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855', 'digest-of-nothing'],
    [`${'a'.repeat(1001)}@example.jp`, 'overlong'],
  ])('written %j is left out: %s', (raw, reason) => {
    expect(answerOf(META.EMAIL, raw)).toBe(`✗ ${reason}`);
  });

  it('loses dots and tags at Gmail, for Google alone', () => {
    const raw = 'Ta.Ro+News@GoogleMail.com';
    expect(answerOf(GOOGLE.email, raw)).toBe('taro@googlemail.com');
    expect(answerOf(META.EMAIL, raw)).toBe('ta.ro+news@googlemail.com');
    expect(answerOf(GOOGLE.email, 'ta.ro+news@hotmail.com')).toBe('ta.ro+news@hotmail.com');
    expect(answerOf(GOOGLE.email, 'ta.ro+news@mygmail.com')).toBe('ta.ro+news@mygmail.com');
    expect(answerOf(GOOGLE.email, '+tag@gmail.com')).toBe('✗ bad-local-part');
  });
});
