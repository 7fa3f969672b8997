import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/services/configuration/problems.ts';
import { ConfigurationFile } from '../../src/services/configuration/schema.ts';
import { GOOD, problems, refusal } from '../support/configuration-file.ts';

const SEGMENTS = GOOD.slice(GOOD.indexOf('segments:'), GOOD.indexOf('syncs:'));

it('is fine as written in the README of the product', () => {
  expect(refusal(GOOD)).toBeUndefined();
});

describe('one thing wrong in a file is one problem, with its line and path', () => {
  it.each([
    ['an unknown key on top', 'syncs:', 'synks: []\nsyncs:', '14 synks: is not a key'],
    [
      'an unknown key of a sync',
      'holdout: 10%',
      'holdouts: 10%',
      '22 syncs[0].holdouts: is not a key',
    ],
    [
      'an unknown key of a destination',
      'account: act_',
      'acount: x\n    account: act_',
      '4 destinations[0].acount: is not a key',
    ],
    [
      'an unknown parameter',
      'gapMultiple: 3',
      'gapMultiple: 3, gap: 1',
      '13 segments[0].params.gap: is not a key',
    ],
    [
      'an unknown credential',
      'accessToken: $META_ACCESS_TOKEN',
      'accessToken: $A, appId: $B',
      '5 destinations[0].credentials.appId: is not a key',
    ],
    [
      'a missing credential',
      'clientId: $ID, ',
      '',
      '9 destinations[1].credentials: must have clientId, or serviceAccountKey',
    ],
    [
      'a missing field',
      '    audience: Autumn list A\n    identifiers: [email, phone]',
      '    identifiers: [email, phone]',
      '15 syncs[0].audience: ',
    ],
    [
      'an unknown segment',
      'segment: lapsed\n    destination: meta',
      'segment: laps\n    destination: meta',
      '16 syncs[0].segment: "laps" is not a segment; there are lapsed',
    ],
    [
      'an unknown destination',
      'destination: meta-main',
      'destination: meta',
      '17 syncs[0].destination: "meta" is not a destination; there are meta-main, google-main',
    ],
    ['an unknown template', 'template: lapsed', 'template: lost', '12 segments[0].template: '],
    [
      'a parameter out of bounds',
      'gapMultiple: 3',
      'gapMultiple: -3',
      '13 segments[0].params.gapMultiple: ',
    ],
    [
      'a cron line of four parts',
      '"0 3 * * *"',
      '"0 3 * *"',
      '20 syncs[0].schedule: must be a cron line',
    ],
    [
      'an hour that no day has',
      '"0 3 * * *"',
      '"0 25 * * *"',
      '20 syncs[0].schedule: must be a cron line',
    ],
    ['a cron line of words', '"0 3 * * *"', 'daily', '20 syncs[0].schedule: must be a cron line'],
    [
      'an unknown time zone',
      'Asia/Tokyo',
      'Asia/Edo',
      '21 syncs[0].timezone: must be an IANA time zone',
    ],
    [
      'an offset for a time zone',
      'Asia/Tokyo',
      '"+09:00"',
      '21 syncs[0].timezone: must be an IANA time zone',
    ],
    [
      'a holdout above half',
      'holdout: 10%',
      'holdout: 50.1%',
      '22 syncs[0].holdout: must be between 0% and 50%',
    ],
    [
      'a holdout below nothing',
      'holdout: 10%',
      'holdout: -1%',
      '22 syncs[0].holdout: must be between 0% and 50%',
    ],
    [
      'a holdout in whole numbers',
      'holdout: 10%',
      'holdout: 10',
      '22 syncs[0].holdout: must be between 0% and 50%',
    ],
    [
      'a holdout that is no number',
      'holdout: 10%',
      'holdout: ten',
      '22 syncs[0].holdout: must be between 0% and 50%',
    ],
    [
      'a holdout without a value',
      'holdout: 10%',
      'holdout: "%"',
      '22 syncs[0].holdout: must be between 0% and 50%',
    ],
    [
      'a literal secret',
      '$META_ACCESS_TOKEN',
      'EAABsecret',
      '5 destinations[0].credentials.accessToken: must be the name of an environment variable',
    ],
    [
      'a $ before no name',
      '$META_ACCESS_TOKEN',
      '$1',
      '5 destinations[0].credentials.accessToken: must be the name of an environment variable',
    ],
    [
      'an unknown platform',
      'platform: meta',
      'platform: myspace',
      '3 destinations[0].platform: "myspace" is not a platform; there are meta, google, x',
    ],
    [
      'an account in another spelling',
      'act_1234567890',
      '"1234567890"',
      '4 destinations[0].account: ',
    ],
    [
      'an account that YAML reads as a number',
      '"1234567890"',
      '1234567890',
      '8 destinations[1].account: ',
    ],
    [
      'an identifier nobody takes',
      '[email, phone]',
      '[email, fax]',
      '19 syncs[0].identifiers[1]: ',
    ],
    [
      'an identifier twice',
      '[email, phone]',
      '[email, email]',
      '19 syncs[0].identifiers: must name each identifier once',
    ],
    ['no identifier', '[email, phone]', '[]', '19 syncs[0].identifiers: '],
    [
      'a name twice',
      'name: lapsed-google',
      'name: lapsed-meta',
      '23 syncs[1].name: "lapsed-meta" is there twice',
    ],
    [
      'a name with a space',
      'name: lapsed-google',
      'name: lapsed google',
      '23 syncs[1].name: must be letters',
    ],
    [
      'an audience without a name',
      'audience: Autumn list A\n    identifiers: [email, phone]',
      'audience: ""\n    identifiers: [email, phone]',
      '18 syncs[0].audience: ',
    ],
    [
      'an audience with two syncs',
      'destination: google-main',
      'destination: meta-main',
      '26 syncs[1].audience: "Autumn list A" is already filled by the sync "lapsed-meta" on meta-main',
    ],
    ['a list of the wrong kind', SEGMENTS, 'segments: none\n', '10 segments: '],
  ])('%s', (_, from, to, says) => {
    expect(GOOD).toContain(from);
    const found = problems(GOOD.replace(from, () => to));
    const first = found[0] ?? '';
    expect(first.slice(0, says.length)).toBe(says);
    expect(found).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('names everything that is wrong at once', () => {
    const text = GOOD.replace('act_1234567890', 'x')
      .replace('segment: lapsed\n', 'segment: nobody\n')
      .replace('destination: google-main', 'destination: nowhere');
    expect(problems(text).map((line) => line.split(':')[0])).toEqual([
      '4 destinations[0].account',
      '16 syncs[0].segment',
      '25 syncs[1].destination',
    ]);
  });

  it('never repeats a secret that was written into the file', () => {
    const error = refusal(GOOD.replace('$META_ACCESS_TOKEN', 'EAABsecret'));
    expect(error?.code).toBe('input.invalid');
    expect(error?.message).not.toContain('EAABsecret');
    expect(JSON.stringify(error?.details)).not.toContain('EAABsecret');
  });

  it('says where text is not YAML, and that nothing was applied', () => {
    for (const text of ['a: [1, 2', 'a: 1\na: 2', '\tx: 1', 'a: {\n  b: 1\n c: 2']) {
      expect(() => readYaml(text, 'shop.yaml')).toThrow(
        /^shop\.yaml.*line \d+.*Nothing was applied/u,
      );
    }
  });

  it('of a file that is a list or a word says what a file is', () => {
    for (const text of ['- a\n- b\n', 'hello\n', '42\n']) {
      expect(refusal(text)?.message).toMatch(/shop\.yaml is not applied:\n {2}shop\.yaml/u);
    }
  });
});

describe('a share', () => {
  const holdoutOf = (text: string) =>
    ConfigurationFile.parse(readYaml(GOOD.replace('holdout: 10%', `holdout: ${text}`), 'f').value)
      .syncs[0]?.holdout;

  it.each([
    ['10%', 0.1],
    ['10 %', 0.1],
    ['0.1', 0.1],
    ['12.34%', 0.1234],
    ['0', 0],
    ['0%', 0],
    ['50%', 0.5],
    ['0.5', 0.5],
  ])('%s is %d', (text, share) => {
    expect(holdoutOf(text)).toBe(share);
  });
});

describe('two destinations on one ad account', () => {
  const TWINS = GOOD.replace(
    'segments:\n',
    `  - name: google-twin
    platform: google
    account: 123-456-7890
    credentials: { clientId: $ID, clientSecret: $SECRET, refreshToken: $TOKEN }
segments:\n`,
  );

  it('may each have lists of their own', () => {
    expect(problems(TWINS)).toEqual([]);
  });

  it('share the lists of one name', () => {
    const both = TWINS.replace('destination: meta-main', 'destination: google-twin');
    expect(problems(both)).toEqual([
      '30 syncs[1].audience: "Autumn list A" is already filled by the sync "lapsed-meta" on google-twin',
    ]);
  });
});
