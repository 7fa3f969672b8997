/** Errors as answers: what a person can act on, and never a stack. */
import type { ErrorHandler } from 'hono';
import { RekindleError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Log } from '../infra/log.ts';
import { reportError } from '../services/problem.ts';

const STATUS: Partial<Record<ErrorCode, 400 | 404 | 409 | 503>> = {
  'input.invalid': 400,
  'not-found': 404,
  'run.in-progress': 409,
  'database.unreachable': 503,
  'database.not-migrated': 503,
};

/** What nobody foresaw is a 500 without its words, which go to the log. */
export function answerError(log: Log): ErrorHandler {
  return (error, call) => {
    const known = error instanceof RekindleError ? STATUS[error.code] : undefined;
    if (known === undefined) {
      log.error({ err: error, path: call.req.path }, 'a request could not be answered');
      const message = 'Something went wrong here; the log of the server says what.';
      return call.json({ error: { code: 'unexpected', message } }, 500);
    }
    return call.json({ error: reportError(error) }, known);
  };
}
