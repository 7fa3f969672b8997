/** Ctrl-C and its kin: work is asked to wind up, then made to. */
import { RekindleError } from '../errors.ts';
import { systemClock } from '../infra/clock.ts';

export interface Interruption {
  /** Aborted by the first Ctrl-C, SIGTERM, a closed terminal, or a reader of the output gone away. */
  readonly signal: AbortSignal;
  /** Aborted by the second: no more patience. */
  readonly hurry: AbortSignal;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `work` with the signals above. */
export async function interruptible<T>(
  work: (interruption: Interruption) => Promise<T>,
): Promise<T> {
  const first = new AbortController();
  const second = new AbortController();
  const interrupt = (): void => {
    if (first.signal.aborted) second.abort();
    first.abort(
      new RekindleError(
        'interrupted',
        'Interrupted; the next start, or a worker, carries on. To end a run for good: rekindle runs cancel ID.',
      ),
    );
  };
  const outputClosed = (): void => {
    first.abort(new RekindleError('interrupted', 'Nobody reads the output any more.'));
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  process.stdout.on('error', outputClosed);
  try {
    return await work({ signal: first.signal, hurry: second.signal });
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    process.stdout.off('error', outputClosed);
  }
}

/**
 * The same interruption, whose signal is aborted only some time later, or by the second Ctrl-C, and
 * not at all once the work has ended.
 */
export function windingDown(
  { signal, hurry }: Interruption,
  { graceMs, ended }: { readonly graceMs: number; readonly ended: AbortSignal },
): Interruption {
  const cutOff = new AbortController();
  const wait = async (): Promise<void> => {
    await aborted(signal);
    await systemClock.sleep(graceMs, AbortSignal.any([hurry, ended])).catch(() => {});
    if (!ended.aborted) cutOff.abort(signal.reason);
  };
  wait().catch(() => {});
  return { signal: cutOff.signal, hurry };
}

/** How long work may take to wind up by itself, and then once its statements are cancelled. */
const GRACE_MS = 4_000;
const LAST_MS = 2_000;

/**
 * The work's end; after an interruption, the reason of it, at the latest when its time is up.
 *
 * @param cancel cuts off what the work waits for
 */
export async function untilCutOff<T>(
  work: Promise<T>,
  { signal, hurry }: Interruption,
  cancel: () => Promise<void>,
): Promise<T> {
  const ended = new AbortController();
  const cutOff = async (): Promise<never> => {
    await aborted(signal);
    await systemClock.sleep(GRACE_MS, AbortSignal.any([hurry, ended.signal])).catch(() => {});
    if (!ended.signal.aborted) await cancel();
    await systemClock.sleep(LAST_MS, ended.signal).catch(() => {});
    throw signal.reason;
  };
  try {
    return await Promise.race([work, cutOff()]);
  } catch (error) {
    // Whatever the work broke on then, this is why.
    signal.throwIfAborted();
    throw error;
  } finally {
    ended.abort();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
