/** A batch as the body of `audienceMembers:ingest` or `:remove`. */
import type { PostalName } from '../../src/identity/types.ts';
import type { Batch, Limits, Member, MemberConsent } from '../connector.ts';

/**
 * Data Manager limits: 10,000 members a request, 10 identifiers a member, 300 mutating and 300
 * reading requests a minute for a Cloud project. Lists reach 540 days and serve from 100 people.
 * Ten requests at once are allowed, for one list too, but in which order Google applies an add and
 * a remove of one person is not documented: never have both in flight, or unsettled, at a time.
 */
export const LIMITS: Limits = {
  rows: 10_000,
  keysPerKind: 5,
  keysPerMember: 10,
  concurrency: 10,
  requests: 300,
  perMs: 60_000,
  minimumAudience: 100,
  memberLifetimeDays: 540,
};

/** What people granted. A field is left out where nobody recorded an answer, never claimed. */
interface Consent {
  readonly adUserData?: 'CONSENT_GRANTED';
  readonly adPersonalization?: 'CONSENT_GRANTED';
}

type UserIdentifier =
  | { readonly emailAddress: string }
  | { readonly phoneNumber: string }
  /** All four parts or none: an incomplete address fails the whole request. */
  | { readonly address: PostalName };

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

/**
 * The body for one batch. Consent is stated for the whole request where every member said the same,
 * as is usual; otherwise by each member for themselves, which overrides nothing, since the request
 * then states none. A removal states none either.
 *
 * @throws RangeError when the batch is over the limits, has a member without identifiers or with
 * keys that Google does not take: the caller's mistake, for which Google would refuse every row.
 */
export function pack(account: string, batch: Batch): AudienceMembersRequest {
  const { members, operation } = batch;
  if (members.length > LIMITS.rows) {
    throw new RangeError(
      `Batch ${batch.id} has ${members.length} rows; Google takes ${LIMITS.rows}.`,
    );
  }
  const adds = operation === 'add';
  const shared = adds ? sharedConsent(members) : undefined;
  const request = {
    destinations: [
      {
        operatingAccount: { accountType: 'GOOGLE_ADS', accountId: account },
        productDestinationId: batch.audience.remoteId,
      },
    ],
    audienceMembers: members.map((member) => ({
      compositeData: { userData: { userIdentifiers: identifiersOf(batch, member) } },
      ...(adds && shared === undefined ? stated(member.consent) : {}),
    })),
    encoding: 'HEX',
  } as const;
  if (!adds) return request;
  return {
    ...request,
    ...(shared === undefined ? {} : stated(shared)),
    termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
  };
}

/** What all members said alike; undefined where they differ. */
function sharedConsent(members: readonly Member[]): MemberConsent | undefined {
  const [first] = members;
  const alike = members.every(
    ({ consent }) =>
      consent.adUserData === first?.consent.adUserData &&
      consent.adPersonalization === first.consent.adPersonalization,
  );
  return alike ? first?.consent : undefined;
}

/** The field `consent` with what was granted, or no field. */
function stated({ adUserData, adPersonalization }: MemberConsent): { readonly consent?: Consent } {
  const consent: Consent = {
    ...(adUserData === 'granted' ? { adUserData: 'CONSENT_GRANTED' } : {}),
    ...(adPersonalization === 'granted' ? { adPersonalization: 'CONSENT_GRANTED' } : {}),
  };
  return Object.keys(consent).length === 0 ? {} : { consent };
}

function identifiersOf({ id: batchId, operation }: Batch, member: Member): UserIdentifier[] {
  const { email, phone, address = [], mobileId = [], externalId = [] } = member;
  const { xHandle = [], xId = [] } = member;
  const counts = [email.length, phone.length, address.length];
  const all = counts.reduce((sum, count) => sum + count, 0);
  // A removal names whatever keys the ledger holds, so that they count only together.
  const perKind = operation === 'add' ? LIMITS.keysPerKind : LIMITS.keysPerMember;
  if (counts.some((count) => count > perKind) || all > LIMITS.keysPerMember) {
    throw new RangeError(
      `Batch ${batchId} has a member with over ${perKind} of a kind or ${LIMITS.keysPerMember} in all.`,
    );
  }
  if (all === 0) throw new RangeError(`Batch ${batchId} has a member without any identifier.`);
  // Mobile ids and an advertiser's own ids go to lists of other upload key types, made for them.
  if (mobileId.length + externalId.length + xHandle.length + xId.length > 0) {
    throw new RangeError(`Batch ${batchId} has keys that a list of contact details cannot take.`);
  }
  return [
    ...email.map((emailAddress) => ({ emailAddress })),
    ...phone.map((phoneNumber) => ({ phoneNumber })),
    ...address.map(({ givenName, familyName, regionCode, postalCode }) => ({
      address: { givenName, familyName, regionCode, postalCode },
    })),
  ];
}
