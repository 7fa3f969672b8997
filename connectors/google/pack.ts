/** A batch as the body of `audienceMembers:ingest` or `:remove`. */
import type { PostalName } from '../../src/identity/types.ts';
import type {
  Batch,
  ConnectorContext,
  Limits,
  Member,
  MemberConsent,
  RefusedRow,
} from '../connector.ts';
import { addressProblem } from './address.ts';
import { destinationOf } from './destination.ts';
import type { Destination } from './destination.ts';
import { ownFailure } from './failures.ts';

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
  readonly destinations: readonly [Destination];
  readonly audienceMembers: readonly AudienceMember[];
  readonly encoding: 'HEX';
  readonly consent?: Consent;
  readonly termsOfService?: { readonly customerMatchTermsOfServiceStatus: 'ACCEPTED' };
}

/** SHA-256 of nothing: always the trace of a normalisation that lost the value. */
const EMPTY_DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The body for one batch. Consent is stated for the whole request where every member said the same,
 * as is usual; otherwise by each member for themselves, which overrides nothing, since the request
 * then states none. A removal states none either.
 *
 * One record that Google does not take fails all of them. So an address with a region or postal
 * code that is none is left out where the person has another key, in a removal as in the addition
 * before it; whoever has nothing else is named and not sent.
 *
 * @throws RangeError when the batch is over the limits, has a member without identifiers or with
 * keys that Google does not take: the caller's mistake, for which Google would refuse every row.
 * @throws ConnectorFailure `invalid` with `culprits`: those who have only such an address.
 */
export function pack(
  context: Pick<ConnectorContext, 'account' | 'options'>,
  batch: Batch,
): AudienceMembersRequest {
  const { members, operation } = batch;
  if (members.length > LIMITS.rows) {
    throw new RangeError(
      `Batch ${batch.id} has ${members.length} rows; Google takes ${LIMITS.rows}.`,
    );
  }
  const adds = operation === 'add';
  const shared = adds ? sharedConsent(members) : undefined;
  const culprits: RefusedRow[] = [];
  const audienceMembers = members.map((member, position) => {
    const { identifiers, problem } = identifiersOf(batch, member);
    if (identifiers.length === 0) culprits.push({ position, code: problem ?? 'INVALID_FORMAT' });
    return {
      compositeData: { userData: { userIdentifiers: identifiers } },
      ...(adds && shared === undefined ? stated(member.consent) : {}),
    };
  });
  const [first] = culprits;
  if (first !== undefined) {
    const message = `${culprits.length} of ${members.length} people have only an address that Google does not take.`;
    throw ownFailure(first.code, message, culprits);
  }
  const request = {
    destinations: [destinationOf(context, batch.audience.remoteId)],
    audienceMembers,
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

/** What is sent of a person, and what is wrong with the last address that was left out. */
function identifiersOf(
  batch: Batch,
  member: Member,
): { readonly identifiers: UserIdentifier[]; readonly problem?: string | undefined } {
  const { email, phone, address = [] } = member;
  refuseExcess(batch, member);
  refuseOtherKeys(batch, member);
  const names = address.flatMap(({ givenName, familyName }) => [givenName, familyName]);
  const hashed = [...email, ...phone, ...names];
  if (hashed.some((digest) => digest === EMPTY_DIGEST || !/^[0-9a-f]{64}$/.test(digest))) {
    throw new RangeError(`Batch ${batch.id} has a key that is no SHA-256 digest of a value.`);
  }
  const sound = address.filter((each) => addressProblem(each) === undefined);
  return {
    identifiers: [
      ...email.map((emailAddress) => ({ emailAddress })),
      ...phone.map((phoneNumber) => ({ phoneNumber })),
      ...sound.map(({ givenName, familyName, regionCode, postalCode }) => ({
        address: { givenName, familyName, regionCode, postalCode },
      })),
    ],
    problem: address.map(addressProblem).findLast((problem) => problem !== undefined),
  };
}

function refuseExcess({ id, operation }: Batch, { email, phone, address = [] }: Member): void {
  const counts = [email.length, phone.length, address.length];
  const all = counts.reduce((sum, count) => sum + count, 0);
  // A removal names whatever keys the ledger holds, so that they count only together.
  const perKind = operation === 'add' ? LIMITS.keysPerKind : LIMITS.keysPerMember;
  if (counts.some((count) => count > perKind) || all > LIMITS.keysPerMember) {
    throw new RangeError(
      `Batch ${id} has a member with over ${perKind} of a kind or ${LIMITS.keysPerMember} in all.`,
    );
  }
  if (all === 0) throw new RangeError(`Batch ${id} has a member without any identifier.`);
}

/** Mobile ids and an advertiser's own ids go to lists of other upload key types, made for them. */
function refuseOtherKeys({ id }: Batch, member: Member): void {
  const { mobileId = [], externalId = [], xHandle = [], xId = [] } = member;
  if (mobileId.length + externalId.length + xHandle.length + xId.length > 0) {
    throw new RangeError(`Batch ${id} has keys that a list of contact details cannot take.`);
  }
}
