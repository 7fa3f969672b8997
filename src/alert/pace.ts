/** How many messages a channel gets at once, and when one that is down is tried again. */

/** Messages of single alerts within the window; what is more is told together. */
const MOST_SINGLE = 3;
const WINDOW_MS = 15 * 60_000;

const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 60 * 60_000;
/** No channel is left alone for longer, whatever it asks for. */
const LONGEST_ASKED_MS = 6 * 60 * 60_000;

/** What to send now: one message each, all in one, or nothing before the window lets some through. */
export type Turn<T> = readonly (readonly T[])[];

/**
 * Few alerts are told one by one. Where more are due than the window has room for, all of them go
 * into one message; where it is full, they wait and gather, so that a hundred syncs that fail one
 * after the other are a few messages.
 *
 * @param recent when messages went out on this channel
 */
export function takeTurn<T>(due: readonly T[], recent: readonly Date[], now: Date): Turn<T> {
  const room = MOST_SINGLE - inWindow(recent, now).length;
  if (room <= 0 || due.length === 0) return [];
  return due.length <= room ? due.map((one) => [one]) : [due];
}

/** The moments that still count. */
export function inWindow(recent: readonly Date[], now: Date): Date[] {
  return recent.filter((at) => now.getTime() - at.getTime() < WINDOW_MS);
}

/**
 * Milliseconds until a channel is tried again: doubled with each failure, from half a minute to an
 * hour, and never sooner than it asked for.
 *
 * @param failures in a row, the latest included
 */
export function retryAfter(failures: number, askedMs: number | undefined): number {
  const doubled = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
  return Math.max(doubled, Math.min(askedMs ?? 0, LONGEST_ASKED_MS));
}
