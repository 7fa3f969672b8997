/** What a platform tells of a list: how many of it it recognised, and how the list is. */

/**
 * How many of the people sent the platform recognised, in the platform's own measure: people
 * (`count`, as bounds), a share of 0..1 (`rate`, as bounds), or not known, with the reason.
 */
export type MatchReading =
  | {
      readonly kind: 'count';
      readonly lower: number;
      readonly upper: number;
      /** What the number counts, in a sentence, e.g. "people active in the last 90 days". */
      readonly meaning: string;
    }
  | {
      readonly kind: 'rate';
      readonly lower: number;
      readonly upper: number;
      readonly meaning: string;
    }
  | {
      readonly kind: 'unknown';
      readonly reason: 'processing' | 'too-small' | 'not-reported' | 'gone';
      readonly detail: string;
    };

/** Whether ads can go by a list, as its platform says. */
export type ListCondition =
  | { readonly kind: 'usable' }
  /** The platform works on it, and says more later. */
  | { readonly kind: 'processing'; readonly detail: string }
  /** `warned`: it can be used, and somebody should look. `too-small`: for how few it holds. */
  | {
      readonly kind: 'warned' | 'too-small' | 'unusable';
      /** The platform's own code or word. */
      readonly code: string;
      readonly detail: string;
      /** What a person should do. */
      readonly nextStep: string;
      /** What a list also shows for a while that was just sent to, or is being written anew. */
      readonly passing?: true;
    }
  | { readonly kind: 'not-told'; readonly detail: string };

/** How many people of a list the platform knows, as it tells. */
export type ListSize =
  | {
      readonly kind: 'people';
      /** Bounds that hold whatever the platform rounds by. */
      readonly lower: number;
      readonly upper: number;
      /** What the number counts; sizes with the same words can be compared. */
      readonly meaning: string;
    }
  /** Hidden, since it is less than that. */
  | { readonly kind: 'below'; readonly people: number; readonly meaning: string }
  | {
      readonly kind: 'unknown';
      readonly detail: string;
      /** A list of so many people would show a size, once the platform has worked through it. */
      readonly shownFrom?: { readonly people: number; readonly meaning: string };
    };

/** What a platform says of a list as a whole. */
export type ListReading =
  | { readonly there: false; readonly detail: string }
  | {
      readonly there: true;
      /** The name that people see on the platform now. */
      readonly name: string;
      readonly condition: ListCondition;
      readonly size: ListSize;
      /** Milliseconds until a change shows in the size, at most. */
      readonly sizeLagMs: number;
      /** Days after which the list itself lets members go, where it has such a setting. */
      readonly lifetimeDays: number | null;
    };
