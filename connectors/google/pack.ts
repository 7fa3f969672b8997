/** A batch as the body of `audienceMembers:ingest` or `:remove`. */
import type { Batch, Limits, Member } from '../connector.ts';

/**
 * Data Manager limits: 10,000 members a request, 10 identifiers a member, 300 mutating and 300
 * reading requests a minute for a Cloud project. Lists reach 540 days and serve from 100 people.
 * Ten requests at once are allowed, for one list too, but in which order Google applies an add and
 * a remove of one person is not documented: never have both in flight, or unsettled, at a time.
 */
export const LIMITS: Limits = {
  rows: 10_000,
  keysPerKind: 5,
  concurrency: 10,
  requests: 300,
  perMs: 60_000,
  minimumAudience: 100,
  memberLifetimeDays: 540,
};

interface Consent {
  readonly adUserData: 'CONSENT_GRANTED';
  readonly adPersonalization: 'CONSENT_GRANTED';
}

type UserIdentifier = { readonly emailAddress: string } | { readonly phoneNumber: string };

/** One person; all their identifiers stay together, so that Google sees one record. */
export interface AudienceMember {
  readonly compositeData: { readonly userData: { readonly userIdentifiers: UserIdentifier[] } };
  readonly consent?: Consent;
}

export interface AudienceMembersRequest {
  readonly destinations: readonly [
    {
      readonly operatingAccount: { readonly accountType: 'GOOGLE_ADS'; readonly accountId: string };
      readonly productDestinationId: string;
    },
  ];
  readonly audienceMembers: readonly AudienceMember[];
  readonly encoding: 'HEX';
  readonly consent?: Consent;
  readonly termsOfService?: { readonly customerMatchTermsOfServiceStatus: 'ACCEPTED' };
}

const GRANTED: Consent = { adUserData: 'CONSENT_GRANTED', adPersonalization: 'CONSENT_GRANTED' };

/**
 * The body for one batch. Consent is stated for the whole request only when every member granted
 * it; otherwise by each member who did, and left open for the rest, never claimed for them.
 *
 * @throws RangeError when the batch is over the limits or has a member without identifiers: the
 * caller's mistake, for which Google would refuse every row.
 */
export function pack(account: string, batch: Batch): AudienceMembersRequest {
  const { members, operation } = batch;
  if (members.length > LIMITS.rows) {
    throw new RangeError(
      `Batch ${batch.id} has ${members.length} rows; Google takes ${LIMITS.rows}.`,
    );
  }
  const everyone = members.every(({ consent }) => consent === 'granted');
  const request = {
    destinations: [
      {
        operatingAccount: { accountType: 'GOOGLE_ADS', accountId: account },
        productDestinationId: batch.audience.remoteId,
      },
    ],
    audienceMembers: members.map((member) => ({
      compositeData: { userData: { userIdentifiers: identifiersOf(batch.id, member) } },
      ...(operation === 'add' && !everyone && member.consent === 'granted'
        ? { consent: GRANTED }
        : {}),
    })),
    encoding: 'HEX',
  } as const;
  if (operation === 'remove') return request;
  return {
    ...request,
    ...(everyone ? { consent: GRANTED } : {}),
    termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
  };
}

function identifiersOf(batchId: bigint, { email, phone }: Member): UserIdentifier[] {
  if (email.length > LIMITS.keysPerKind || phone.length > LIMITS.keysPerKind) {
    throw new RangeError(
      `Batch ${batchId} has a member with over ${LIMITS.keysPerKind} of a kind.`,
    );
  }
  if (email.length + phone.length === 0) {
    throw new RangeError(`Batch ${batchId} has a member without any identifier.`);
  }
  return [
    ...email.map((emailAddress) => ({ emailAddress })),
    ...phone.map((phoneNumber) => ({ phoneNumber })),
  ];
}
