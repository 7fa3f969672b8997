/** The sandbox's refusals, in the envelope of Google's REST errors. */

export interface Violation {
  /** Snake case and doubled, as seen live for events; for audiences this is unconfirmed. */
  readonly field: string;
  readonly description: string;
  /** A code of ErrorReason; absent where the JSON itself does not fit the schema. */
  readonly reason?: string;
}

export interface RefusalDetails {
  readonly status: number;
  /** Name of a `google.rpc.Code`. */
  readonly rpc: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly violations?: readonly Violation[];
  /** Seconds with an `s`. */
  readonly retryDelay?: string;
}

/** Most violations in one answer unless told otherwise; how many Google lists is unconfirmed. */
const MOST_VIOLATIONS = 20;

/** Thrown by any route: the request is refused as a whole and leaves no trace. */
export class Refusal extends Error {
  readonly details: RefusalDetails;

  constructor(message: string, details: RefusalDetails) {
    super(message);
    this.name = 'Refusal';
    this.details = details;
  }
}

/** A request that fits the schema but breaks rules: 400 with a reason per field. */
export function invalid(...violations: readonly [Violation, ...Violation[]]): Refusal {
  return new Refusal('There was a problem with the request.', {
    status: 400,
    rpc: 'INVALID_ARGUMENT',
    reason: 'INVALID_ARGUMENT',
    violations,
  });
}

export function notFound(): Refusal {
  return new Refusal('Requested entity was not found.', {
    status: 404,
    rpc: 'NOT_FOUND',
    reason: 'NOT_FOUND',
  });
}

/** The body of a refusal: ErrorInfo, RequestInfo and, with violations, BadRequest. */
export function refusalBody(
  { message, details }: Refusal,
  requestId: string,
  mostViolations = MOST_VIOLATIONS,
): object {
  const { status, rpc, reason, metadata = {}, violations = [], retryDelay } = details;
  const type = (name: string) => ({ '@type': `type.googleapis.com/google.rpc.${name}` });
  return {
    error: {
      code: status,
      message,
      status: rpc,
      details: [
        ...(reason === undefined
          ? []
          : [{ ...type('ErrorInfo'), reason, domain: 'datamanager.googleapis.com', metadata }]),
        { ...type('RequestInfo'), requestId },
        ...(violations.length === 0
          ? []
          : [{ ...type('BadRequest'), fieldViolations: violations.slice(0, mostViolations) }]),
        ...(retryDelay === undefined ? [] : [{ ...type('RetryInfo'), retryDelay }]),
      ],
    },
  };
}
