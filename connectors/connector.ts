/**
 * The connector: what Rekindle needs to know of an ad platform, as one typed object.
 *
 * A connector turns one call into a request and the answer into an outcome; a push is one request,
 * so that it is taken or refused as a whole. It never sleeps, retries, reads the clock, the
 * environment or the database: its context carries time, credentials and addresses, so that it
 * runs against the sandbox or a stranger's emulator as is.
 */
import type { z } from 'zod';
import type { RefusedRow } from './failure.ts';
import type { ListReading, MatchReading } from './reading.ts';
import type { Digest, KEY_RULES, KeyKind, PostalName, Profile } from '../src/identity/types.ts';

export { ConnectorFailure, FAILURE_KINDS } from './failure.ts';
export type { FailureDetails, FailureKind, RefusedRow } from './failure.ts';
export type { ListCondition, ListReading, ListSize, MatchReading } from './reading.ts';

/** What a connector may use of the world. One per destination; lives as long as its process. */
export interface ConnectorContext {
  /** The ad account, in the platform's own spelling, e.g. `act_123` for Meta. */
  readonly account: string;
  /** Secret values by the names in the connector's `settings.credentials`. Never logged. */
  readonly credentials: Readonly<Record<string, string>>;
  /** What else the destination says, by the names in `settings.options`; nothing secret. */
  readonly options: Readonly<Record<string, string>>;
  /** Base addresses by the names in the connector's `endpoints`, without a trailing slash. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly now: () => Date;
  /** Milliseconds that one request may take before it counts as `transient`. */
  readonly deadlineMs: number;
  /** Ends requests in flight when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Tells what an answer said of the budget; what is sent next goes slower, or waits. */
  readonly observe: (usage: Usage) => void;
  /** Keeps something per destination, such as an access token or an SDK client. */
  readonly memo: <T>(key: string, make: () => T) => T;
}

/** How much of a request budget is used up, as the platform tells along with an answer. */
export interface Usage {
  /** Share of the fullest of the budgets that the answer told of; 1 and above is used up. */
  readonly used: number;
  /** Milliseconds until it is counted anew or lets through again, where the platform said so. */
  readonly resetMs?: number;
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

/** Rows that the platform refused, or says nothing sure of, by its own code. */
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
      /** Those of `rejected` whom the platform named; absent where it names nobody. */
      readonly refused?: readonly RefusedRow[];
      /**
       * Why rows are `unknown`, where the platform says so. It may count a row under two reasons, so
       * that these need not add up.
       */
      readonly reasons?: readonly Rejection[];
    }
  | { readonly state: 'pending'; readonly requestId: string; readonly rows: number };

/** A batch that was answered with `pending`, asked about again. */
export interface PendingBatch {
  readonly requestId: string;
  readonly rows: number;
  readonly operation: 'add' | 'remove';
}

/** A whole list rewritten: every batch of the run is a part of it. */
export interface Replacement {
  /** Stable across resends of its parts, and different from that of every other replacement. */
  readonly id: bigint;
  /** The moment before its first part was sent; the same for all parts. */
  readonly startedAt: Date;
  readonly audience: Audience;
  readonly parts: number;
}

/** Parts are numbered from 1; the first begins a replacement and the last ends it. */
export interface ReplacementPart {
  readonly replacement: Replacement;
  readonly part: number;
  readonly batch: Batch;
}

/**
 * How a platform rewrites a list. `parts`: the list is what the parts hold once the last one is
 * taken, which has to be within `withinMs` of the first. `sweep`: the parts are ordinary additions,
 * and once the platform has worked through all of them, `sweep` takes off whoever was last added
 * before a moment.
 */
export type Replace =
  | {
      readonly kind: 'parts';
      readonly withinMs: number;
      /**
       * False where nobody was ever on the list: it is then filled as any other.
       *
       * @throws ConnectorFailure where the list cannot be rewritten now, with what to do.
       */
      ready(context: ConnectorContext, audience: Audience): Promise<boolean>;
      push(context: ConnectorContext, part: ReplacementPart): Promise<Receipt>;
    }
  | {
      readonly kind: 'sweep';
      /** Gives the id under which `settle` asks, with no rows. */
      sweep(context: ConnectorContext, audience: Audience, addedBefore: Date): Promise<string>;
    };

/** The list of people whom no ad of the account is shown to, whatever audience they are on. */
export interface DoNotReach {
  /** The rules of the keys it takes. */
  readonly identifiers: { readonly email: 'email_plain'; readonly phone: 'phone_e164' };
  /** Most people in one request. */
  readonly rows: number;
  /** Days after which the platform forgets who was not sent again. */
  readonly lifetimeDays: number;
  /** The platform's id of the list as it is there now, asked anew each time; null for no list. */
  listId(context: ConnectorContext): Promise<string | null>;
  /** Sends people to or from the list, which is made where there is none. Harmless to repeat. */
  push(
    context: ConnectorContext,
    batch: {
      readonly operation: 'add' | 'remove';
      readonly members: readonly Pick<Member, 'email' | 'phone'>[];
    },
  ): Promise<Receipt>;
}

/** What an account spent on one campaign on one day, as the platform reports it. */
export interface SpendRow {
  /** The day in the account's own time zone, `YYYY-MM-DD`. */
  readonly date: string;
  readonly campaignId: string;
  readonly campaignName: string;
  /** In `currency`, as a decimal with a point. */
  readonly cost: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
  /** In `currency`, as a decimal with a point. */
  readonly conversionsValue: string;
}

/** The checks of `destination test`, in the order in which one builds on the other. */
export const CHECKS = [
  'reach',
  'clock',
  'credentials',
  'token expiry',
  'API version',
  'account visible',
  'may write audiences',
  'terms accepted',
] as const;
export type CheckName = (typeof CHECKS)[number];

/**
 * One named check: a tick, the exact cause with the way out, or (`null`) why it could not be judged:
 * the platform does not tell, or an earlier check failed.
 */
export type Check =
  | { readonly name: CheckName; readonly ok: true; readonly detail?: string }
  | { readonly name: CheckName; readonly ok: null; readonly detail: string }
  | { readonly name: CheckName; readonly ok: false; readonly cause: string; readonly fix: string };

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
    readonly credentials: z.ZodObject<Record<string, z.ZodType<string | undefined>>>;
    /**
     * Where not every credential is needed: what is missing beside those given, by name, as a
     * sentence; null where they are enough.
     */
    readonly missing?: (given: readonly string[]) => string | null;
    /** What else a destination may say: no secrets, all of it optional. */
    readonly options?: z.ZodObject<Record<string, z.ZodType<string | undefined>>>;
    /** What is wrong with an audience's name for a destination; null where nothing is. */
    readonly nameProblem?: (
      name: string,
      options: Readonly<Record<string, string>>,
    ) => string | null;
  };
  /** Base addresses by name: the variable that overrides each and the real one. */
  readonly endpoints: Readonly<Record<string, { readonly variable: string; readonly url: string }>>;
  /** The rule per kind; a kind that is absent cannot be sent to this platform. */
  readonly identifiers: {
    readonly [Kind in KeyKind]?: (typeof KEY_RULES)[Kind][number];
  };
  readonly limits: Limits;
  readonly capabilities: Capabilities;

  /**
   * Whose request budget a destination spends, where it is not the ad account's: destinations with
   * the same answer share one.
   */
  budgetOf?(context: Pick<ConnectorContext, 'account' | 'credentials' | 'options'>): string;
  /** Every one of CHECKS, in that order. */
  check(context: ConnectorContext): Promise<Check[]>;
  /**
   * The audience that carries our key, made under `wanted.name` if it is not there. Calling again
   * after a lost answer finds the one already made instead of making a second. A list of that name
   * that somebody else made is never taken over.
   */
  ensureAudience(context: ConnectorContext, wanted: AudienceWanted): Promise<Audience>;
  /** Sends one batch. Sending the same batch twice leaves the platform as sending it once. */
  push(context: ConnectorContext, batch: Batch): Promise<Receipt>;
  /**
   * What became of a batch whose answer was lost, where the platform can tell; null where it does
   * not know the batch, which is then sent again.
   */
  recover?(context: ConnectorContext, batch: Batch): Promise<Receipt | null>;
  /** Asks about a batch that was answered with `pending`. Only where receipts come later. */
  settle?(context: ConnectorContext, pending: PendingBatch): Promise<Receipt>;
  readMatch(context: ConnectorContext, audience: Audience): Promise<MatchReading>;
  /** What the platform says of the list now. One that is not there is a reading, not a failure. */
  readList(context: ConnectorContext, audience: Audience): Promise<ListReading>;
  /** Rewrites a list. Absent where the platform has no way to. */
  readonly replace?: Replace;
  /** Absent where the platform has no such list. */
  readonly doNotReach?: DoNotReach;
  /** By campaign and day, both ends included (`YYYY-MM-DD`). */
  readSpend?(
    context: ConnectorContext,
    days: { readonly from: string; readonly to: string },
  ): Promise<SpendRow[]>;
}
