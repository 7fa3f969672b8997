/** Meta (Facebook, Instagram): customer-list Custom Audiences over the Marketing API. */
import { z } from 'zod';
import type { Connector } from '../connector.ts';
import { SCHEMA } from './api.ts';
import { ensureAudience } from './audience.ts';
import { check } from './check.ts';
import { readMatch } from './match.ts';
import { push } from './push.ts';

/** Most rows that Meta takes in one request. Source: Custom Audiences guide. */
const MOST_ROWS = 10_000;
const KEYS_PER_KIND = 2;

/**
 * A batch is one request. A removal names one key a row, so a person is at most 4 rows (2 e-mails,
 * 2 phones), and 2,500 people at most the 10,000 rows that Meta takes; adding takes fewer. Meta's
 * budget counts calls: 5,000 an hour in its lowest access tier, of which 80 a minute stays short.
 */
const limits: Connector['limits'] = {
  rows: Math.floor(MOST_ROWS / (KEYS_PER_KIND * SCHEMA.length)),
  keysPerKind: KEYS_PER_KIND,
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
