/** Posts JSON to a webhook. Its address is a secret: it is in no problem, log or error. */

export type Posted =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly status?: number;
      /** How long the receiver asks to be left alone. */
      readonly retryAfterMs?: number;
    };

/** Never throws for what the other side does, or does not. */
export async function postJson(
  url: string,
  body: unknown,
  options: { readonly deadlineMs: number },
): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(options.deadlineMs),
    });
    const said = codeOf(await beginningOf(response));
    if (response.ok) return { ok: true };
    const { status } = response;
    const waitMs = retryAfterMs(response.headers.get('retry-after'));
    return {
      ok: false,
      status,
      problem: `The webhook answered ${status}${said}${adviceFor(status)}`,
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const seconds = options.deadlineMs / 1000;
    return {
      ok: false,
      problem: isLate
        ? `The webhook did not answer within ${seconds} s.`
        : `The webhook could not be reached (${causeOf(error)}).`,
    };
  }
}

/** More of an answer is not read. */
const MOST_BYTES = 64 * 1024;

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes >= MOST_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Slack answers with a word such as `invalid_payload`; anything longer might hold anything. */
function codeOf(body: string): string {
  const word = body.trim();
  return /^[a-z]+(?:_[a-z]+)*$/u.test(word) && word.length <= 40 ? ` (${word})` : '';
}

function adviceFor(status: number): string {
  if (status === 429) return ': it gets too many messages for now.';
  if (status === 403 || status === 404 || status === 410) {
    return ': it is no more, or lets nobody in. Make a new one and set REKINDLE_ALERT_WEBHOOK.';
  }
  return '.';
}

/** Seconds, as RFC 9110 §10.2.3 has it; the form with a date is not used by webhooks. */
function retryAfterMs(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/u.test(header) ? Number(header) * 1000 : undefined;
}

/** The code of the cause, e.g. `ECONNREFUSED`; the message of a failed fetch may hold the address. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
}
