/** What X says in its own words when something is not done: status, code and headers. */
import type { CannedAnswer, Mishap } from '../../sandbox/emulator.ts';
import { WRITES_PER_WINDOW } from './rates.ts';
import { API_VERSION } from '../transport.ts';

const WAIT_S = 60;

const ANSWERS: Readonly<Record<Mishap, readonly [number, string, string]>> = {
  throttled: [429, 'TOO_MANY_REQUESTS', 'Too many requests'],
  'throttled-silently': [429, 'TOO_MANY_REQUESTS', 'Too many requests'],
  'server-error': [503, 'OVER_CAPACITY', 'Twitter is temporarily over capacity'],
  'token-expired': [401, 'UNAUTHORIZED_ACCESS', 'This request is not properly authenticated'],
  forbidden: [403, 'ACTION_NOT_ALLOWED', 'The user may not perform this action on the account'],
  // X has no terms that its API asks for. Nearest is an app that people at X did not let in, which
  // is a lack of permission.
  'terms-not-accepted': [
    403,
    'UNAUTHORIZED_CLIENT_APPLICATION',
    'The client application making this request does not have access to this API',
  ],
  refused: [400, 'INVALID_PARAMETER', 'The request holds an invalid parameter'],
};

export function says(mishap: Mishap, now: Date): CannedAnswer {
  const [status, code, message] = ANSWERS[mishap];
  return {
    status,
    headers: {
      'content-type': 'application/json;charset=utf-8',
      date: now.toUTCString(),
      'x-current-api-version': API_VERSION,
      ...(mishap === 'throttled' && {
        'x-rate-limit-limit': String(WRITES_PER_WINDOW),
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': String(Math.ceil(now.getTime() / 1000) + WAIT_S),
      }),
    },
    body: JSON.stringify({ errors: [{ code, message }], request: { params: {} } }),
  };
}
