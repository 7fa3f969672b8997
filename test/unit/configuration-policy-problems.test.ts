import { describe, expect, it } from 'vitest';
import { GOOD, problems } from '../support/configuration-file.ts';

describe('one thing wrong in a policy is one problem, with its line and path', () => {
  it.each([
    [
      'a platform that does not take an identifier',
      'identifiers: [email]',
      'identifiers: [email, x_handle]',
      '27 syncs[1].identifiers[1]: google does not take x_handle; it takes email, ',
    ],
    [
      'identifiers that find nobody',
      '[email, phone]',
      '[profile]',
      '19 syncs[0].identifiers: meta finds nobody by profile alone',
    ],
    [
      'a region that is no country',
      'accessToken: $META_ACCESS_TOKEN }',
      'accessToken: $META_ACCESS_TOKEN }\n    consent: { unknown: { UK: deny } }',
      '6 destinations[0].consent.unknown.UK: is not how a country is written here; write GB',
    ],
    [
      'an answer that is none',
      'accessToken: $META_ACCESS_TOKEN }',
      'accessToken: $META_ACCESS_TOKEN }\n    consent: { unknown: { JP: maybe } }',
      '6 destinations[0].consent.unknown.JP: must be one of "allow", "deny"',
    ],
    [
      'an unknown key of a consent policy',
      'accessToken: $META_ACCESS_TOKEN }',
      'accessToken: $META_ACCESS_TOKEN }\n    consent: { unknwon: { JP: deny } }',
      '6 destinations[0].consent.unknwon: is not a key',
    ],
    [
      'a state that is none',
      'accessToken: $META_ACCESS_TOKEN }',
      'accessToken: $META_ACCESS_TOKEN }\n    consent: { limitedDataUse: [US-CA, CA] }',
      '6 destinations[0].consent.limitedDataUse[1]: must be US, or a US state such as US-CA',
    ],
    [
      'limited data use on a platform that has none',
      'refreshToken: $TOKEN }',
      'refreshToken: $TOKEN }\n    consent: { limitedDataUse: [US-CA] }',
      '10 destinations[1].consent.limitedDataUse: google cannot be told to limit its use of data; only meta can',
    ],
    [
      'a priority of zero',
      'holdout: 10%',
      'priority: 0',
      '22 syncs[0].priority: must be a whole number from 1 to 1000',
    ],
    [
      'a priority in words',
      'holdout: 10%',
      'priority: high',
      '22 syncs[0].priority: must be a whole number from 1 to 1000',
    ],
    [
      'a group without a name',
      'holdout: 10%',
      'exclusiveGroup: ""',
      '22 syncs[0].exclusiveGroup: must be letters',
    ],
    [
      'a rule that is neither true nor false',
      'holdout: 10%',
      'contactPolicy: { leaveOnPurchase: sometimes, coolDownDays: 3 }',
      '22 syncs[0].contactPolicy.leaveOnPurchase: must be true or false',
    ],
    [
      'an unknown contact rule',
      'holdout: 10%',
      'contactPolicy: { maxWeeks: 3 }',
      '22 syncs[0].contactPolicy.maxWeeks: is not a key',
    ],
    [
      'more days than a list holds',
      'holdout: 10%',
      'contactPolicy: { maxDays: 541, coolDownDays: 1 }',
      '22 syncs[0].contactPolicy.maxDays: must be a whole number from 1 to 540',
    ],
    [
      'people who leave and come back',
      'holdout: 10%',
      'contactPolicy: { maxDays: 30 }',
      '22 syncs[0].contactPolicy: maxDays needs coolDownDays, or people would be back at the next run',
    ],
  ])('%s', (_, from, to, says) => {
    expect(GOOD).toContain(from);
    const found = problems(GOOD.replace(from, () => to));
    const first = found[0] ?? '';
    expect(first.slice(0, says.length)).toBe(says);
    expect(found).toHaveLength(1);
  });
});

describe('the contact policy of all syncs', () => {
  const SETTING = 'settings:\n  contactPolicy: { maxDays: 60, coolDownDays: 30 }\n';
  const NEEDS = 'maxDays needs coolDownDays, or people would be back at the next run';

  it('completes those of the syncs', () => {
    const text = GOOD.replace('holdout: 10%', 'contactPolicy: { maxDays: 30 }');
    expect(problems(text + SETTING)).toEqual([]);
  });

  it('leaves a sync wrong that switches the cool-down off', () => {
    const text = GOOD.replace('holdout: 10%', 'contactPolicy: { coolDownDays: null }');
    expect(problems(text + SETTING)).toEqual([`22 syncs[0].contactPolicy: ${NEEDS}`]);
  });

  it('is fine without a cool-down where no sync lets people leave', () => {
    const text = GOOD.replace('holdout: 10%', 'contactPolicy: { maxDays: null }').replace(
      '[email]\n',
      '[email]\n    contactPolicy: { coolDownDays: 5 }\n',
    );
    expect(problems(`${text}settings: { contactPolicy: { maxDays: 60 } }\n`)).toEqual([]);
  });

  it('tells every sync that it makes wrong', () => {
    expect(problems(`${GOOD}settings: { contactPolicy: { maxDays: 60 } }\n`)).toEqual([
      `15 syncs[0].contactPolicy: ${NEEDS}`,
      `23 syncs[1].contactPolicy: ${NEEDS}`,
    ]);
  });
});
