/** A batch as the operations of OfflineUserDataJobs. */
import type { PostalName } from '../../src/identity/types.ts';
import type { Batch, ConnectorContext, MemberConsent } from '../connector.ts';
import { pack } from './pack.ts';
import type { AudienceMember } from './pack.ts';

/** What the people of a job granted. Words of this API; the Data Manager API has others. */
interface JobConsent {
  readonly adUserData?: 'GRANTED';
  readonly adPersonalization?: 'GRANTED';
}

type AdsIdentifier =
  | { readonly hashedEmail: string }
  | { readonly hashedPhoneNumber: string }
  | {
      readonly addressInfo: {
        readonly hashedFirstName: string;
        readonly hashedLastName: string;
        readonly countryCode: string;
        readonly postalCode: string;
      };
    };

interface UserData {
  readonly userIdentifiers: readonly AdsIdentifier[];
}

/** A job holds either additions or removals (CONFLICTING_OPERATION). */
export type JobOperation = { readonly create: UserData } | { readonly remove: UserData };

/** What one job is for: people who said the same, since consent is stated for a job as a whole. */
export interface JobPart {
  readonly consent: JobConsent;
  readonly operations: readonly JobOperation[];
  /** Where each operation stands in the batch. */
  readonly positions: readonly number[];
}

/**
 * The parts of a batch: one for a removal, which states no consent, and one for each consent that is
 * found among people added, so that nobody's is claimed. Google takes 100,000 identifiers a request
 * and 20 an operation; what `pack` lets through, 10,000 people of 10, is within both.
 *
 * @throws RangeError and ConnectorFailure as `pack`, whose rules for people hold here too.
 */
export function jobParts(
  context: Pick<ConnectorContext, 'account' | 'options'>,
  batch: Batch,
): JobPart[] {
  const { audienceMembers } = pack(context, batch);
  const adds = batch.operation === 'add';
  const parts = new Map<
    string,
    { consent: JobConsent; operations: JobOperation[]; positions: number[] }
  >();
  for (const [position, member] of batch.members.entries()) {
    const record = audienceMembers[position];
    if (record === undefined) continue;
    const consent = adds ? jobConsent(member.consent) : {};
    const key = JSON.stringify(consent);
    const part = parts.get(key) ?? { consent, operations: [], positions: [] };
    parts.set(key, part);
    const person = userData(record);
    part.operations.push(adds ? { create: person } : { remove: person });
    part.positions.push(position);
  }
  return Array.from(parts.values());
}

/** A field is left out where nobody recorded an answer, never claimed. */
function jobConsent({ adUserData, adPersonalization }: MemberConsent): JobConsent {
  return {
    ...(adUserData === 'granted' ? { adUserData: 'GRANTED' } : {}),
    ...(adPersonalization === 'granted' ? { adPersonalization: 'GRANTED' } : {}),
  };
}

function userData({ compositeData }: AudienceMember): UserData {
  return {
    userIdentifiers: compositeData.userData.userIdentifiers.map((identifier) => {
      if ('emailAddress' in identifier) return { hashedEmail: identifier.emailAddress };
      if ('phoneNumber' in identifier) return { hashedPhoneNumber: identifier.phoneNumber };
      return { addressInfo: addressInfo(identifier.address) };
    }),
  };
}

function addressInfo({ givenName, familyName, regionCode, postalCode }: PostalName) {
  return {
    hashedFirstName: givenName,
    hashedLastName: familyName,
    countryCode: regionCode,
    postalCode,
  };
}
