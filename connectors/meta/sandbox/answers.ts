/** How the Meta emulator says no: the error envelope, and every refusal it knows. */
import type { CannedAnswer, Mishap } from '../../sandbox/emulator.ts';

/** A refusal with HTTP status and error envelope, thrown before anything is changed. */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(
    code: number,
    message: string,
    more: {
      subcode?: number;
      title?: string;
      text?: string;
      status?: number;
      type?: string;
    } = {},
  ) {
    super(message);
    // 400 is seen for 2650 and the 80000s; for 190, 200 and 10 the status is not confirmed.
    this.status = more.status ?? 400;
    this.body = {
      error: {
        message,
        type: more.type ?? 'OAuthException',
        code,
        ...(more.subcode === undefined ? {} : { error_subcode: more.subcode }),
        is_transient: false,
        ...(more.title === undefined ? {} : { error_user_title: more.title }),
        ...(more.text === undefined ? {} : { error_user_msg: more.text }),
        fbtrace_id: 'ASandbox',
      },
    };
  }
}

export const refusal = {
  parameter: (what: string) => new GraphRefusal(100, `(#100) ${what}`),
  token: () =>
    new GraphRefusal(190, 'Invalid OAuth access token - Cannot parse access token', {
      status: 401,
    }),
  tokenEnded: () =>
    new GraphRefusal(190, 'Error validating access token: Session has expired', {
      subcode: 463,
      status: 401,
    }),
  // Both sentences are as public reports quote them; there is no code of its own for them.
  proof: (given: boolean) =>
    new GraphRefusal(
      100,
      given
        ? 'Invalid appsecret_proof provided in the API argument'
        : 'API calls from the server require an appsecret_proof argument',
      { type: 'GraphMethodException' },
    ),
  debugging: () =>
    new GraphRefusal(
      100,
      '(#100) You must provide an app access token, or a user access token that is an owner or developer of the app',
    ),
  version: (latest: string) =>
    new GraphRefusal(
      2635,
      `(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version: ${latest}.`,
    ),
  missing: (id: string) =>
    new GraphRefusal(100, `Unsupported request. Object with ID '${id}' does not exist.`, {
      subcode: 33,
    }),
  permission: () =>
    new GraphRefusal(294, '(#294) Managing advertisements requires ads_management.', {
      status: 403,
    }),
  task: () =>
    new GraphRefusal(200, '(#200) The user lacks the right to change this ad account.', {
      status: 403,
    }),
  terms: () =>
    new GraphRefusal(200, 'Permissions error', {
      subcode: 1870090,
      title: 'Custom Audience Terms Not Accepted',
      status: 403,
    }),
  ruleOnCustom: () =>
    new GraphRefusal(2654, '(#2654) Failed to create custom audience: rule is not expected'),
  tooManyAudiences: () => new GraphRefusal(2654, '(#2654) Failed to create custom audience'),
  flagged: () =>
    new GraphRefusal(100, 'Invalid parameter', {
      subcode: 1713230,
      title: 'Audience Upload Blocked',
      text: 'Resolve the integrity restrictions on this audience before updating its members.',
    }),
  tooSmall: () =>
    new GraphRefusal(200, 'Permissions error', {
      subcode: 1870047,
      title: 'Audience Size too Low',
    }),
  otherSource: (locked: string, used: string) =>
    new GraphRefusal(
      2650,
      `(#2650) Failed to update the custom audience: This audience was created from data source FILE_IMPORTED.${locked}, which does not support data source FILE_IMPORTED.${used}.`,
    ),
  // The error for too many rows is not confirmed; this is the one that was reported in 2016.
  tooManyRows: () => new GraphRefusal(1, 'An unknown error occurred', { subcode: 99, status: 500 }),
  throttled: () =>
    new GraphRefusal(80003, '(#80003) There have been too many calls to this ad-account.', {
      subcode: 2446079,
    }),
  /** Which of its two codes Meta uses when is not documented. */
  score: (isWrite: boolean) =>
    isWrite
      ? new GraphRefusal(613, '(#613) Calls to this api have exceeded the rate limit.', {
          subcode: 1_487_742,
        })
      : new GraphRefusal(17, '(#17) User request limit reached', { subcode: 2_446_079 }),
  /** That a state forbids a change is documented for replacements, the answer is not. */
  state: (code: number) => new GraphRefusal(100, `(#100) The audience is in state ${code}`),
  down: () => new GraphRefusal(2, 'Service temporarily unavailable', { status: 500 }),
  replace: {
    inProgress: () => replaceRefusal(1870145, 'Audience Update In Progress'),
    timedOut: () => replaceRefusal(1870158, 'Replace Session Timed Out'),
    notBegun: () => replaceRefusal(1870147, 'Invalid Upload Batch for Replace'),
    finished: () => replaceRefusal(1870159, 'Replace Session Finished'),
    tooLarge: () => replaceRefusal(1870144, 'DFCA Size Not Supported For Replace'),
  },
} as const;

function replaceRefusal(subcode: number, title: string): GraphRefusal {
  return new GraphRefusal(2650, '(#2650) Failed to update the custom audience', { subcode, title });
}

/** The usage header of the business use case, for an ad account by its digits. */
export function usageHeader(
  account: string,
  usage: { readonly percent: number; readonly regainMinutes: number },
): Record<string, string> {
  return {
    'x-business-use-case-usage': JSON.stringify({
      [account.replace('act_', '')]: [
        {
          type: 'custom_audience',
          call_count: usage.percent,
          total_cputime: 0,
          total_time: 0,
          estimated_time_to_regain_access: usage.regainMinutes,
        },
      ],
    }),
  };
}

const MISHAP_REFUSALS: Readonly<Record<Mishap, () => GraphRefusal>> = {
  throttled: refusal.throttled,
  'throttled-silently': refusal.throttled,
  'server-error': refusal.down,
  'token-expired': refusal.tokenEnded,
  forbidden: refusal.permission,
  'terms-not-accepted': refusal.terms,
  refused: () => refusal.parameter('Invalid parameter'),
};

/** What the platform says of each mishap, with the header that tells how long a throttling lasts. */
export function saying(mishap: Mishap, account: string): CannedAnswer {
  const { status, body } = MISHAP_REFUSALS[mishap]();
  const usage =
    mishap === 'throttled' ? usageHeader(account, { percent: 100, regainMinutes: 1 }) : {};
  return {
    status,
    headers: { 'content-type': 'application/json', ...usage },
    body: JSON.stringify(body),
  };
}
