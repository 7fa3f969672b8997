/** The rules that an ingest or remove request must meet, all of them before anything is applied. */
import type { KeyKind } from '../../../src/identity/types.ts';
import { storedKeys } from '../../sandbox/population.ts';
import type { StoredKeys } from '../../sandbox/population.ts';
import { requireAccess } from './accounts.ts';
import { invalid, Refusal } from './answer.ts';
import type { Violation } from './answer.ts';
import { readIdentifier } from './identifier.ts';
import type { Fault, SentKey } from './identifier.ts';
import type { GoogleState, SandboxEvent } from './state.ts';
import type { IngestBody, ProductAccount, RemoveAllBody, RemoveBody } from './wire.ts';

export type WithoutConsent = 'accepted' | 'refused';

type UploadFacts = Omit<Extract<SandboxEvent, { type: 'upload' }>, 'type' | 'at' | 'operation'>;
type SweepFacts = Omit<Extract<SandboxEvent, { type: 'sweep' }>, 'type' | 'at'>;
type Body = IngestBody | RemoveBody;
type WireMember = NonNullable<IngestBody['audienceMembers']>[number];

const MOST_MEMBERS = 10_000;
const MOST_IDENTIFIERS = 10;
const MOST_DESTINATIONS = 10;

/** What each identifier is to the population. */
const KINDS = {
  email: 'email',
  phone: 'phone',
  address: 'profile',
} as const satisfies Record<SentKey['kind'], KeyKind>;

export interface UploadRules {
  /** `not-asked` of a removal. */
  readonly withoutConsent: WithoutConsent | 'not-asked';
  readonly memberPath: MemberPath;
  /** The reason for which a list that is closed takes nobody; absent of a removal. */
  readonly closedListReason?: string;
}

/** How a violation names a member; Google's way for audiences is unconfirmed. */
export type MemberPath = 'doubled' | 'plain';

/**
 * What a request would do to which list.
 *
 * @throws Refusal with a reason for every rule that is broken; one broken record fails them all.
 */
export function readUpload(state: GoogleState, body: Body, rules: UploadRules): UploadFacts {
  const violations: Violation[] = [];
  const fault = (field: string, reason: string, description: string) => {
    violations.push({ field, reason, description });
  };
  const target = readDestination(state, body, fault);
  const { closedListReason } = rules;
  if (closedListReason !== undefined && state.lists.get(target.listId)?.status === 'CLOSED') {
    const field = 'destinations.destinations[0].product_destination_id';
    fault(field, closedListReason, 'The list is closed to new members.');
  }
  const wire: readonly WireMember[] = body.audienceMembers ?? [];
  if (wire.length === 0) fault('audience_members', 'REQUIRED_FIELD_MISSING', 'Required.');
  if (wire.length > MOST_MEMBERS) {
    throw invalid({
      field: 'audience_members',
      reason: 'TOO_MANY_AUDIENCE_MEMBERS',
      description: `${wire.length} members.`,
    });
  }
  if (body.encoding === undefined || body.encoding === 'ENCODING_UNSPECIFIED') {
    fault('encoding', 'REQUIRED_FIELD_MISSING', 'Required for hashed data.');
  }
  const members = wire.map((member, index) => {
    const prefix = rules.memberPath === 'doubled' ? 'audience_members.' : '';
    const read = readMember(member, `${prefix}audience_members[${index}]`, body, fault);
    for (const { value, at } of read.keys) {
      if (state.refusedKeys.has(value))
        fault(at, 'INVALID_SHA256_FORMAT', `"${value}" is refused.`);
    }
    return read;
  });
  const types = new Set(members.map(({ dataType }) => dataType));
  if (types.size > 1) {
    fault('audience_members', 'MULTIPLE_DATA_TYPES_NOT_ALLOWED', 'One data type a request.');
  }
  const [first, ...others] = violations;
  if (first !== undefined) throw invalid(first, ...others);

  const refused: Record<string, number> = {};
  const applied: StoredKeys[] = [];
  members.forEach(({ keys }, index) => {
    const reason = consentFault(body, wire[index], rules.withoutConsent);
    if (reason === undefined) {
      applied.push(storedKeys(keys.map(({ kind, value }) => ({ kind: KINDS[kind], value }))));
    } else refused[reason] = (refused[reason] ?? 0) + 1;
  });
  const count = (kind: SentKey['kind']) =>
    members.reduce((sum, { keys }) => sum + keys.filter((key) => key.kind === kind).length, 0);
  return {
    dataType: members[0]?.dataType ?? 'compositeData',
    ...target,
    records: members.length,
    emails: count('email'),
    phones: count('phone'),
    addresses: count('address'),
    refused,
    members: applied,
  };
}

/**
 * What a request to take off everybody would do to which list.
 *
 * @throws Refusal with a reason for every rule that is broken.
 */
export function readSweep(state: GoogleState, body: RemoveAllBody, now: Date): SweepFacts {
  const violations: Violation[] = [];
  const fault = (field: string, reason: string, description: string) => {
    violations.push({ field, reason, description });
  };
  const target = readDestination(state, body, fault);
  const before = new Date(body.removeAsOfTime ?? now);
  if (before > now) fault('remove_as_of_time', 'INVALID_REMOVE_AS_OF_TIME', 'In the future.');
  const [first, ...others] = violations;
  if (first !== undefined) throw invalid(first, ...others);
  return { ...target, before: before.toISOString() };
}

type Target = Pick<UploadFacts, 'listId' | 'account' | 'login'>;

function readDestination(
  state: GoogleState,
  body: Pick<Body, 'destinations'>,
  fault: Fault,
): Target {
  const all = body.destinations ?? [];
  const [destination] = all;
  if (all.length > MOST_DESTINATIONS) {
    fault('destinations', 'TOO_MANY_DESTINATIONS', `${all.length} destinations.`);
  } else if (new Set(all.map(({ reference }) => reference)).size < all.length) {
    fault('destinations', 'DUPLICATE_DESTINATION_REFERENCE', 'References must differ.');
  } else if (all.length > 1) {
    throw new Refusal('The sandbox takes one destination a request.', {
      status: 501,
      rpc: 'UNIMPLEMENTED',
    });
  }
  if (destination === undefined) {
    fault('destinations', 'REQUIRED_FIELD_MISSING', 'Required.');
    return { listId: '', account: '' };
  }
  const { operatingAccount: operating, loginAccount, linkedAccount } = destination;
  const path = 'destinations.destinations[0]';
  if (operating?.accountId === undefined || operating.accountType === undefined) {
    fault(`${path}.operating_account`, 'REQUIRED_FIELD_MISSING', 'Id and type are required.');
  } else if (operating.accountType !== 'GOOGLE_ADS') {
    fault(
      `${path}.operating_account`,
      'DESTINATION_ACCOUNT_TYPE_MISMATCH',
      'Not a Google Ads list.',
    );
  } else if (!/^\d+$/.test(operating.accountId)) {
    fault(`${path}.operating_account.account_id`, 'INVALID_NUMBER_FORMAT', 'Digits only.');
  } else if (loginAccount !== undefined && !isAds(loginAccount)) {
    fault(`${path}.login_account`, 'INVALID_CLIENT_ACCOUNT_ID', 'Not a Google Ads account.');
  } else requireAccess(operating.accountId, loginAccount?.accountId);
  if (linkedAccount !== undefined) {
    const reason = 'LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT';
    fault(`${path}.linked_account`, reason, 'Not a data partner.');
  }
  const id = destination.productDestinationId ?? '';
  const list = state.lists.get(id);
  if (id === '') fault(`${path}.product_destination_id`, 'REQUIRED_FIELD_MISSING', 'Required.');
  else if (!/^\d+$/.test(id)) {
    // A name or a resource name; by which reason Google refuses one is unconfirmed.
    fault(`${path}.product_destination_id`, 'INVALID_NUMBER_FORMAT', 'Digits only.');
  } else if (list === undefined || list.removed || list.account !== operating?.accountId) {
    fault(`${path}.product_destination_id`, 'INVALID_USER_LIST_ID', `No user list "${id}".`);
  } else if (list.keyType !== 'CONTACT_ID') {
    fault(`${path}.product_destination_id`, 'INVALID_USER_LIST_TYPE', `Of ${list.keyType}.`);
  }
  const login = loginAccount?.accountId;
  return {
    listId: id,
    account: operating?.accountId ?? '',
    ...(login === undefined ? {} : { login }),
  };
}

function isAds(account: ProductAccount): boolean {
  return account.accountType === 'GOOGLE_ADS' && /^\d+$/.test(account.accountId ?? '');
}

interface ReadMember {
  readonly dataType: 'userData' | 'compositeData';
  readonly keys: readonly (SentKey & { readonly at: string })[];
}

function readMember(member: WireMember, path: string, body: Body, fault: Fault): ReadMember {
  const dataType = member.userData === undefined ? 'compositeData' : 'userData';
  if ((member.userData === undefined) === (member.compositeData === undefined)) {
    fault(path, 'INVALID_AUDIENCE_MEMBER', 'Exactly one kind of data is required.');
  }
  // Whether an empty list of references means all destinations is unconfirmed for audiences.
  const references = (body.destinations ?? []).map(({ reference }) => reference);
  if (member.destinationReferences?.some((reference) => !references.includes(reference)) === true) {
    fault(`${path}.destination_references`, 'INVALID_DESTINATION', 'No such destination.');
  }
  const identifiers = (member.userData ?? member.compositeData?.userData)?.userIdentifiers ?? [];
  if (identifiers.length === 0) fault(path, 'NO_IDENTIFIERS_PROVIDED', 'No user identifiers.');
  if (identifiers.length > MOST_IDENTIFIERS) {
    fault(path, 'TOO_MANY_USER_IDENTIFIERS', `${identifiers.length} identifiers.`);
  }
  const within = dataType === 'userData' ? 'user_data' : 'composite_data.user_data';
  const keys = identifiers.flatMap((identifier, position) => {
    const at = `${path}.${within}.user_identifiers[${position}]`;
    return readIdentifier(identifier, at, body.encoding, fault).map((key) => ({ ...key, at }));
  });
  return { dataType, keys };
}

/**
 * Why a record will not be applied. That a denied consent shows in the status rather than at once
 * is unconfirmed; Google drops people of the EEA without consent, and cannot be told apart here,
 * so a missing consent is accepted or refused as the sandbox was told.
 */
function consentFault(
  body: Body,
  member: WireMember | undefined,
  withoutConsent: WithoutConsent | 'not-asked',
): string | undefined {
  if (withoutConsent === 'not-asked') return undefined;
  const consent = member?.consent ?? ('consent' in body ? body.consent : undefined);
  const fields = [consent?.adUserData, consent?.adPersonalization];
  if (fields.includes('CONSENT_DENIED')) return 'PROCESSING_ERROR_REASON_DENIED_CONSENT';
  const granted = fields.every((field) => field === 'CONSENT_GRANTED');
  return granted || withoutConsent === 'accepted'
    ? undefined
    : 'PROCESSING_ERROR_REASON_NO_CONSENT';
}
