/** The sandbox's answer to `requestStatus:retrieve`. */
import type { Population } from '../../sandbox/emulator.ts';
import { uploadRange } from './figures.ts';
import type { Sweep, Upload } from './state.ts';

export interface StatusOptions {
  readonly population: Population;
  readonly now: number;
  /** Google: the counts of errors "may not be populated in all cases". */
  readonly errorCounts: 'given' | 'missing';
}

/**
 * The status of a request at a time. While it is processed Google fills in no errors; that it
 * gives no counts then either is unconfirmed. int64 values are strings.
 */
export function statusOf(request: Upload | Sweep, options: StatusOptions): object {
  const { account, login, listId } = request;
  const destination = {
    operatingAccount: { accountType: 'GOOGLE_ADS', accountId: account },
    ...(login === undefined
      ? {}
      : { loginAccount: { accountType: 'GOOGLE_ADS', accountId: login } }),
    productDestinationId: listId,
  };
  const status =
    options.now < request.readyAt
      ? { requestStatus: 'PROCESSING' }
      : request.type === 'sweep'
        ? { requestStatus: 'SUCCESS', removeAllAudienceMembersStatus: {} }
        : {
            requestStatus: outcome(request),
            ...(options.errorCounts === 'given' ? errors(request) : {}),
            ...counts(request, options.population),
          };
  return { requestStatusPerDestination: [{ destination, ...status }] };
}

function outcome({ records, members }: Upload): string {
  if (members.length === records) return 'SUCCESS';
  return members.length === 0 ? 'FAILED' : 'PARTIAL_SUCCESS';
}

function errors({ refused }: Upload): object {
  const errorCounts = Object.entries(refused).map(([reason, count]) => ({
    recordCount: String(count),
    reason,
  }));
  return errorCounts.length === 0 ? {} : { errorInfo: { errorCounts } };
}

function counts(upload: Upload, population: Population): object {
  const { operation, dataType, records, emails, phones, addresses } = upload;
  const identifiers =
    dataType === 'userData'
      ? { userIdentifierCount: String(emails + phones + addresses) }
      : {
          dataTypeCounts: [
            { type: 'EMAIL', count: String(emails) },
            { type: 'PHONE_NUMBER', count: String(phones) },
            { type: 'ADDRESS', count: String(addresses) },
          ].filter(({ count }) => count !== '0'),
        };
  const status = { recordCount: String(records), ...identifiers };
  if (operation === 'remove') {
    return { audienceMembersRemovalStatus: { [`${dataType}RemovalStatus`]: status } };
  }
  const uploadMatchRateRange = uploadRange(upload, population);
  return {
    audienceMembersIngestionStatus: {
      [`${dataType}IngestionStatus`]: { ...status, uploadMatchRateRange },
    },
  };
}
