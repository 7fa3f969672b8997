/** Any error as a person and a program can take it, the same at every door. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';

export interface ErrorReport {
  /** A code of our registry, `platform.<kind>`, or `unexpected`. */
  readonly code: string;
  readonly message: string;
  readonly nextStep?: string;
  /** The platform's own code. */
  readonly platformCode?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** For whoever mends an unexpected one. */
  readonly stack?: string;
}

export function reportError(error: unknown): ErrorReport {
  if (error instanceof RekindleError) {
    const { code, message, details } = error;
    return { code, message, ...(Object.keys(details).length === 0 ? {} : { details }) };
  }
  if (error instanceof ConnectorFailure) {
    const { kind, code, message, nextStep } = error;
    return { code: `platform.${kind}`, platformCode: code, message, nextStep };
  }
  if (error instanceof Error) {
    const { message, stack } = error;
    return { code: 'unexpected', message, ...(stack === undefined ? {} : { stack }) };
  }
  return { code: 'unexpected', message: String(error) };
}
