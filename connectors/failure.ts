/** How a platform says no: one closed family, whatever the platform. */

/** One row that the platform named as refused: where it stands in the batch, and the code. */
export interface RefusedRow {
  readonly position: number;
  readonly code: string;
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
  /** The rows for whose sake the whole request was refused; without them it may be sent again. */
  readonly culprits?: readonly RefusedRow[];
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
  readonly culprits: readonly RefusedRow[];

  constructor(kind: FailureKind, message: string, details: FailureDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ConnectorFailure';
    this.kind = kind;
    this.code = details.code;
    this.nextStep = details.nextStep;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
    this.culprits = details.culprits ?? [];
  }

  get healsItself(): boolean {
    return FAILURE_KINDS[this.kind].healsItself;
  }
}
