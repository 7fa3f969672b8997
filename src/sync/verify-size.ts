/** Whether the size that a platform shows can be that of the list which the ledger knows. */
import type { ListSize } from '../../connectors/connector.ts';

/** People of the ledger on a list, as bounds. */
export interface People {
  readonly lower: number;
  readonly upper: number;
}

/** A size that was found sound, and how many people it was of. */
export interface SoundSize extends People {
  readonly at: Date;
  readonly accepted: People;
}

export interface SizeQuestion {
  readonly size: Exclude<ListSize, { readonly kind: 'unknown' }>;
  readonly accepted: People;
  /** The most keys that may be on the list by the ledger. */
  readonly mostKeys: number;
  /** The last sound size of the list, in the same measure; null where there is none. */
  readonly before: SoundSize | null;
}

export type SizeVerdict =
  | { readonly kind: 'as-expected'; readonly reason: string }
  | { readonly kind: 'smaller' | 'larger'; readonly reason: string };

/**
 * How far the share of matched people may move between two readings before it means anything: a
 * list's people change, and platforms find some of them anew or lose them.
 */
const SHIFT = 0.25;

/**
 * A platform counts the people it knows, not those who were sent, so that a size below theirs says
 * nothing by itself. What can be said: no more people can be known than keys were sent, and the
 * share of people known stays about what it was. Both are judged by the bounds that favour the list.
 */
export function judgeSize({ size, accepted, mostKeys, before }: SizeQuestion): SizeVerdict {
  const now: People = size.kind === 'below' ? { lower: 0, upper: size.people - 1 } : { ...size };
  if (now.lower > mostKeys) {
    const sent = mostKeys === 0 ? 'nobody is to be there' : `at most ${mostKeys} keys are there`;
    return { kind: 'larger', reason: `By the ledger ${sent}.` };
  }
  if (before === null || accepted.upper === 0) {
    return { kind: 'as-expected', reason: 'No earlier size of it was kept to compare with.' };
  }
  const then = shareOf(before, before.accepted);
  const share = shareOf(now, accepted);
  const was = `On ${before.at.toISOString().slice(0, 10)} it was ${percent(then)} of the people accepted, and now it is ${percent(share)}.`;
  if (share.upper < then.lower * (1 - SHIFT)) return { kind: 'smaller', reason: was };
  if (share.lower > then.upper * (1 + SHIFT)) return { kind: 'larger', reason: was };
  return { kind: 'as-expected', reason: was };
}

/** Of nobody surely accepted, any share. */
function shareOf(people: People, accepted: People): People {
  return {
    lower: people.lower / accepted.upper,
    upper: accepted.lower === 0 ? Number.POSITIVE_INFINITY : people.upper / accepted.lower,
  };
}

function percent({ lower, upper }: People): string {
  const [from, to] = [lower, upper].map((share) => Math.round(share * 100));
  if (!Number.isFinite(upper)) return `at least ${from} %`;
  return from === to ? `${from} %` : `${from} to ${to} %`;
}
