/**
 * The connector: what Rekindle needs to know of an ad platform, as one typed object.
 *
 * A connector turns one call into a request and the answer into an outcome; a push is one request,
 * so that it is taken or refused as a whole. It never sleeps, retries, reads the clock, the
 * environment or the database: its context carries time, credentials and addresses, so that it
 * runs against the sandbox or a stranger's emulator as is.
 */
import type { z } from 'zod';
import type { Digest, KEY_RULES, KeyKind, PostalName, Profile } from '../src/identity/types.ts';

/** What a connector may use of the world. One per destination; lives as long as its process. */
export interface ConnectorContext {
  /** The ad account, in the platform's own spelling, e.g. `act_123` for Meta. */
  readonly account: string;
  /** Secret values by the names in the connector's `settings.credentials`. Never logged. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Base addresses by the names in the connector's `endpoints`, without a trailing slash. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly now: () => Date;
  /** Milliseconds that one request may take before it counts as `transient`. */
  readonly deadlineMs: number;
  /** Ends requests in flight when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Keeps something per destination, such as an access token or an SDK client. */
  readonly memo: <T>(key: string, make: () => T) => T;
}

/** The list on the platform that one sync fills. */
export interface Audience {
  /** The platform's id of the list. */
  readonly remoteId: string;
  /** The name that people see on the platform. */
  readonly name: string;
}

/** What to look for or make: the name people see, and our own key, kept in the description. */
export interface AudienceWanted {
  readonly name: string;
  /** Opaque and stable; says nothing about the segment. */
  readonly key: string;
}

/**
 * What a customer said to a purpose, in the terms that platforms ask for. `unknown` is someone whom
 * the destination's policy lets through without a recorded answer; a refusal never gets this far.
 */
export type ConsentSignal = 'granted' | 'unknown';

export interface MemberConsent {
  readonly adUserData: ConsentSignal;
  readonly adPersonalization: ConsentSignal;
  /**
   * Where the platform is to limit its use of the person's data under a law of a US state: Meta's
   * number of that state, 0 for Meta to find it. Absent where it is not.
   */
  readonly limitedUseState?: number;
}

/**
 * One person of a batch: what is sent of them under the connector's rules, by kind. Kinds that are
 * not sent are empty or absent.
 */
export interface Member {
  readonly email: readonly Digest[];
  readonly phone: readonly Digest[];
  /** Plain or digests, as the connector's rule says. */
  readonly mobileId?: readonly string[];
  readonly xHandle?: readonly Digest[];
  readonly xId?: readonly Digest[];
  readonly externalId?: readonly string[];
  /** A key of its own (`address_google`): a name at an address. */
  readonly address?: readonly PostalName[];
  /** No key (`profile_meta`): goes along when people are added, and is never named to remove them. */
  readonly profile?: Profile;
  readonly consent: MemberConsent;
}

/** One request's worth of rows; never more than the connector's `limits`. */
export interface Batch {
  /** Stable across resends: the same batch always carries the same id. */
  readonly id: bigint;
  readonly audience: Audience;
  readonly operation: 'add' | 'remove';
  readonly members: readonly Member[];
}

/** Rows that the platform refused, by its own code. */
export interface Rejection {
  readonly code: string;
  readonly count: number;
}

/**
 * What the platform said about a batch. `accepted` + all `rejected` counts + `unknown` equals the
 * rows sent. `unknown` is a row of which the platform gave totals only; it is never guessed.
 * `pending` means that the platform took the request and will say more under `requestId`.
 */
export type Receipt =
  | {
      readonly state: 'final';
      readonly requestId: string | null;
      readonly accepted: number;
      readonly rejected: readonly Rejection[];
      readonly unknown: number;
    }
  | { readonly state: 'pending'; readonly requestId: string; readonly rows: number };

/** A batch that was answered with `pending`, asked about again. */
export interface PendingBatch {
  readonly requestId: string;
  readonly rows: number;
  readonly operation: 'add' | 'remove';
}

/**
 * How many of the people sent the platform recognised, in the platform's own measure: people
 * (`count`, as bounds), a share of 0..1 (`rate`, as bounds), or not known, with the reason.
 */
export type MatchReading =
  | {
      readonly kind: 'count';
      readonly lower: number;
      readonly upper: number;
      /** What the number counts, in a sentence, e.g. "people active in the last 90 days". */
      readonly meaning: string;
    }
  | {
      readonly kind: 'rate';
      readonly lower: number;
      readonly upper: number;
      readonly meaning: string;
    }
  | {
      readonly kind: 'unknown';
      readonly reason: 'processing' | 'too-small' | 'not-reported' | 'gone';
      readonly detail: string;
    };

/** One named check of `destination test`, with a tick or the exact cause. */
export type Check =
  | { readonly name: string; readonly ok: true; readonly detail?: string }
  | { readonly name: string; readonly ok: false; readonly cause: string; readonly fix: string };

export interface Limits {
  /** Most people in one request. */
  readonly rows: number;
  /** Most keys of one kind for one person; further ones are left out. */
  readonly keysPerKind: number;
  /**
   * Most keys for one person of all kinds together; further ones are left out, those of the kinds
   * named last first. A removal of more is several rows.
   */
  readonly keysPerMember: number;
  /** Requests in flight at once for one account. */
  readonly concurrency: number;
  /** Requests that may start within `perMs`, for one account. */
  readonly requests: number;
  readonly perMs: number;
  /** Matched people below which the platform does not serve ads, as documented or nearest to it. */
  readonly minimumAudience: number;
  /** Days after which the platform forgets a member that was not sent again; null = never. */
  readonly memberLifetimeDays: number | null;
  /** Kinds of key that the platform forgets sooner, and after how many days. */
  readonly keyLifetimeDays?: { readonly [Kind in KeyKind]?: number };
}

export interface Capabilities {
  /** What the platform tells about matching. */
  readonly match: 'rate' | 'range' | 'size';
  /** Whether answers to a push are final at once or come later under a request id. */
  readonly receipts: 'immediate' | 'later';
}

/** A typed definition of one ad platform. */
export interface Connector {
  readonly id: string;
  /** The platform's name as people write it. */
  readonly title: string;
  readonly settings: {
    /** Checks the account as written in the configuration; says what is wrong with it. */
    readonly account: z.ZodType<string>;
    /** The credentials the platform needs, each a secret; descriptions become the form's help. */
    readonly credentials: z.ZodObject<Record<string, z.ZodType<string>>>;
  };
  /** Base addresses by name: the variable that overrides each and the real one. */
  readonly endpoints: Readonly<Record<string, { readonly variable: string; readonly url: string }>>;
  /** The rule per kind; a kind that is absent cannot be sent to this platform. */
  readonly identifiers: {
    readonly [Kind in KeyKind]?: (typeof KEY_RULES)[Kind][number];
  };
  readonly limits: Limits;
  readonly capabilities: Capabilities;

  check(context: ConnectorContext): Promise<Check[]>;
  /**
   * The audience that carries our key, made under `wanted.name` if it is not there. Calling again
   * after a lost answer finds the one already made instead of making a second. A list of that name
   * that somebody else made is never taken over.
   */
  ensureAudience(context: ConnectorContext, wanted: AudienceWanted): Promise<Audience>;
  /** Sends one batch. Sending the same batch twice leaves the platform as sending it once. */
  push(context: ConnectorContext, batch: Batch): Promise<Receipt>;
  /** Asks about a batch that was answered with `pending`. Only where receipts come later. */
  settle?(context: ConnectorContext, pending: PendingBatch): Promise<Receipt>;
  readMatch(context: ConnectorContext, audience: Audience): Promise<MatchReading>;
}

/**
 * The closed family of platform failures. `throttled` and `transient` heal by waiting; the others
 * need a person, and say what to do.
 */
export const FAILURE_KINDS = {
  throttled: { healsItself: true },
  transient: { healsItself: true },
  auth: { healsItself: false },
  permission: { healsItself: false },
  terms: { healsItself: false },
  invalid: { healsItself: false },
  policy: { healsItself: false },
  gone: { healsItself: false },
} as const satisfies Record<string, { healsItself: boolean }>;

export type FailureKind = keyof typeof FAILURE_KINDS;

export interface FailureDetails {
  /** The platform's own code, e.g. `80003/2446079` or `INVALID_SHA256_FORMAT`. */
  readonly code: string;
  /** What a person should do, in one sentence. */
  readonly nextStep: string;
  /** Milliseconds to wait, where the platform said so. */
  readonly retryAfterMs?: number;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  readonly cause?: unknown;
}

/**
 * A request that a platform did not carry out. The message is the platform's, cleaned of
 * everything secret: it never holds a token, an address with a query, a payload or a digest.
 */
export class ConnectorFailure extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  readonly nextStep: string;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;

  constructor(kind: FailureKind, message: string, details: FailureDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ConnectorFailure';
    this.kind = kind;
    this.code = details.code;
    this.nextStep = details.nextStep;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
  }

  get healsItself(): boolean {
    return FAILURE_KINDS[this.kind].healsItself;
  }
}
