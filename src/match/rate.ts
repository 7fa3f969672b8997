/** From a platform's own figure to a share of the people it accepted. */
import type { MatchReading } from '../../connectors/connector.ts';

export interface Accepted {
  readonly lower: number;
  readonly upper: number;
}

/** A match rate as a range of shares (0..1), or why there is none. Never 0 for "not known". */
export type MatchRate =
  | { readonly known: true; readonly lower: number; readonly upper: number }
  | { readonly known: false; readonly reason: string };

/**
 * matched ÷ accepted, each side with the bound that keeps the range honest. A platform may count
 * more accounts than the people it was given (households, old accounts), so the share stops at 1.
 */
export function matchRate(reading: MatchReading, accepted: Accepted): MatchRate {
  switch (reading.kind) {
    case 'unknown':
      return { known: false, reason: reading.detail };
    case 'rate':
      return { known: true, lower: reading.lower, upper: reading.upper };
    case 'count':
      if (accepted.upper === 0 || accepted.lower === 0) {
        return { known: false, reason: 'Nobody on the audience is known to be accepted.' };
      }
      return {
        known: true,
        lower: Math.min(1, reading.lower / accepted.upper),
        upper: Math.min(1, reading.upper / accepted.lower),
      };
  }
}
