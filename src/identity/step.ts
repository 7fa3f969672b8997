/**
 * A rule as a list of named steps. The same list normalises millions of values and explains one, so
 * that an explanation cannot say anything but what happened.
 */
import type { Normalised } from './outcome.ts';

export interface Step {
  /** What it does, as a person reads it after "→". */
  readonly does: string;
  /**
   * The text after it; a digest or a refusal ends the walk. `country` is the customer's, ISO
   * alpha-2 in capital letters, or null.
   */
  readonly apply: (text: string, country: string | null) => Normalised;
}

/** What a step made of the text. */
export interface Trace {
  readonly rule: string;
  readonly text: string;
}

/** Takes a raw value through the steps. Steps that change nothing leave no trace. */
export function walk(
  steps: readonly Step[],
  raw: string,
  country: string | null,
  traces?: Trace[],
): Normalised {
  let text = raw;
  for (const { does, apply } of steps) {
    const next = apply(text, country);
    if (typeof next !== 'string') return next;
    if (traces !== undefined && next !== text) traces.push({ rule: does, text: next });
    text = next;
  }
  return text;
}
