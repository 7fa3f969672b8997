/**
 * What Meta's error codes mean for an audience sync and what a person should do. "Error handling
 * should be done using only the Error Codes": messages change, so nothing here looks at them.
 * Source: Marketing API "Error Reference", Graph API "Handle Errors", Custom Audience pages.
 */
import { z } from 'zod';
import { ConnectorFailure, FAILURE_KINDS } from '../connector.ts';
import type { FailureKind } from '../connector.ts';
import { regainMs } from './usage.ts';
import type { Headers } from './usage.ts';

export interface Meaning {
  readonly kind: FailureKind;
  readonly nextStep: string;
}

const wait: Meaning = {
  kind: 'transient',
  nextStep: 'Wait for the next try; if it goes on, look at https://metastatus.com/.',
};
const slowDown: Meaning = {
  kind: 'throttled',
  nextStep:
    'Wait until Meta lets the ad account through again; calling earlier lengthens the block.',
};
const newToken: Meaning = {
  kind: 'auth',
  nextStep: 'Make a new access token with ads_management for this ad account and put it in place.',
};
export const grant: Meaning = {
  kind: 'permission',
  nextStep:
    'Give the token ads_management and its user the right to manage this ad account in Business settings.',
};
export const acceptTerms: Meaning = {
  kind: 'terms',
  nextStep:
    'Accept the Custom Audience terms as a person (not a system user) at https://business.facebook.com/ads/manage/customaudiences/tos/ for this ad account.',
};
const report: Meaning = {
  kind: 'invalid',
  nextStep: 'Meta did not take the request as it was sent; report the code to the maintainers.',
};
export const retired: Meaning = {
  kind: 'invalid',
  nextStep: 'Update Rekindle: this release speaks an API version that Meta is switching off.',
};
const appeal: Meaning = {
  kind: 'policy',
  nextStep:
    'Open the audience in Audience Manager, rename what suggests health or money, or appeal there.',
};
const replaceRace: Meaning = {
  kind: 'invalid',
  nextStep: 'Let the replace session of the other tool end, then run the sync again.',
};

/** Meanings by `code/subcode`, and by `code` for every subcode without its own line. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  '1': wait,
  '2': wait,
  '4': slowDown,
  '10': grant,
  '17': slowDown,
  '17/1885172': {
    kind: 'policy',
    nextStep: 'Raise the spending limit of the ad account in Ads Manager.',
  },
  '32': slowDown,
  '100': report,
  '100/33': {
    kind: 'gone',
    nextStep:
      'Check on Meta that the audience or ad account still exists and that the token may see it.',
  },
  '100/1713098': report,
  '100/1713228': appeal,
  '100/1713229': appeal,
  '100/1713230': appeal,
  '100/1713231': appeal,
  '100/1713232': appeal,
  '102': newToken,
  '105': report,
  '190': newToken,
  '194': report,
  '200': grant,
  '200/1870034': acceptTerms,
  '200/1870047': {
    kind: 'policy',
    nextStep:
      'Meta refuses to shrink this audience any further: delete it in Audience Manager or let the segment grow.',
  },
  '200/1870050': {
    kind: 'permission',
    nextStep: 'Link the ad account to a business in Business settings.',
  },
  '200/1870090': acceptTerms,
  '200/1870092': {
    kind: 'terms',
    nextStep: 'Accept the Meta Business Tools terms in Business settings.',
  },
  '270': {
    kind: 'permission',
    nextStep: 'Ask Meta for Marketing API access of the app beyond its developers.',
  },
  '294': grant,
  '341': slowDown,
  '368': {
    kind: 'policy',
    nextStep: 'Meta blocked this action as abusive: read the notice in Business Support Home.',
  },
  '613': slowDown,
  '1870034': acceptTerms,
  '1870090': acceptTerms,
  '2635': retired,
  '2650': {
    kind: 'invalid',
    nextStep:
      'The audience was filled by another tool or in another format: choose another audience name.',
  },
  '2650/1870144': replaceRace,
  '2650/1870145': {
    kind: 'transient',
    nextStep: 'Wait until the replace that is under way on this audience has ended.',
  },
  '2650/1870147': replaceRace,
  '2650/1870148': replaceRace,
  '2650/1870158': replaceRace,
  '2650/1870159': replaceRace,
  '2654': {
    kind: 'invalid',
    nextStep:
      'Check the audience name and that the ad account holds fewer than 500 customer lists.',
  },
  '2654/1713092': grant,
  '2656': {
    kind: 'invalid',
    nextStep: 'Delete the lookalikes of this audience first.',
  },
  '2663': acceptTerms,
  '2664': acceptTerms,
  '80000': slowDown,
  '80001': slowDown,
  '80002': slowDown,
  '80003': slowDown,
  '80004': slowDown,
  '80005': slowDown,
  '80006': slowDown,
  '80008': slowDown,
  '80009': slowDown,
  '80014': slowDown,
};

const GraphErrorSchema = z.object({
  message: z.string().default(''),
  code: z.int(),
  error_subcode: z.int().optional(),
  is_transient: z.boolean().optional(),
  error_user_title: z.string().optional(),
  error_user_msg: z.string().optional(),
  fbtrace_id: z.string().optional(),
});

/**
 * The failure for an answer that was not a success.
 *
 * @param error the `error` object of Meta's envelope, or whatever JSON came instead
 * @param answer HTTP status and headers; the token, only to take it out of the message
 */
export function failureFromGraph(
  error: unknown,
  answer: { readonly status: number; readonly headers: Headers; readonly token: string },
): ConnectorFailure {
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
  const found = meaningOf(code, subcode, status);
  const heals = FAILURE_KINDS[found.kind].healsItself;
  const meaning = !heals && parsed.data.is_transient === true ? wait : found;
  const retryAfterMs = regainMs(answer.headers);
  const said = [parsed.data.message, parsed.data.error_user_title, parsed.data.error_user_msg]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
  const traced = trace === undefined ? '' : ` (trace ${trace})`;
  return new ConnectorFailure(meaning.kind, cleaned(`Meta: ${said}${traced}`, answer.token), {
    code: subcode === undefined ? String(code) : `${code}/${subcode}`,
    nextStep: meaning.nextStep,
    status,
    ...(meaning.kind === 'throttled' && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  });
}

function meaningOf(code: number, subcode: number | undefined, status: number): Meaning {
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
      .replaceAll(/access_token=[^&\s]+/gi, 'access_token=[token]')
      .replaceAll(/(https?:\/\/[^\s?]+)\?\S*/gi, '$1')
      .replaceAll(/[0-9a-f]{64}/gi, '[digest]')
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '[id]')
      // Ids that are sent as they are look like any word; platforms quote what they repeat.
      .replaceAll(/"[^"]*"/g, '[value]')
      .replaceAll(/[^\s@"]+@[^\s@"]+/g, '[address]')
      .slice(0, MESSAGE_LENGTH)
  );
}
