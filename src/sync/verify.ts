/** A list as its platform reports it against what the ledger and the sync say of it. */
import type { Connector, ListReading, ListSize } from '../../connectors/connector.ts';
import type { ListState } from '../match/index.ts';
import type { Sync } from './sync.ts';
import { peopleShown, whyUnsettled } from './verify-settling.ts';
import { judgeSize } from './verify-size.ts';
import type { People, SizeQuestion, SoundSize } from './verify-size.ts';

/** What is compared of a list. */
export type Aspect = 'list' | 'name' | 'condition' | 'size' | 'lifetime';

/**
 * One thing that was compared, in a sentence. What is not as it should be comes with the next step;
 * what the platform does not tell is no news, good or bad.
 */
export type Finding =
  | { readonly kind: 'as-expected'; readonly of: Aspect; readonly sentence: string }
  | { readonly kind: 'not-told'; readonly of: Aspect; readonly sentence: string }
  | (Bad & { readonly kind: 'deleted'; readonly of: 'list' })
  | (Bad & {
      readonly kind: 'renamed';
      readonly of: 'name';
      readonly expected: string;
      readonly found: string;
    })
  /** `warned`: ads can go by the list, and somebody should look. */
  | (Bad & {
      readonly kind: 'unusable' | 'warned';
      readonly of: 'condition';
      /** The platform's own code or word. */
      readonly code: string;
    })
  | (Bad & {
      readonly kind: 'smaller' | 'larger';
      readonly of: 'size';
      readonly found: People;
      readonly accepted: People;
    })
  | (Bad & {
      readonly kind: 'shorter-lived';
      readonly of: 'lifetime';
      readonly days: number;
      /** Null where they are never sent again for it. */
      readonly expectedDays: number | null;
    });

interface Bad {
  readonly sentence: string;
  /** What a person should do. */
  readonly nextStep: string;
}

const FINE: ReadonlySet<Finding['kind']> = new Set(['as-expected', 'not-told', 'warned']);

/** Whether something is not as the ledger has it. */
export function isDrift(findings: readonly Finding[]): boolean {
  return findings.some(({ kind }) => !FINE.has(kind));
}

/** What a list is compared with. */
export interface Expectation {
  readonly sync: Pick<Sync, 'name' | 'allowSmall'>;
  readonly connector: Pick<Connector, 'title' | 'limits' | 'replace'>;
  readonly before: SoundSize | null;
  /** Whether the list is being written anew right now. */
  readonly rewriting: boolean;
  /** Whether a person approved that it is begun below the platform's minimum. */
  readonly approvedSmall: boolean;
}

type Present = Extract<ListReading, { readonly there: true }>;

/** One finding for each thing that is compared; a list that is gone has no others. */
export function findingsOf(state: ListState, expected: Expectation): readonly Finding[] {
  const { reading, name } = state;
  const { title } = expected.connector;
  if (reading === null) {
    const sentence = `Nothing was sent yet: ${title} has no list of it.`;
    return [{ kind: 'not-told', of: 'list', sentence }];
  }
  if (!reading.there) {
    return [
      {
        kind: 'deleted',
        of: 'list',
        sentence: `The audience "${name}" is gone. ${reading.detail}`,
        nextStep: `Begin another and fill it: rekindle resync ${expected.sync.name}. Ads that went by the old one have to be pointed at it.`,
      },
    ];
  }
  return [
    { kind: 'as-expected', of: 'list', sentence: `The audience is on ${title}.` },
    nameFinding(reading, name, title),
    conditionFinding(reading, state, expected),
    sizeFinding(reading, state, expected),
    lifetimeFinding(reading, expected),
  ];
}

function nameFinding({ name: found }: Present, expected: string, platform: string): Finding {
  const plain = (text: string): string => text.normalize('NFC').trim();
  if (plain(found) === plain(expected)) {
    return { kind: 'as-expected', of: 'name', sentence: `It is named "${expected}".` };
  }
  return {
    kind: 'renamed',
    of: 'name',
    expected,
    found,
    sentence: `Somebody named it "${found}" on ${platform}; the sync says "${expected}".`,
    nextStep: `Name it "${expected}" again on ${platform}. It is filled all the same: it is found by its id.`,
  };
}

function conditionFinding(reading: Present, state: ListState, expected: Expectation): Finding {
  const { condition } = reading;
  const { connector } = expected;
  const of = 'condition';
  switch (condition.kind) {
    case 'usable':
      return { kind: 'as-expected', of, sentence: `${connector.title} says that ads can use it.` };
    case 'processing':
    case 'not-told':
      return { kind: 'not-told', of, sentence: condition.detail };
    case 'too-small': {
      const meant = whyMeantSmall(state, expected);
      if (meant === null) break;
      return { kind: 'as-expected', of, sentence: `${condition.detail} ${meant}` };
    }
    case 'warned':
    case 'unusable':
  }
  // What stopped a list for good stands however often it is sent to.
  const passing = condition.kind === 'too-small' || condition.passing === true;
  const unsettled = passing ? whyUnsettled(reading, state, expected.rewriting) : null;
  if (unsettled !== null) {
    return { kind: 'not-told', of, sentence: `${condition.detail} ${unsettled}` };
  }
  return {
    kind: condition.kind === 'warned' ? 'warned' : 'unusable',
    of,
    code: condition.code,
    sentence: condition.detail,
    nextStep: condition.nextStep,
  };
}

/** Whose word it is that a list may be too small for ads, or null. */
function whyMeantSmall(
  { accepted }: ListState,
  { sync, connector, approvedSmall }: Expectation,
): string | null {
  if (sync.allowSmall) return 'The sync allows so small a list.';
  return approvedSmall && accepted.upper < connector.limits.minimumAudience
    ? 'So small a list was approved.'
    : null;
}

function sizeFinding(reading: Present, state: ListState, expected: Expectation): Finding {
  const { size } = reading;
  const of = 'size';
  if (size.kind === 'unknown') return lostSize(reading, size, state, expected);
  const known = describeSize(size, state.accepted, expected);
  const unsettled = whyUnsettled(reading, state, expected.rewriting);
  if (unsettled !== null) return { kind: 'not-told', of, sentence: `${known} ${unsettled}` };
  const { accepted } = state;
  const verdict = judgeSize(sizeQuestion(size, state, expected));
  const sentence = `${known} ${verdict.reason}`;
  if (verdict.kind === 'as-expected') return { kind: 'as-expected', of, sentence };
  const found = size.kind === 'people' ? size : { lower: 0, upper: size.people - 1 };
  return {
    kind: verdict.kind,
    of,
    found: { lower: found.lower, upper: found.upper },
    accepted,
    sentence,
    nextStep: sizeStep(verdict.kind, expected),
  };
}

/** A list that showed a size, and shows none where so many people would, has lost them. */
function lostSize(
  reading: Present,
  { detail, shownFrom }: Extract<ListSize, { readonly kind: 'unknown' }>,
  state: ListState,
  expected: Expectation,
): Finding {
  const notTold = { kind: 'not-told', of: 'size', sentence: detail } as const;
  const { before } = expected;
  if (shownFrom === undefined || before === null) return notTold;
  if (whyUnsettled(reading, state, expected.rewriting) !== null) return notTold;
  const { accepted } = state;
  const size = { kind: 'below', ...shownFrom } as const;
  const verdict = judgeSize(sizeQuestion(size, state, expected));
  if (verdict.kind !== 'smaller') return notTold;
  return {
    kind: 'smaller',
    of: 'size',
    found: { lower: 0, upper: shownFrom.people - 1 },
    accepted,
    sentence: `${detail} ${describeSize(size, accepted, expected)} ${verdict.reason}`,
    nextStep: sizeStep('smaller', expected),
  };
}

/** A size as it is judged: those who may not show yet count for the list, whichever way that is. */
function sizeQuestion(
  size: SizeQuestion['size'],
  state: ListState,
  { before, connector }: Expectation,
): SizeQuestion {
  const mostKeys = state.mostKeys + state.unshown.removed * connector.limits.keysPerMember;
  return { size, accepted: peopleShown(state), mostKeys, before };
}

function sizeStep(kind: 'smaller' | 'larger', { sync, connector }: Expectation): string {
  if (kind === 'smaller') {
    return `Send everybody again: rekindle resync ${sync.name}.`;
  }
  return connector.replace === undefined
    ? `Find out who else puts people on it. ${connector.title} cannot take strangers off: delete the audience there, then begin another with rekindle resync ${sync.name}.`
    : `Find out who else puts people on it, then write it anew: rekindle resync ${sync.name}.`;
}

function describeSize(
  size: Exclude<ListSize, { readonly kind: 'unknown' }>,
  accepted: People,
  { connector }: Pick<Expectation, 'connector'>,
): string {
  const people = size.kind === 'below' ? `fewer than ${size.people}` : range(size);
  return `${connector.title} counts ${people} (${size.meaning}), where it accepted ${range(accepted)}.`;
}

function range({ lower, upper }: People): string {
  return lower === upper ? String(lower) : `${lower} to ${upper}`;
}

/** A list that lets people go sooner than they are sent again loses them without a word. */
function lifetimeFinding({ lifetimeDays }: Present, { connector }: Expectation): Finding {
  const of = 'lifetime';
  const { memberLifetimeDays: expectedDays } = connector.limits;
  if (lifetimeDays === null) {
    const sentence = 'The list itself has no time after which people leave it.';
    return { kind: 'not-told', of, sentence };
  }
  if (expectedDays !== null && lifetimeDays >= expectedDays) {
    const sentence = `People stay on it for ${lifetimeDays} days, and are sent again before.`;
    return { kind: 'as-expected', of, sentence };
  }
  return {
    kind: 'shorter-lived',
    of,
    days: lifetimeDays,
    expectedDays,
    sentence: `Somebody set the list to let people go after ${lifetimeDays} days; they are ${expectedDays === null ? 'never sent again for that' : `sent again before ${expectedDays}`}.`,
    nextStep: `Set its membership duration on ${connector.title} to ${expectedDays === null ? 'no limit' : `${expectedDays} days`}.`,
  };
}
