/** Random histories of one sync: what happens to its people, and what goes wrong meanwhile. */
import * as fc from 'fast-check';
import type { End } from './life.ts';
import type { TestPerson } from './people.ts';
import type { ModelSegment } from './segment-model.ts';

export type Trouble = 'none' | 'answers lost' | 'down' | 'refused' | 'slow';

export type Change =
  | { readonly what: 'import'; readonly person: TestPerson }
  | { readonly what: 'buy'; readonly id: string; readonly daysAgo: readonly number[] }
  | { readonly what: 'deny' | 'grant'; readonly id: string }
  | { readonly what: 'suppress'; readonly email: string }
  | { readonly what: 'segment'; readonly segment: ModelSegment };

/** A few changes, perhaps somebody who wants to be forgotten, then a run; all may go wrong. */
export interface Round {
  readonly changes: readonly Change[];
  /** The id of somebody who wants to be forgotten. */
  readonly erased: string | null;
  readonly trouble: Trouble;
  /** Whether the whole list is written anew, where the platform can, or all of it sent again. */
  readonly anew: boolean;
  /** Whether somebody looks at what a guardrail held, and approves. */
  readonly approves: boolean;
  /** How its process ends: counted from the first change, from what comes then, or from an upload on. */
  readonly end: (End & { readonly from: 'changes' | 'run' | 'upload' }) | null;
  /** What a person does to the run as its n-th upload arrives. */
  readonly stop: { readonly how: 'pause' | 'cancel'; readonly upload: number } | null;
}

export interface History {
  /** Of the sync, so that other people are held out. */
  readonly number: number;
  readonly segment: ModelSegment;
  /** Whether the guardrails stand as they are by default, or any share may leave. */
  readonly guarded: boolean;
  readonly rounds: readonly Round[];
  /** Whether workers follow up what was left before the last runs. */
  readonly tended: boolean;
}

/** How many people there are, how few keys they share, and how long it goes on. */
interface Measure {
  readonly people: number;
  readonly emails: number;
  readonly phones: number;
  readonly rounds: { readonly min: number; readonly max: number };
}

const SHORT: Measure = { people: 3, emails: 2, phones: 2, rounds: { min: 1, max: 1 } };
const SMALL: Measure = { people: 4, emails: 3, phones: 2, rounds: { min: 2, max: 3 } };
const LARGE: Measure = { people: 12, emails: 7, phones: 5, rounds: { min: 4, max: 8 } };

const segment: fc.Arbitrary<ModelSegment> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ template: 'everyone' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      template: fc.constant('loyal' as const),
      minRecencyScore: fc.integer({ min: 1, max: 4 }),
      minFrequencyScore: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      template: fc.constant('lapsed' as const),
      // No fraction of days with a small denominator comes to the border itself.
      gapMultiple: fc.constantFrom(0.37, 0.73, 1.37),
    }),
  },
);

/** Null but for one time in so many. */
function oneIn<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** A run takes some seventy calls, an import ten; of the first ones of a few, one is an upload. */
const anyCall = fc.oneof(
  fc.record({
    from: fc.constantFrom('changes' as const, 'run' as const),
    call: fc.integer({ min: 1, max: 90 }),
  }),
  fc.record({ from: fc.constant('upload' as const), call: fc.integer({ min: 1, max: 8 }) }),
);

const end = fc
  .record({
    at: anyCall,
    how: fc.oneof(
      { weight: 6, arbitrary: fc.constant('killed' as const) },
      { weight: 1, arbitrary: fc.constant('interrupted' as const) },
      { weight: 1, arbitrary: fc.constant('hands over' as const) },
    ),
    carriedOut: fc.boolean(),
  })
  .map(({ at, ...rest }) => ({ ...at, ...rest }));

const stop = fc.record({
  how: fc.constantFrom('pause' as const, 'cancel' as const),
  upload: fc.integer({ min: 1, max: 3 }),
});

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('none' as const) },
  { weight: 3, arbitrary: fc.constant('answers lost' as const) },
  { weight: 1, arbitrary: fc.constant('down' as const) },
  { weight: 1, arbitrary: fc.constant('refused' as const) },
  // The platform takes what it is sent and has not worked on it when the next run comes.
  { weight: 2, arbitrary: fc.constant('slow' as const) },
);

/** People share few addresses and phones, so that keys are shared and change hands all the time. */
function someoneOf({ people, emails, phones }: Measure): fc.Arbitrary<TestPerson> {
  return fc
    .record({
      id: fc.integer({ min: 1, max: people }),
      email: fc.integer({ min: 0, max: emails }),
      phone: fc.integer({ min: 0, max: phones }),
      country: fc.constantFrom('JP', 'JP', 'DE'),
    })
    .map(({ id, email, phone, country }) => ({
      id: `p${id}`,
      country,
      ...(email === 0 ? {} : { email: addressOf(email) }),
      ...(phone === 0 ? {} : { phone: `+81901234567${phone}` }),
    }));
}

const addressOf = (number: number) => `mail${number}@example.jp`;

function historyOf(measure: Measure): fc.Arbitrary<History> {
  const someone = someoneOf(measure);
  const id = fc.integer({ min: 1, max: measure.people }).map((number) => `p${number}`);
  const email = fc.integer({ min: 1, max: measure.emails }).map(addressOf);
  const daysAgo = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 });
  const coming = someone.map((person): Change => ({ what: 'import', person }));
  const buying = fc.record({ what: fc.constant('buy' as const), id, daysAgo });
  const change: fc.Arbitrary<Change> = fc.oneof(
    { weight: 8, arbitrary: coming },
    { weight: 3, arbitrary: buying },
    {
      weight: 4,
      arbitrary: fc.record({ what: fc.constantFrom('deny' as const, 'grant' as const), id }),
    },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('suppress' as const), email }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('segment' as const), segment }) },
  );
  const round = fc.record({
    changes: fc.array(change, { maxLength: measure.people, size: 'max' }),
    erased: oneIn(4, id),
    trouble,
    anew: fc.integer({ min: 0, max: 3 }).map((draw) => draw === 3),
    approves: fc.integer({ min: 0, max: 3 }).map((draw) => draw < 3),
    end: oneIn(2, end),
    stop: oneIn(10, stop),
  });
  const { min: minLength, max: maxLength } = measure.rounds;
  return fc.record({
    number: fc.integer({ min: 0, max: 999 }),
    segment,
    guarded: fc.boolean(),
    rounds: fc
      .tuple(
        fc.array(fc.oneof({ weight: 3, arbitrary: coming }, { weight: 1, arbitrary: buying }), {
          minLength: measure.people - 1,
          maxLength: 2 * measure.people,
          size: 'max',
        }),
        fc.array(round, { minLength, maxLength, size: 'max' }),
      )
      // The first people come before anything else.
      .map(([first, rounds]) =>
        rounds.map((one, index) =>
          index === 0 ? { ...one, changes: [...first, ...one.changes] } : one,
        ),
      ),
    tended: fc.integer({ min: 0, max: 5 }).map((draw) => draw === 5),
  });
}

/** Many that are short, of which a failure is soon understood, and some that go on for long. */
export const history: fc.Arbitrary<History> = fc.oneof(
  { weight: 12, arbitrary: historyOf(SHORT) },
  { weight: 12, arbitrary: historyOf(SMALL) },
  { weight: 1, arbitrary: historyOf(LARGE) },
);
