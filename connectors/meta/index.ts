/** Meta (Facebook, Instagram): customer-list Custom Audiences over the Marketing API. */
import { z } from 'zod';
import type { Connector } from '../connector.ts';
import { ensureAudience } from './audience.ts';
import { check } from './check.ts';
import { LIMITS } from './limits.ts';
import { readList } from './list.ts';
import { readMatch } from './match.ts';
import { AS_THEY_ARE, nameProblem } from './names.ts';
import { push, recover } from './push.ts';
import { replace } from './replace.ts';

export const meta: Connector = {
  id: 'meta',
  title: 'Meta',
  settings: {
    account: z
      .string()
      .regex(/^act_\d+$/, 'Write the ad account as "act_" and its digits, e.g. act_1234567890.'),
    credentials: z.object({
      accessToken: z
        .string()
        .regex(/^\S+$/, 'The access token is empty or holds a space.')
        .describe('Access token of a system user with ads_management on the ad account.'),
      appSecret: z
        .string()
        .regex(/^\S+$/, 'The app secret is empty or holds a space.')
        .describe('Secret of the app that made the token, where the app requires its proof.')
        .optional(),
    }),
    options: z.object({
      audienceNames: z
        .literal(AS_THEY_ARE, 'Write "as-they-are", or leave it out.')
        .describe('"as-they-are" turns off the look for words of health and money in names.')
        .optional(),
    }),
    nameProblem: (name, options) =>
      options['audienceNames'] === AS_THEY_ARE && name.trim() !== '' ? null : nameProblem(name),
  },
  endpoints: { graph: { variable: 'META_GRAPH_URL', url: 'https://graph.facebook.com' } },
  identifiers: {
    email: 'email_plain',
    phone: 'phone_digits',
    mobile_id: 'mobile_id_plain',
    external_id: 'external_id',
    profile: 'profile_meta',
  },
  limits: LIMITS,
  capabilities: { match: 'range', receipts: 'immediate' },
  check,
  ensureAudience,
  push,
  recover,
  readMatch,
  readList,
  replace,
};
