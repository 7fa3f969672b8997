/** Everything that is the matter now. */
import type { AlertKind, Cause } from './cause.ts';
import { isComparable, matchCause } from './match-causes.ts';
import { driftCause, erasureCause, scheduleCause, tokenCause } from './other-causes.ts';
import type { Facts } from './read-facts.ts';
import { runCauses } from './run-causes.ts';
import type { AlertSettings } from './settings.ts';

export function findCauses(facts: Facts, settings: AlertSettings, now: Date): Cause[] {
  const { runs, matches, tokens, slots, erasures, drifts } = facts;
  return [
    ...runs.flatMap((each) => runCauses(each, settings, now)),
    ...matches.map((each) => matchCause(each, settings.matchDrop)),
    ...tokens.map((each) => tokenCause(each, settings.tokenDays, now)),
    ...slots.map(scheduleCause),
    ...erasures.map(erasureCause),
    ...drifts.map(driftCause),
  ].filter((cause) => cause !== null);
}

/** Whether what is known now says nothing of an alert, which then stays as it is. */
export function isUndecided(kind: AlertKind, name: string | null, facts: Facts): boolean {
  if (kind === 'token-expiring') {
    return facts.tokens.some(
      ({ destination, state }) => destination === name && state === 'unknown',
    );
  }
  if (kind !== 'match-dropped') return false;
  const isThere = facts.runs.some(({ sync }) => sync === name);
  return isThere && !facts.matches.some((each) => each.sync === name && isComparable(each));
}
