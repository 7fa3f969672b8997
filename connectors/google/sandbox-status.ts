/** The sandbox's answer to `requestStatus:retrieve`. */
import type { Population } from '../sandbox/emulator.ts';
import { uploadRange } from './sandbox-figures.ts';
import type { Upload } from './sandbox-state.ts';

/**
 * The status of an upload at a time. While it is processed Google fills in no errors; that it
 * gives no counts then either is unconfirmed. int64 values are strings.
 */
export function statusOf(
  upload: Upload,
  account: string,
  population: Population,
  now: number,
): object {
  const destination = {
    operatingAccount: { accountType: 'GOOGLE_ADS', accountId: account },
    productDestinationId: upload.listId,
  };
  const processing = now < upload.readyAt;
  const details = processing ? {} : { ...errors(upload), ...counts(upload, population) };
  const requestStatus = processing ? 'PROCESSING' : outcome(upload);
  return { requestStatusPerDestination: [{ destination, requestStatus, ...details }] };
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
