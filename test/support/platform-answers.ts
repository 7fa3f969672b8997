/** Where platforms take people on and off, and how they say that they did not. */

/** The part of the path by which a platform takes people on and off. */
export const UPLOADS = {
  meta: '/users',
  google: 'audienceMembers',
  x: '/users',
} as const;

const json = { status: 400, headers: { 'content-type': 'application/json' } };
/** How each platform says that it did not carry a request out. */
export const REFUSALS = {
  meta: {
    ...json,
    body: '{"error":{"message":"Invalid parameter","type":"OAuthException","code":100}}',
  },
  google: {
    ...json,
    body: '{"error":{"code":400,"message":"Bad request","status":"INVALID_ARGUMENT"}}',
  },
  x: {
    ...json,
    body: '{"errors":[{"code":"INVALID_PARAMETER","message":"Bad request"}],"request":{"params":{}}}',
  },
};

/** How each platform says that the token may not do this. */
export const FORBIDDEN = {
  meta: {
    ...json,
    body: '{"error":{"message":"Invalid OAuth access token.","type":"OAuthException","code":190}}',
  },
  google: {
    ...json,
    status: 403,
    body: '{"error":{"code":403,"message":"Denied","status":"PERMISSION_DENIED"}}',
  },
  x: {
    ...json,
    status: 403,
    body: '{"errors":[{"code":"ACTION_NOT_ALLOWED","message":"No"}],"request":{"params":{}}}',
  },
};
