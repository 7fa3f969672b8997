/** X (Ads API): custom audiences filled over OAuth 1.0a. */
import { z } from 'zod';
import type { Connector } from '../connector.ts';
import { ensureAudience } from './audience.ts';
import { check } from './checks.ts';
import { doNotReach } from './do-not-reach.ts';
import { readList } from './list.ts';
import { readMatch } from './match.ts';
import { KEYS_PER_KIND, KEYS_PER_MEMBER, MEMBER_LIFETIME_DAYS, ROWS_PER_REQUEST } from './pack.ts';
import { push } from './push.ts';

const secret = (help: string) => z.string().min(1).describe(help);

export const x: Connector = {
  id: 'x',
  title: 'X',
  settings: {
    account: z
      .string()
      .regex(
        /^[0-9a-z]{4,16}$/,
        'An X ads account is a short id of lowercase letters and digits, as in the address of ads.x.com, e.g. 18ce54d4x5t.',
      ),
    credentials: z.object({
      apiKey: secret('API key (consumer key) of the app that X approved for the Ads API'),
      apiSecret: secret('API secret (consumer secret) of that app'),
      accessToken: secret('Access token of a user who may manage the ads account'),
      accessSecret: secret('Access token secret of that user'),
    }),
  },
  endpoints: { ads: { variable: 'X_ADS_URL', url: 'https://ads-api.x.com' } },
  // X's audience pages give no rule for phones (unconfirmed); its web-conversions page hashes
  // E.164 with the plus, so audiences are taken to do the same.
  identifiers: {
    email: 'email_plain',
    phone: 'phone_e164',
    mobile_id: 'mobile_id_hashed',
    x_handle: 'x_handle',
    x_id: 'x_id',
    external_id: 'external_id',
  },
  limits: {
    rows: ROWS_PER_REQUEST,
    keysPerKind: KEYS_PER_KIND,
    keysPerMember: KEYS_PER_MEMBER,
    concurrency: 4,
    requests: 1500,
    perMs: 60_000,
    minimumAudience: 100,
    memberLifetimeDays: MEMBER_LIFETIME_DAYS,
  },
  capabilities: { match: 'size', receipts: 'immediate' },
  check,
  ensureAudience,
  push,
  readMatch,
  readList,
  doNotReach,
};
