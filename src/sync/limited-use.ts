/** Where a platform is told to limit its use of people's data under the laws of US states. */
import { z } from 'zod';

/** The one platform that takes such a mark with a member of an audience: `DATA_PROCESSING_OPTIONS`. */
export const LIMITED_USE_PLATFORM = 'meta';

/** The 50 states and the District of Columbia, as ISO 3166-2:US has them behind the hyphen. */
const STATES: readonly string[] = (
  'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ ' +
  'NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY'
).split(' ');

const EVERY_STATE = 'US';
const AREAS: ReadonlySet<string> = new Set([
  EVERY_STATE,
  ...STATES.map((state) => `${EVERY_STATE}-${state}`),
]);

/**
 * Meta's numbers of states (`data_processing_options_state`). California's is the only one that
 * Meta documents; 0 asks Meta to find the state itself.
 */
const STATE_NUMBERS: ReadonlyMap<string, number> = new Map([['CA', 1000]]);
const FOUND_BY_META = 0;

/** The list as the configuration writes it, in one order: `US-CA`, `US-TX`, or `US` for all. */
export const LimitedUseAreas = z
  .array(z.string().refine((area) => AREAS.has(area), 'must be US, or a US state such as US-CA'))
  .refine((areas) => new Set(areas).size === areas.length, 'must name each state once')
  .transform((areas) => areas.toSorted());

export interface LimitedUse {
  /** Two lowercase letters each, as `identity.us_state` has them. */
  readonly states: readonly string[];
  /** What is sent for the state at the same place of `states`. */
  readonly numbers: readonly number[];
  /** For everybody in the US, whatever is known of their state. */
  readonly everyState: boolean;
}

/** The list as SQL takes it: two lists of one length, in one order. */
export function resolveLimitedUse(areas: readonly string[]): LimitedUse {
  const everyState = areas.includes(EVERY_STATE);
  const states = STATES.filter(
    (state) => everyState || areas.includes(`${EVERY_STATE}-${state}`),
  ).toSorted();
  return {
    states: states.map((state) => state.toLowerCase()),
    numbers: states.map((state) => STATE_NUMBERS.get(state) ?? FOUND_BY_META),
    everyState,
  };
}
