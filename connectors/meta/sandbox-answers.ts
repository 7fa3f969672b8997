/** How the Meta emulator says no: the error envelope, and every refusal it knows. */

/** A refusal with HTTP status and error envelope, thrown before anything is changed. */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(
    code: number,
    message: string,
    more: { subcode?: number; title?: string; text?: string; status?: number } = {},
  ) {
    super(message);
    // 400 is seen for 2650 and the 80000s; for 190, 200 and 10 the status is not confirmed.
    this.status = more.status ?? 400;
    this.body = {
      error: {
        message,
        type: 'OAuthException',
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
  terms: () =>
    new GraphRefusal(200, 'Permissions error', {
      subcode: 1870090,
      title: 'Custom Audience Terms Not Accepted',
      status: 403,
    }),
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
} as const;
