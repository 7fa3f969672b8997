/** X's answers and lost connections as ConnectorFailures, with nothing secret in them. */
import { ConnectorFailure } from '../connector.ts';
import type { FailureKind, RefusedRow } from '../connector.ts';
import type { Answer } from './answer.ts';
import { isWrong, skewInWords, skewOf } from './clock-skew.ts';
import { parseJson, readErrors } from './error-body.ts';
import type { SaidErrors } from './error-body.ts';
import { scrub } from './scrub.ts';
import { retryAfterOf, waitOf } from './usage.ts';

interface Rule {
  readonly kind: FailureKind;
  readonly nextStep: string;
}

const nothing = 'Nothing to do: Rekindle tries again. If it goes on, look at X’s API status page.';
const report =
  'Rekindle sent something that X does not take. Report this code with the version of Rekindle.';
const newTokens =
  'Make new access tokens for the app in the X developer portal and store them in the destination.';
const askAccess =
  'Ask X for Ads API access with audience endpoints (Standard Access) for this app, then make new access tokens.';
const addUser =
  'Check the account id, and give the user of the access token a role on this ads account on ads.x.com.';
const makeAgain = 'Look on ads.x.com whether the audience was deleted there.';

/** What to do about a clock that is wrong. */
export const SET_CLOCK =
  'Set the clock of this machine, best by a time service (NTP), and try again.';

/** What each code of X's error page that an audience sync can meet stands for. */
export const X_FAILURES: Readonly<Record<string, Rule>> = {
  INVALID_PARAMETER: { kind: 'invalid', nextStep: report },
  MISSING_PARAMETER: { kind: 'invalid', nextStep: report },
  EXCLUSIVE_PARAMETERS: { kind: 'invalid', nextStep: report },
  INCLUSIVE_PARAMETERS: { kind: 'invalid', nextStep: report },
  ILLEGAL_CHARACTERS: {
    kind: 'invalid',
    nextStep: 'Choose an audience name of plain letters, digits and spaces.',
  },
  REQUEST_TOO_COMPLEX: { kind: 'invalid', nextStep: report },
  INVALID_USER_ID: { kind: 'invalid', nextStep: report },
  INVALID_TAILORED_AUDIENCE_TYPE: {
    kind: 'invalid',
    nextStep: 'The list is not one of customer data. Choose another audience name.',
  },
  FEATURE_NOT_AVAILABLE: { kind: 'permission', nextStep: askAccess },
  UNAUTHORIZED_ACCESS: { kind: 'auth', nextStep: newTokens },
  CURRENT_USER_SUSPENDED: {
    kind: 'auth',
    nextStep: 'Use the access token of a user who is not suspended on X.',
  },
  UNAUTHORIZED_CLIENT_APPLICATION: { kind: 'permission', nextStep: askAccess },
  READONLY_CLIENT_APPLICATION: {
    kind: 'permission',
    nextStep:
      'Give the app read and write permission in the X developer portal, then make new tokens.',
  },
  ACCOUNT_NOT_FOUND: { kind: 'permission', nextStep: addUser },
  USER_NOT_FOUND: { kind: 'permission', nextStep: addUser },
  ACTION_NOT_ALLOWED: { kind: 'permission', nextStep: addUser },
  ACCOUNT_LOCKED_OUT: {
    kind: 'permission',
    nextStep: 'X locked the account. Sign in on x.com as its user and follow what X asks.',
  },
  NOT_FOUND: { kind: 'gone', nextStep: makeAgain },
  TAILORED_AUDIENCE_NOT_FOUND: { kind: 'gone', nextStep: makeAgain },
  INVALID_ID_ILLEGAL_CHARACTERS: { kind: 'gone', nextStep: makeAgain },
  ROUTE_NOT_FOUND: {
    kind: 'invalid',
    nextStep: 'X no longer serves this API version, or X_ADS_URL is wrong. Update Rekindle.',
  },
  METHOD_NOT_ALLOWED: { kind: 'invalid', nextStep: report },
  CANCELLED_REQUEST: { kind: 'transient', nextStep: nothing },
  LOCK_ACQUISITION_TIMEOUT: { kind: 'transient', nextStep: nothing },
  TOO_MANY_REQUESTS: {
    kind: 'throttled',
    nextStep: 'Nothing to do: Rekindle waits until X takes requests for this account again.',
  },
  INTERNAL_ERROR: { kind: 'transient', nextStep: nothing },
  SERVER_ERROR: { kind: 'transient', nextStep: nothing },
  OVER_CAPACITY: { kind: 'transient', nextStep: nothing },
  SERVICE_UNAVAILABLE: { kind: 'transient', nextStep: nothing },
};

const STATUS_FAILURES: Readonly<Record<number, Rule>> = {
  401: { kind: 'auth', nextStep: newTokens },
  403: { kind: 'permission', nextStep: addUser },
  404: { kind: 'gone', nextStep: makeAgain },
  408: { kind: 'transient', nextStep: nothing },
  423: { kind: 'transient', nextStep: nothing },
};

/**
 * The failure that an answer stands for. All of a request is refused where one of its operations
 * is; where X names those for sure, they are the culprits.
 *
 * @param operations how many operations the request held, 0 where it was none of such
 */
export function failureOfAnswer(
  answer: Answer,
  now: Date,
  secrets: readonly string[],
  operations = 0,
): ConnectorFailure {
  const { status } = answer;
  const body = parseJson(answer.text);
  const errors = readErrors(body, operations);
  const judge = (code: string) => ruleOf(status, code, answer.text !== '' && body === undefined);
  // An error that is no fault of a row's decides over all: without it nobody can be blamed.
  const error = errors.all.find(({ code }) => judge(code).kind !== 'invalid') ?? errors.all[0];
  const code = scrub(error?.code ?? `HTTP_${status}`, secrets);
  const { kind, nextStep } = judge(code);
  const said = error?.message === undefined ? '' : `: ${scrub(error.message, secrets)}`;
  const waitMs = kind === 'throttled' ? waitOf(answer.headers, now) : pauseOf(answer);
  const details = {
    code,
    status,
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    ...(kind === 'invalid' && { culprits: culpritsOf(errors, secrets) }),
  };
  const message = `X answered ${status} ${code}${said}`;
  const skewMs = skewOf(answer.headers, now);
  if (kind !== 'auth' || status !== 401 || skewMs === undefined || !isWrong(skewMs)) {
    return new ConnectorFailure(kind, message, { ...details, nextStep });
  }
  // X takes no signature of another time, so that a wrong clock looks like wrong credentials.
  const clock = `This machine's clock is ${skewInWords(skewMs)}.`;
  return new ConnectorFailure(kind, `${message}. ${clock}`, { ...details, nextStep: SET_CLOCK });
}

/** An outage lasts as X says of it; the budget of requests is counted anew at some other time. */
function pauseOf({ status, headers }: Answer): number | undefined {
  return status === 503 ? retryAfterOf(headers) : undefined;
}

function culpritsOf({ placed }: SaidErrors, secrets: readonly string[]): RefusedRow[] {
  return placed.map(({ position, code }) => ({ position, code: scrub(code, secrets) }));
}

/** A connection that gave no answer, by Node's code for it, e.g. ECONNREFUSED. */
export function lostConnection(networkCode: string): ConnectorFailure {
  return new ConnectorFailure('transient', `The connection to X broke (${networkCode}).`, {
    code: networkCode,
    nextStep: 'Check that this machine reaches X (X_ADS_URL). Rekindle tries again.',
  });
}

/** No answer within the deadline. */
export function timedOut(deadlineMs: number): ConnectorFailure {
  return new ConnectorFailure('transient', `X did not answer within ${deadlineMs} ms.`, {
    code: 'TIMEOUT',
    nextStep: nothing,
  });
}

/** The run was cancelled while the request was in flight. */
export function cancelled(): ConnectorFailure {
  return new ConnectorFailure('transient', 'The request to X was cancelled with its run.', {
    code: 'CANCELLED',
    nextStep: 'Nothing to do: the next run goes on from here.',
  });
}

/** A good status with a body that is not what X documents, e.g. the page of a proxy. */
export function unreadable(what: string): ConnectorFailure {
  return new ConnectorFailure('transient', `X answered ${what} in a form that cannot be read.`, {
    code: 'UNREADABLE_ANSWER',
    nextStep: 'Check X_ADS_URL and any proxy between here and X. Rekindle tries again.',
  });
}

/** Fewer or more people counted than were sent, which X's docs call an error to retry for. */
export function miscounted(
  counts: { readonly successCount: number; readonly totalCount: number },
  rows: number,
): ConnectorFailure {
  const { successCount, totalCount } = counts;
  return new ConnectorFailure(
    'transient',
    `X counted ${successCount} of ${totalCount} people as taken, of ${rows} sent.`,
    {
      code: 'COUNT_MISMATCH',
      nextStep: 'Nothing to do: Rekindle sends the batch again. If it goes on, ask X support.',
    },
  );
}

/** The SDK refused to make the request. */
export function unsendable(): ConnectorFailure {
  return new ConnectorFailure('invalid', 'The request to X could not be made.', {
    code: 'UNSENDABLE',
    nextStep: 'Check X_ADS_URL, the audience name and the credentials of this destination.',
  });
}

// A body that is no JSON proves no answer of X's own, so only the status 429 is believed then.
function ruleOf(status: number, code: string, foreignBody: boolean): Rule {
  const throttled = X_FAILURES['TOO_MANY_REQUESTS'] ?? { kind: 'throttled', nextStep: nothing };
  if (status === 429) return throttled;
  if (foreignBody || status >= 500) return { kind: 'transient', nextStep: nothing };
  return X_FAILURES[code] ?? STATUS_FAILURES[status] ?? { kind: 'invalid', nextStep: report };
}
