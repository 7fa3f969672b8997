/**
 * What happens while people are taken on and off lists, for logs and metrics to hear. A step tells
 * it through `onEvent`, and knows neither. No event carries a key, an address, a number or a name of
 * a person, nor anything that opens a door.
 */
import type { BatchOutcome, Problem } from './outcome.ts';

/** What an event is about; whoever passes `onEvent` on adds what it knows. */
export interface About {
  readonly sync?: string;
  readonly platform?: string;
  readonly run?: bigint;
}

interface OfBatch {
  readonly batch: bigint;
  readonly operation: 'add' | 'remove';
}

interface Rows {
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
}

/** What stopped something, as far as a line of a log has room for it. */
type Reason = Pick<Problem, 'code' | 'message'>;

type Happening =
  /** The ledger says who is to come and go, and nothing is sent yet. */
  | {
      readonly kind: 'run-planned';
      readonly mode: string;
      readonly wanted: number;
      readonly unchanged: number;
      readonly waiting: number;
      readonly added: number;
      readonly removed: number;
    }
  /** A run has its end: one of the states of `run` that are one. */
  | (Rows & {
      readonly kind: 'run-ended';
      readonly state: string;
      readonly notSent: number;
      readonly problem: Reason | null;
    })
  /** A run has none: its process stops, or met what nobody foresaw; another goes on with it. */
  | { readonly kind: 'run-stopped'; readonly code: string }
  /** One attempt leaves, with as many rows as are still to be sent. */
  | (OfBatch & { readonly kind: 'batch-sent'; readonly rows: number })
  /** An attempt failed, and there is another after a pause. */
  | (OfBatch & {
      readonly kind: 'batch-retried';
      /** Attempts made so far. */
      readonly attempt: number;
      readonly waitMs: number;
      readonly problem: Reason;
    })
  /** The platform has answered, or has taken what it answers later (`pending`). */
  | (OfBatch &
      Rows & {
        readonly kind: 'batch-answered';
        readonly state: 'done' | 'pending';
        readonly requestId: string | null;
        readonly problem: Reason | null;
      })
  /** The batch is given up: refused as a whole, or without an answer (`lost`). */
  | (OfBatch &
      Rows & {
        readonly kind: 'batch-failed';
        readonly state: 'refused' | 'lost';
        readonly problem: Reason | null;
      })
  /** One call of a connector is over, whatever it was for. */
  | {
      readonly kind: 'request-ended';
      /** `ok`, the kind of a connector's failure, or `error` for what is none. */
      readonly outcome: string;
      /** From the moment at which the budget let it go. */
      readonly ms: number;
    }
  /** Nothing is sent to the account before this moment. */
  | { readonly kind: 'waiting'; readonly until: Date; readonly problem: Reason }
  /** Another process speaks to the account, and is waited for. */
  | { readonly kind: 'account-busy' };

export type DeliveryEvent = About & Happening;

/** Hears of what happens; must neither throw nor take long, since requests wait for it. */
export type OnEvent = (event: DeliveryEvent) => void;

/** The same options, with every event told about what is known here unless it says otherwise. */
export function tellingOf<Options extends { readonly onEvent?: OnEvent | undefined }>(
  about: About,
  options: Options,
): Options {
  const { onEvent } = options;
  if (onEvent === undefined) return options;
  return { ...options, onEvent: (event: DeliveryEvent) => onEvent({ ...about, ...event }) };
}

/** The event of an outcome that was just written down. */
export function outcomeEvent(
  { id, operation }: { readonly id: bigint; readonly operation: 'add' | 'remove' },
  { state, requestId, accepted, rejected, unknown, problem }: BatchOutcome,
): DeliveryEvent {
  const about = { batch: id, operation, accepted, rejected, unknown, problem: reasonOf(problem) };
  return state === 'done' || state === 'pending'
    ? { kind: 'batch-answered', state, requestId, ...about }
    : { kind: 'batch-failed', state, ...about };
}

/** A problem without what a person is to do about it. */
export function reasonOf(problem: Problem): Reason;
export function reasonOf(problem: Problem | null): Reason | null;
export function reasonOf(problem: Problem | null): Reason | null {
  return problem === null ? null : { code: problem.code, message: problem.message };
}
