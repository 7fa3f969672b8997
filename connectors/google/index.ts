/** Google Ads Customer Match through the Data Manager API v1. */
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { Connector } from '../connector.ts';
import { getUserList, retrieveStatus, sendMembers } from './api.ts';
import { findOrCreate } from './audience.ts';
import { checkGoogle } from './check.ts';
import { ENDPOINTS } from './exchange.ts';
import { matchOf } from './match.ts';
import { LIMITS, pack } from './pack.ts';
import { receiptOf } from './receipt.ts';

/** Google processes uploads for half an hour to a day: ask 30 minutes after a push, then back off. */
export const google: Connector = {
  id: 'google',
  title: 'Google',
  settings: {
    account: z
      .string()
      .trim()
      .regex(
        /^\d{3}-?\d{3}-?\d{4}$/,
        'A Google Ads account is 10 digits, such as 1234567890 or 123-456-7890.',
      )
      .transform((account) => account.replaceAll('-', '')),
    credentials: z.object({
      clientId: z.string().min(1).describe('Id of an OAuth client of your Google Cloud project.'),
      clientSecret: z.string().min(1).describe('Secret of that OAuth client.'),
      refreshToken: z
        .string()
        .min(1)
        .describe(
          'Refresh token made with that client, by a user of the Google Ads account, for the scope https://www.googleapis.com/auth/datamanager.',
        ),
    }),
  },
  endpoints: ENDPOINTS,
  // Mobile ids and an advertiser's own ids need lists of another upload key type, which is chosen
  // when a list is made and never changes.
  identifiers: { email: 'email_google', phone: 'phone_e164', profile: 'address_google' },
  limits: LIMITS,
  capabilities: { match: 'rate', receipts: 'later' },

  check: checkGoogle,

  ensureAudience: findOrCreate,

  async push(context, batch) {
    const rows = batch.members.length;
    if (rows === 0) {
      return { state: 'final', requestId: null, accepted: 0, rejected: [], unknown: 0 };
    }
    const operation = batch.operation === 'add' ? 'ingest' : 'remove';
    const { requestId } = await sendMembers(context, operation, pack(context.account, batch));
    return { state: 'pending', requestId, rows };
  },

  async settle(context, pending) {
    try {
      return receiptOf(pending, await retrieveStatus(context, pending.requestId));
    } catch (error) {
      // How long Google keeps a status is not documented; once it is gone nobody can tell.
      if (!(error instanceof ConnectorFailure) || error.code !== 'INVALID_REQUEST_ID') throw error;
      const { requestId, rows } = pending;
      return { state: 'final', requestId, accepted: 0, rejected: [], unknown: rows };
    }
  },

  async readMatch(context, audience) {
    try {
      return matchOf(await getUserList(context, audience.remoteId));
    } catch (error) {
      if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
      const detail = 'The list is no longer on the Google Ads account.';
      return { kind: 'unknown', reason: 'gone', detail };
    }
  },
};
