/** What a language has to say of alerts. Commands and names stay as they are in every language. */
import type { AlertKind, Cause } from '../cause.ts';

/** What is the matter, in one sentence or two, and what to do. */
export interface Description {
  readonly sentence: string;
  readonly nextStep: string;
}

/** What is known of the object of an alert when its cause is gone. */
export interface Recovery {
  readonly kind: AlertKind;
  readonly name: string | null;
  /** Whether a person paused the sync, which is why it is the cause of nothing. */
  readonly paused: boolean;
  /** The latest good run of the sync, where it is newer than what the alert told of. */
  readonly goodRun: { readonly id: string; readonly at: Date } | null;
  /** The alert about the runs of the same sync that is open now. */
  readonly replacedBy: AlertKind | null;
}

/** How a moment is written. */
export type SayMoment = (at: Date) => string;

export interface Phrasebook {
  describe(cause: Cause, moment: SayMoment): Description;
  recovered(recovery: Recovery, moment: SayMoment): string;
  /** A kind as a title, with the name of its object. */
  title(kind: AlertKind, name: string | null): string;
  readonly reminder: (title: string) => string;
  readonly resolved: (title: string) => string;
  /** The title of one that another took the place of. */
  readonly closed: (title: string) => string;
  /** The title of several at once. */
  readonly several: (open: number, resolved: number, closed: number) => string;
  readonly whatToDo: (nextStep: string) => string;
  /** The label of a link into the console. */
  readonly look: string;
  /** Where there is no console: the command that shows it. */
  readonly byCommand: (command: string) => string;
  readonly openSince: (moment: string) => string;
  readonly openFor: (from: string, until: string) => string;
  /** What is left out of a long message. */
  readonly more: (left: number, command: string) => string;
  /** The message by which a channel is tried. */
  readonly test: { readonly title: string; readonly sentence: (moment: string) => string };
  readonly footer: string;
}

/** A range of shares in percent, once where both ends read the same. */
export function percentRange(
  { lower, upper }: { lower: number; upper: number },
  dash: '–' | '〜',
): string {
  const [from, to] = [Math.round(lower * 100), Math.round(upper * 100)];
  return from === to ? `${from} %` : `${from}${dash}${to} %`;
}

/** A run that a guardrail holds, as causes have it. */
export type HeldCause = Extract<Cause, { readonly kind: 'run-held' }>;

/** The day of a moment in UTC: `2026-11-22`. */
export function utcDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}
