/** Meta (Facebook, Instagram): customer-list Custom Audiences over the Marketing API. */
import { z } from 'zod';
import type { Connector } from '../connector.ts';
import { ensureAudience } from './audience.ts';
import { check } from './check.ts';
import { readMatch } from './match.ts';
import { push } from './push.ts';

/**
 * A request takes 10,000 rows. A person with one e-mail and one phone is one row to add and two to
 * remove, so 5,000 people fill a request; the rare batch with more keys goes out as two. Meta's
 * budget counts calls: 5,000 an hour in its lowest access tier, of which 80 a minute stays short.
 */
const limits: Connector['limits'] = {
  rows: 5000,
  keysPerKind: 2,
  concurrency: 2,
  requests: 80,
  perMs: 60_000,
  // Meta documents 100 people for lookalikes; for serving, only others name the same number.
  minimumAudience: 100,
  memberLifetimeDays: null,
};

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
    }),
  },
  endpoints: { graph: { variable: 'META_GRAPH_URL', url: 'https://graph.facebook.com' } },
  identifiers: { email: 'email_plain', phone: 'phone_digits' },
  limits,
  capabilities: { match: 'range', receipts: 'immediate' },
  check,
  ensureAudience,
  push: (context, batch) => push(context, batch, limits),
  readMatch,
};
