/** Every way in which Example Ads says no, or nothing, as one of our closed family of failures. */
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { ConnectorContext, FailureKind } from '../connector.ts';

interface Meaning {
  /** Decides what the engine does: wait, send again, leave rows out, or stop and ask a person. */
  readonly kind: FailureKind;
  /** For that person: what to do, where, in one sentence. */
  readonly nextStep: string;
}

const wait: Meaning = { kind: 'transient', nextStep: 'Nothing: Rekindle tries again.' };
const slowDown: Meaning = {
  kind: 'throttled',
  nextStep: 'Nothing: Rekindle waits until Example Ads takes requests again.',
};
const report: Meaning = {
  kind: 'invalid',
  nextStep: 'Rekindle sent what Example Ads does not take: report the code and your version.',
};

/** The codes of the platform's error page. One that is not here is judged by its status. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  throttled: slowDown,
  unavailable: wait,
  bad_token: {
    kind: 'auth',
    nextStep: 'Make a new access token under Settings > API and set it as accessToken.',
  },
  forbidden: {
    kind: 'permission',
    nextStep: 'Give the user of the token the role "editor" on the account.',
  },
  terms_not_accepted: {
    kind: 'terms',
    nextStep: 'Accept the terms for customer lists under Settings > Terms.',
  },
  invalid_request: report,
  invalid_people: report,
  list_blocked: {
    kind: 'policy',
    nextStep: 'Read under Lists why Example Ads blocked the list, and appeal there.',
  },
  list_not_found: {
    kind: 'gone',
    nextStep: 'Look under Lists whether somebody deleted the list.',
  },
  unknown_version: {
    kind: 'invalid',
    nextStep: 'Example Ads has retired version 1 of its API: update Rekindle.',
  },
};

const ErrorSchema = z.object({
  error: z.object({
    // Whatever is kept of an answer is checked first: a code could hold anything.
    code: z.string().regex(/^[a-z_]{1,40}$/),
    rows: z.array(z.int().nonnegative()).optional(),
  }),
});

/** The failure for an answer with a status of 400 and more. */
export function failureOfAnswer(status: number, headers: Headers, body: unknown): ConnectorFailure {
  const said = ErrorSchema.safeParse(body);
  const { code, rows = [] } = said.success ? said.data.error : { code: `http_${status}` };
  const { kind, nextStep } = meaningOf(code, status, said.success);
  const seconds = headers.get('retry-after') ?? '';
  // The platform's own sentence is left out, since it may quote what was sent. Where it helps
  // people, take tokens, digests and quotes out of it, as connectors/meta does.
  return new ConnectorFailure(kind, `Example Ads answered ${status} ${code}.`, {
    code,
    nextStep,
    status,
    // In seconds; what is no plain number is no promise.
    ...(/^\d{1,6}$/.test(seconds) && { retryAfterMs: Number(seconds) * 1000 }),
    // Whom the platform names is left out and the others are sent again at once: only for a code
    // that blames these rows alone, and with positions as they stand in the batch.
    ...(code === 'invalid_people' && { culprits: rows.map((position) => ({ position, code })) }),
  });
}

function meaningOf(code: string, status: number, isOwnAnswer: boolean): Meaning {
  if (status === 429) return slowDown;
  // A page of something in between says nothing about our request.
  if (!isOwnAnswer) return wait;
  return MEANINGS[code] ?? (status >= 500 ? wait : report);
}

/** No answer: the run was cancelled, the deadline has passed or the connection broke. */
export function noAnswer({ signal, deadlineMs }: ConnectorContext): ConnectorFailure {
  return signal.aborted
    ? lost('cancelled', 'The request to Example Ads was cancelled with its run.')
    : lost('no_answer', `Example Ads gave no answer within ${deadlineMs} ms, or could not be met.`);
}

/** An answer with a good status that cannot be read. */
export function unreadable(): ConnectorFailure {
  return lost('unreadable', 'Example Ads answered in a form that cannot be read.');
}

// Transient, for the request may have been carried out: the engine then asks `recover`, where there
// is one, and else sends the batch again, which is harmless.
function lost(code: string, message: string): ConnectorFailure {
  const nextStep = 'Check that this machine reaches Example Ads. Rekindle tries again.';
  return new ConnectorFailure('transient', message, { code, nextStep });
}
