/** From an answer of Meta that was no success to one failure of the closed family. */
import { z } from 'zod';
import { ConnectorFailure, FAILURE_KINDS } from '../connector.ts';
import {
  MEANINGS,
  appSecret,
  grant,
  nextStepFor,
  report,
  slowDown,
  wait,
} from './failure-table.ts';
import type { Meaning } from './failure-table.ts';
import { regainMs } from './usage.ts';
import type { Headers } from './usage.ts';

const GraphErrorSchema = z.object({
  message: z.string().default(''),
  code: z.int(),
  error_subcode: z.int().optional(),
  is_transient: z.boolean().optional(),
  error_user_title: z.string().optional(),
  error_user_msg: z.string().optional(),
  fbtrace_id: z.string().optional(),
});
type GraphError = z.infer<typeof GraphErrorSchema>;

/** What surrounded an answer; the token is there only to be taken out of the message. */
export interface Refused {
  readonly status: number;
  readonly headers: Headers;
  readonly token: string;
  readonly account: string;
}

/**
 * The failure for an answer that was not a success.
 *
 * @param error the `error` object of Meta's envelope, or whatever came instead
 */
export function failureFromGraph(error: unknown, answer: Refused): ConnectorFailure {
  const { status } = answer;
  const parsed = GraphErrorSchema.safeParse(error);
  if (!parsed.success) {
    const meaning = status === 429 ? slowDown : wait;
    const retryAfterMs = regainMs(answer.headers);
    return new ConnectorFailure(meaning.kind, `Meta answered ${status} without an error code.`, {
      code: `http-${status}`,
      nextStep: meaning.nextStep,
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  const { code, error_subcode: subcode, fbtrace_id: trace } = parsed.data;
  const found = meaningOf(parsed.data, status);
  const heals = FAILURE_KINDS[found.kind].healsItself;
  const meaning = !heals && parsed.data.is_transient === true ? wait : found;
  const retryAfterMs = regainMs(answer.headers) ?? meaning.waitMs;
  const said = [parsed.data.message, parsed.data.error_user_title, parsed.data.error_user_msg]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
  const traced = trace === undefined ? '' : ` (trace ${trace})`;
  return new ConnectorFailure(meaning.kind, cleaned(`Meta: ${said}${traced}`, answer.token), {
    code: subcode === undefined ? String(code) : `${code}/${subcode}`,
    nextStep: nextStepFor(meaning, answer.account),
    status,
    ...(meaning.kind === 'throttled' && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  });
}

function meaningOf({ code, error_subcode: subcode, message }: GraphError, status: number): Meaning {
  // A missing or wrong proof has no code of its own; where its name is no longer in the message,
  // the failure is a plain 100.
  if (code === 100 && subcode === undefined && message.includes('appsecret_proof')) {
    return appSecret;
  }
  const exact = MEANINGS[`${code}/${subcode}`] ?? MEANINGS[String(code)];
  if (exact !== undefined) return exact;
  if (code >= 200 && code <= 299) return grant;
  if (status >= 500) return wait;
  if (status === 429) return slowDown;
  return report;
}

/** Longest message that is kept; a platform's sentence, never a page. */
const MESSAGE_LENGTH = 400;

function cleaned(message: string, token: string): string {
  const open = token === '' ? message : message.replaceAll(token, '[token]');
  return (
    open
      .replaceAll(/(access_token|input_token)=[^&\s]+/gi, '$1=[token]')
      .replaceAll(/(https?:\/\/[^\s?]+)\?\S*/gi, '$1')
      .replaceAll(/[0-9a-f]{64}/gi, '[digest]')
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '[id]')
      // Ids that are sent as they are look like any word; platforms quote what they repeat.
      .replaceAll(/"[^"]*"|“[^”]*”/g, '[value]')
      // A quote inside a word is an apostrophe, in "can't" as in "O'Brien".
      .replaceAll(/(?<![\p{L}\p{N}])['‘].*?['’](?![\p{L}\p{N}])/gsu, '[value]')
      .replaceAll(/[^\s@"]+@[^\s@"]+/g, '[address]')
      // With the sign of a country, or the 0 that stands in its place.
      .replaceAll(/(?:[+＋]\s?\d|(?<![\p{L}\p{N}])0)[\d\s().-]{6,}\d/gu, '[phone]')
      .slice(0, MESSAGE_LENGTH)
  );
}
