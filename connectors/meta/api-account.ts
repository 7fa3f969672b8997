/** Meta's requests about the ad account, the token and what it may do. */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { ask, parsed } from './ask.ts';
import { callGraph } from './sdk.ts';
import type { Headers } from './usage.ts';

const AccountSchema = z.object({
  id: z.string(),
  name: z.string().default(''),
  /** 1 is active. Source: Ad Account reference. */
  account_status: z.coerce.number().optional(),
  user_tasks: z.array(z.string()).optional(),
  tos_accepted: z.record(z.string(), z.coerce.number()).or(z.array(z.never())).optional(),
});
export type AccountAnswer = z.infer<typeof AccountSchema> & { readonly headers: Headers };

/** The ad account as the token sees it: name, state, tasks of the token's user, terms accepted. */
export async function readAccount(context: ConnectorContext): Promise<AccountAnswer> {
  const answer = await callGraph(context, {
    method: 'GET',
    path: [context.account],
    params: { fields: Object.keys(AccountSchema.shape).join(',') },
  });
  return { ...parsed(AccountSchema, answer), headers: answer.headers };
}

const GrantsSchema = z.object({
  data: z.array(z.object({ permission: z.string(), status: z.string() })),
});

/** The permissions that were granted to the token, e.g. `ads_management`. */
export async function readPermissions(context: ConnectorContext): Promise<string[]> {
  const { data } = await ask(context, GrantsSchema, {
    method: 'GET',
    path: ['me', 'permissions'],
    params: {},
  });
  return data.filter((entry) => entry.status === 'granted').map((entry) => entry.permission);
}

/** Times are seconds since 1970, and 0 where there is no end. */
const TokenSchema = z.object({
  is_valid: z.boolean().optional(),
  expires_at: z.coerce.number().optional(),
  data_access_expires_at: z.coerce.number().optional(),
  scopes: z.array(z.string()).optional(),
});
export type TokenAnswer = z.infer<typeof TokenSchema>;

/**
 * What Meta tells of our own token. It may refuse: its page asks for the token of an app or of one
 * of its developers. Source: Graph API reference "Debug-Token", Facebook Login "Debugging".
 */
export async function readToken(context: ConnectorContext): Promise<TokenAnswer> {
  const { data } = await ask(context, z.object({ data: TokenSchema }), {
    method: 'GET',
    path: ['debug_token'],
    params: { input_token: context.credentials['accessToken'] ?? '' },
  });
  return data;
}
