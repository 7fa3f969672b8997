/** How Example Ads says no, as its documentation shows it. */
import type { CannedAnswer, Mishap } from '../../sandbox/emulator.ts';

const STATUS = {
  throttled: 429,
  unavailable: 503,
  bad_token: 401,
  forbidden: 403,
  terms_not_accepted: 403,
  invalid_request: 400,
  invalid_people: 400,
  list_not_found: 404,
  unknown_version: 404,
} as const;
type Code = keyof typeof STATUS;

/** Thrown by a route, so that a request is refused before anything is written down. */
export class Refusal extends Error {
  readonly answer: CannedAnswer;

  constructor(answer: CannedAnswer) {
    super('refused');
    this.answer = answer;
  }
}

/** Ends a request with an error; `rows` are the positions of the people to blame. */
export function refuse(code: Code, more: { readonly rows?: readonly number[] } = {}): never {
  throw new Refusal(answerOf(code, more));
}

/** The platform's words for what can go wrong anywhere, so that faults can be made by name. */
export function says(mishap: Mishap): CannedAnswer {
  switch (mishap) {
    case 'throttled':
      return answerOf('throttled', {}, { 'retry-after': '60' });
    case 'throttled-silently':
      return answerOf('throttled');
    case 'server-error':
      return answerOf('unavailable');
    case 'token-expired':
      return answerOf('bad_token');
    case 'forbidden':
      return answerOf('forbidden');
    case 'terms-not-accepted':
      return answerOf('terms_not_accepted');
    case 'refused':
      return answerOf('invalid_request');
  }
}

function answerOf(code: Code, more: object = {}, headers: Record<string, string> = {}) {
  return {
    status: STATUS[code],
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ error: { code, message: `Refused: ${code}.`, ...more } }),
  };
}
