/**
 * The life of one process as a test sees it: every statement and every request is a call, and with
 * one of them it may end. Of a process that was killed, nothing reaches anybody from then on.
 */

/** How and when a process ends. */
export interface End {
  /** The call with which it ends, from 1. */
  readonly call: number;
  /**
   * killed: nothing of it is heard any more, and nothing tidied up. interrupted: its signal is
   * aborted, as by Ctrl-C. hands over: it is asked to finish what is in flight, as by SIGTERM.
   */
  readonly how: 'killed' | 'interrupted' | 'hands over';
  /** Whether the call itself is still carried out; nobody who was killed hears its answer. */
  readonly carriedOut: boolean;
}

export interface Life {
  /** Aborted where it is interrupted, or killed: whatever it waits for is of no use any more. */
  readonly signal: AbortSignal;
  readonly stopping: AbortSignal;
  /** Says, from now on, when it ends; null for never. */
  endWith(end: End | null): void;
  isKilled(): boolean;
  /** Whether it ended in any way. */
  isOver(): boolean;
  /** Throws the reason where nothing can be done any more. */
  requireAlive(): void;
  /** @throws the reason in place of the answer, where it is killed by then. */
  call<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when no call is under way. */
  quiet(): Promise<void>;
}

export function newLife(): Life {
  const reason = new Error('This process is at its end.');
  const signal = new AbortController();
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  let end: End | null = null;
  let calls = 0;
  let isKilled = false;

  function strike({ how }: End): void {
    end = null;
    isKilled = how === 'killed';
    if (how === 'hands over') stopping.abort(reason);
    else signal.abort(reason);
  }
  function requireAlive(): void {
    if (isKilled) throw reason;
  }
  async function carryOut<T>(work: () => Promise<T>): Promise<T> {
    requireAlive();
    calls += 1;
    const last = end !== null && calls >= end.call ? end : null;
    if (last !== null && !last.carriedOut) strike(last);
    requireAlive();
    const called = work();
    underWay.add(called);
    try {
      return await called;
    } finally {
      underWay.delete(called);
      if (last?.carriedOut === true) strike(last);
      // Thrown over the answer or the error: there is nobody to hear either.
      requireAlive();
    }
  }
  return {
    signal: signal.signal,
    stopping: stopping.signal,
    endWith(next) {
      end = next === null ? null : { ...next, call: calls + next.call };
    },
    isKilled: () => isKilled,
    isOver: () => signal.signal.aborted || stopping.signal.aborted,
    requireAlive,
    call: carryOut,
    async quiet() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
