/** One request to Example Ads, within the deadline, with its answer parsed. */
import type { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { failureOfAnswer, noAnswer, unreadable } from './failures.ts';

/**
 * Sends one request, a POST where there is a body, and reads its answer. Never tries again: when and
 * whether to is for the engine to say, which knows the budget of the account.
 *
 * @throws ConnectorFailure, and nothing else.
 */
export async function ask<T>(
  context: ConnectorContext,
  schema: z.ZodType<T>,
  path: string,
  body?: object,
): Promise<T> {
  const { status, headers, text } = await send(context, path, body);
  // On failures too: they are what uses a budget up.
  const used = headers.get('x-budget-used') ?? '';
  if (/^\d+(?:\.\d+)?$/.test(used)) context.observe({ used: Number(used) });
  const json = parseJson(text);
  if (status >= 400) throw failureOfAnswer(status, headers, json);
  const read = schema.safeParse(json);
  // A page of a proxy with a good status is no success. zod's error quotes values: it stays here.
  if (!read.success) throw unreadable();
  return read.data;
}

async function send(context: ConnectorContext, path: string, body: object | undefined) {
  try {
    const response = await fetch(`${context.endpoints['api'] ?? ''}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${context.credentials['accessToken'] ?? ''}`,
        'content-type': 'application/json',
      },
      // The token goes to this host and no other.
      redirect: 'manual',
      // Ends a slow body as well as a slow start, since the text is read in here.
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(context.deadlineMs)]),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch {
    // What fetch throws may hold the address and the request, so it does not go along as a cause.
    throw noAnswer(context);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
