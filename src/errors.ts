/**
 * The closed registry of Rekindle's own errors. Every error that a person can meet has a code here
 * and says whether waiting heals it. Failures of ad platforms have their own closed family in
 * `connectors/connector.ts`.
 *
 * Messages name the thing and the way out; they never carry tokens, e-mails, phones or digests.
 */
export const ERROR_CODES = {
  'config.invalid': { healsItself: false },
  'input.invalid': { healsItself: false },
  'input.encoding': { healsItself: false },
  'file.unreadable': { healsItself: false },
  'not-found': { healsItself: false },
  'secret.missing': { healsItself: false },
  'secret.invalid': { healsItself: false },
  'database.unreachable': { healsItself: true },
  'database.embedded': { healsItself: false },
  'database.not-migrated': { healsItself: false },
  'database.migration': { healsItself: false },
  'database.citus': { healsItself: false },
  'run.in-progress': { healsItself: true },
  'run.impossible': { healsItself: false },
  'lease.lost': { healsItself: true },
  'sandbox.address': { healsItself: false },
  'server.address': { healsItself: false },
  interrupted: { healsItself: true },
} as const satisfies Record<string, { healsItself: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error with a code of the registry and a sentence for the person who meets it. */
export class RekindleError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RekindleError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get healsItself(): boolean {
    return ERROR_CODES[this.code].healsItself;
  }
}
