/** What can be set about the Meta emulator, and what it is where nothing is said. */

export interface MetaSandboxOptions {
  /** Whether the Custom Audience terms are accepted on the account. */
  readonly termsAccepted?: boolean;
  /** What the token's user may do on the account. */
  readonly tasks?: readonly string[];
  readonly permissions?: readonly string[];
  /** Meta's number for the state of the ad account; 1 is active. */
  readonly accountStatus?: number;
  /** The secret of the app that made the token; the app then requires its proof. */
  readonly appSecret?: string;
  /** When the token ends, by the sandbox's clock; null for never. */
  readonly tokenEndsAt?: Date | null;
  /** When the app's access to data ends; null for never. */
  readonly dataAccessEndsAt?: Date | null;
  /** Whether Meta tells about the token; its page asks for a developer's or an app's. */
  readonly mayDebugToken?: boolean;
  /** What becomes of a version past its end, which is not documented for single requests. */
  readonly oldVersions?: 'refused' | 'upgraded';
  /** Meta's own budget in its lowest tier is 5,000 an hour and 40 more per active audience. */
  readonly callsPerHour?: number;
  /** Time until a change shows in the size: "usually up to 24 hours". */
  readonly processingMs?: number;
  /** Time that Meta works on a replacement after its last part; not documented. */
  readonly replaceMs?: number;
  /** The access of the app, which decides on the score that an ad account may run up. */
  readonly tier?: 'limited' | 'full';
  /** Whether a failed replacement may be followed by another; the guide wants state "Normal". */
  readonly replaceAfterFailure?: boolean;
  /** Whether people can be added and removed after a failed replacement; not documented. */
  readonly changesAfterFailure?: boolean;
  /** Meta's numbers of US states for limited data use; its pages name California's and 0. */
  readonly limitedUseStates?: readonly number[];
  /** Audiences of this many members cannot be replaced. */
  readonly mostReplaced?: number;
  /** A removal that would leave fewer keys is refused; Meta's threshold is not documented. */
  readonly removalFloor?: number;
  /** Names and descriptions that the integrity rules catch; Meta's own list is not public. */
  readonly integrity?: RegExp;
}

export type ResolvedOptions = Required<Omit<MetaSandboxOptions, 'appSecret'>> &
  Pick<MetaSandboxOptions, 'appSecret'>;

/** The options with every default in place. */
export function resolved(options: MetaSandboxOptions): ResolvedOptions {
  return {
    termsAccepted: true,
    tasks: ['MANAGE', 'ADVERTISE', 'ANALYZE'],
    permissions: ['ads_management', 'ads_read'],
    accountStatus: 1,
    tokenEndsAt: null,
    dataAccessEndsAt: null,
    mayDebugToken: true,
    oldVersions: 'refused',
    callsPerHour: 5000,
    processingMs: 60 * 60 * 1000,
    replaceMs: 60 * 1000,
    tier: 'full',
    replaceAfterFailure: false,
    changesAfterFailure: true,
    limitedUseStates: [0, 1000],
    mostReplaced: 100_000_000,
    removalFloor: 0,
    integrity:
      /\b(arthritis|cancer|diabet\w*|pregnan\w*|depress\w*|debt|bankrupt\w*|credit|loan|income)\b/i,
    ...options,
  };
}
