/**
 * Google Ads Customer Match through the Data Manager API v1. Lists are always made and read there;
 * the Google Ads API gives spend and, where a destination asks for it, takes the uploads.
 */
import { ConnectorFailure } from '../connector.ts';
import type { Batch, Connector, ConnectorContext, PendingBatch, Receipt } from '../connector.ts';
import { getUserList, retrieveStatus, sendMembers } from './api.ts';
import { findOrCreate } from './audience.ts';
import { checkGoogle } from './check.ts';
import { ENDPOINTS } from './exchange.ts';
import { readList } from './list.ts';
import { matchOf } from './match.ts';
import { LIMITS, pack } from './pack.ts';
import { forgotten, receiptOf } from './receipt.ts';
import { replace } from './replace.ts';
import {
  AccountNumber,
  cloudProject,
  Credentials,
  missingCredentials,
  Options,
  uploadsByAds,
} from './settings.ts';

/** Google processes uploads for half an hour to a day: ask 30 minutes after a push, then back off. */
export const google: Connector = {
  id: 'google',
  title: 'Google',
  settings: {
    account: AccountNumber,
    credentials: Credentials,
    missing: missingCredentials,
    options: Options,
  },
  endpoints: ENDPOINTS,
  // Mobile ids and an advertiser's own ids need lists of another upload key type, which is chosen
  // when a list is made and never changes.
  identifiers: { email: 'email_google', phone: 'phone_e164', profile: 'address_google' },
  limits: LIMITS,
  capabilities: { match: 'rate', receipts: 'later' },

  budgetOf: cloudProject,

  check: checkGoogle,

  ensureAudience: findOrCreate,

  async push(context, batch) {
    if (batch.members.length === 0) {
      return { state: 'final', requestId: null, accepted: 0, rejected: [], unknown: 0 };
    }
    if (!uploadsByAds(context)) return push(context, batch);
    const { pushByAds } = await import('./ads-upload.ts');
    return pushByAds(context, batch);
  },

  async settle(context, pending) {
    // By whom it was sent, whatever the destination says by now: jobs of the Ads API are named so.
    if (!pending.requestId.startsWith('customers/')) return settle(context, pending);
    const { settleByAds } = await import('./ads-upload.ts');
    return settleByAds(context, pending);
  },

  async readMatch(context, audience) {
    if (uploadsByAds(context)) {
      const { readListSize } = await import('./ads-report.ts');
      return readListSize(context, audience);
    }
    try {
      return matchOf(await getUserList(context, audience.remoteId));
    } catch (error) {
      if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
      const detail = 'The list is no longer on the Google Ads account.';
      return { kind: 'unknown', reason: 'gone', detail };
    }
  },

  readList,

  replace,

  async readSpend(context, days) {
    const { readSpend } = await import('./ads-report.ts');
    return readSpend(context, days);
  },
};

async function push(context: ConnectorContext, batch: Batch): Promise<Receipt> {
  const operation = batch.operation === 'add' ? 'ingest' : 'remove';
  const { requestId } = await sendMembers(context, operation, pack(context, batch));
  return { state: 'pending', requestId, rows: batch.members.length };
}

async function settle(context: ConnectorContext, pending: PendingBatch): Promise<Receipt> {
  try {
    return receiptOf(pending, await retrieveStatus(context, pending.requestId));
  } catch (error) {
    // How long Google keeps a status is not documented; once it is gone nobody can tell.
    if (!(error instanceof ConnectorFailure) || error.code !== 'INVALID_REQUEST_ID') throw error;
    return forgotten(pending);
  }
}
