/**
 * What every platform emulator is: a Hono app over a world that it shares with the others. The
 * world gives time, a population of platform users, and a journal that outlives the process.
 */
import type { Hono } from 'hono';
import type { KeyKind } from '../../src/identity/types.ts';

/** A clock that stands still until it is told to move. */
export interface SandboxClock {
  now(): Date;
  advance(ms: number): void;
  set(at: Date): void;
}

/**
 * What an emulator has to remember: one fact per event, plain JSON. An emulator checks a request
 * against its state, appends the event, applies it, and only then answers, so that what was
 * answered survives a killed process and what was refused leaves no trace.
 */
export interface Journal {
  append(platform: string, event: JournalEvent): void;
  /** Every event of one platform in the order they were appended. */
  replay(platform: string): Iterable<JournalEvent>;
}

export type JournalEvent = { readonly type: string; readonly at: string } & Readonly<
  Record<string, unknown>
>;

/** The people who have an account on a platform, found by the keys the platform knows. */
export interface Population {
  /**
   * The platform's user who has this key, if there is one. A key is what `Emulator.members` shows:
   * the digest of a contact detail, or an id that the platform takes as it is. A digest does not
   * show its kind; a population that goes by kinds needs to be told.
   */
  find(platform: string, key: string, kind?: KeyKind): string | undefined;
}

export interface SandboxWorld {
  readonly clock: SandboxClock;
  readonly journal: Journal;
  readonly population: Population;
}

/** What platforms say in their own words when they do not do what was asked. */
export const MISHAPS = [
  /** Too many requests, with how long to wait, 60 seconds. */
  'throttled',
  /** Too many requests, and not a word on how long. */
  'throttled-silently',
  'server-error',
  'token-expired',
  /** The token may not do this. */
  'forbidden',
  'terms-not-accepted',
  /** The request as a whole is not what the platform takes, and it names nobody. */
  'refused',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** An answer in place of the emulator's own. */
export interface CannedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One platform's emulator, mounted by the sandbox server under `/<platform>`. */
export interface Emulator {
  readonly platform: string;
  readonly app: Hono;
  /** The path below its mount point for each of the connector's `endpoints`, e.g. `/token`. */
  readonly paths: Readonly<Record<string, string>>;
  /** An ad account that exists on the emulator and may write audiences. */
  readonly account: string;
  /** Credentials that the emulator takes, by the names of the connector's settings. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The audiences on the platform: id, name, owner account. */
  audiences(): readonly { readonly id: string; readonly name: string; readonly account: string }[];
  /**
   * The keys on an audience, sorted: digests as lowercase hex, plain ids as they are, a name at an
   * address as its parts joined by `|`. Empty for an unknown audience.
   */
  members(audienceId: string): readonly string[];
  /**
   * How many keys are on an audience, 0 for an unknown one: found out without sorting them, since
   * the page asks for it each time. A value that stands there as two kinds may count twice.
   */
  size(audienceId: string): number;
  /** The platform users whom the keys on an audience lead to. */
  matched(audienceId: string): readonly string[];
  /** The part of a path by which people are taken on and off, for faults to be aimed at. */
  readonly uploads: string;
  /** The platform's own words for each mishap at the given time. */
  says(mishap: Mishap, now: Date): CannedAnswer;
  /** Somebody deletes an audience on the platform's own pages. */
  deleteAudience(audienceId: string): void;
  /** Somebody gives an audience another name on the platform's own pages. */
  renameAudience(audienceId: string, name: string): void;
  /** The platform itself stops an audience, so that no ad can go by it, in its nearest own way. */
  stopAudience(audienceId: string): void;
  /** From now on the platform refuses rows with this key, in the way it refuses malformed ones. */
  refuseKey(key: string): void;
}

/** How each platform's module makes its emulator. */
export type CreateEmulator = (world: SandboxWorld) => Emulator;
