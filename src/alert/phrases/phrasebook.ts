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
  /** The latest good run of the sync. */
  readonly goodRun: { readonly id: string; readonly at: Date } | null;
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
  /** The title of several at once. */
  readonly several: (open: number, resolved: number) => string;
  readonly nextStep: string;
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
export function percentRange({ lower, upper }: { lower: number; upper: number }): string {
  const [from, to] = [Math.round(lower * 100), Math.round(upper * 100)];
  return from === to ? `${from} %` : `${from}–${to} %`;
}
