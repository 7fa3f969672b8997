/** The shapes of what the Meta emulator remembers. */
import type { StoredKeys } from '../../sandbox/population.ts';
import type { KeySet } from './keys.ts';

export interface SandboxAudience {
  readonly id: string;
  readonly account: string;
  name: string;
  readonly description: string;
  /** Whether the integrity rules caught its name or description. */
  flagged: boolean;
  /** Days that people stay; 0 for ever. */
  readonly retentionDays: number;
  readonly createdAt: Date;
  contentUpdatedAt: Date | undefined;
  /** The kind of the first upload, which every later one has to share. */
  source: string | undefined;
  members: KeySet;
  /** The members as far as the platform has worked through them. */
  readonly settled: KeySet;
  readonly waiting: Change[];
  /** The replacement that has begun and not ended, and whom it has brought so far. */
  replacing: { readonly session: string; readonly keys: StoredKeys[] } | undefined;
  /** When the last part of the last replacement came. */
  replacedAt: Date | undefined;
  /** Whether the last replacement ran out of time. */
  replaceFailed: boolean;
}

/** What the platform has yet to work through. */
export interface Change {
  readonly at: Date;
  readonly kind: 'add' | 'remove' | 'replace';
  readonly keys: readonly StoredKeys[];
}

/** An upload session; ids are unique per ad account, and the emulator has one account. */
export interface Session {
  readonly id: string;
  readonly audience: string;
  readonly kind: 'users' | 'replace';
  readonly schema: string;
  readonly startedAt: Date;
  received: number;
  invalid: number;
  /** The highest batch that has come. */
  seq: number;
  finished: boolean;
  timedOut: boolean;
}

export interface MetaState {
  readonly audiences: Map<string, SandboxAudience>;
  readonly sessions: Map<string, Session>;
  /** When each of the advertiser's own ids last came along with a person. */
  readonly externIds: Map<string, Date>;
  /** Keys that the platform takes for malformed. */
  readonly refusedKeys: Set<string>;
  /** Audiences ever made; the next id is one more. */
  made: number;
}
