/** When a run is followed by another without anybody asking for it. */

/** The last run of a sync, and what stands beside it. */
export interface LastRun {
  readonly state: string;
  /** The code of what stopped it; null for a run that nothing stopped. */
  readonly code: string | null;
  readonly healsItself: boolean;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Runs in a row that came to no good end, this one included. */
  readonly incomplete: number;
  /** Whether a process holds the sync, and shows that it is alive. */
  readonly isHeld: boolean;
  readonly isPaused: boolean;
  /** Nothing is sent to the account before this moment. */
  readonly accountWaitsUntil: Date | null;
}

const MINUTE_MS = 60_000;
const LONGEST_MS = 60 * MINUTE_MS;
/** After so many in a row an hour apart, only its schedule runs a sync; a person has been told. */
const MOST_IN_A_ROW = 30;

/** What a worker that is to end says of the run it leaves, and of one that was paused: go on at once. */
const AT_ONCE = ['hand-over', 'pause', 'cut-off'];
/** The platform works on an earlier request for half an hour at least. */
const WAITING = 'waiting';
const WAITING_MS = 30 * MINUTE_MS;

/**
 * Whether, and from when on, a sync is run again: at once where its process died or handed over, three
 * times in a row, and else after 1, 2, 4, … minutes, an hour at most. Null where the next run is a person's or the
 * schedule's to start.
 */
export function followUpAt(last: LastRun): Date | null {
  if (last.isPaused || last.isHeld) return null;
  if (last.state === 'delivering' || last.state === 'planning') {
    // A run that ends its worker each time is not tried at once for ever.
    return new Date(last.startedAt.getTime() + pauseOf({ ...last, code: 'cut-off' }));
  }
  if (last.state !== 'incomplete' || !last.healsItself) return null;
  if (last.finishedAt === null || last.incomplete > MOST_IN_A_ROW) return null;
  const due = new Date(last.finishedAt.getTime() + pauseOf(last));
  const { accountWaitsUntil } = last;
  return accountWaitsUntil !== null && accountWaitsUntil > due ? accountWaitsUntil : due;
}

function pauseOf({ code, incomplete }: LastRun): number {
  if (code !== null && AT_ONCE.includes(code) && incomplete <= 3) return 0;
  const backOff = Math.min(LONGEST_MS, MINUTE_MS * 2 ** (incomplete - 1));
  return code === WAITING ? Math.max(WAITING_MS, backOff) : backOff;
}
