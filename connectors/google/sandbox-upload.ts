/** The rules that an ingest or remove request must meet, all of them before anything is applied. */
import { invalid, Refusal } from './sandbox-answer.ts';
import type { Violation } from './sandbox-answer.ts';
import { readIdentifier } from './sandbox-identifier.ts';
import type { Fault, SentKey } from './sandbox-identifier.ts';
import type { GoogleState, SandboxEvent } from './sandbox-state.ts';
import type { IngestBody, RemoveBody } from './sandbox-wire.ts';

export type WithoutConsent = 'accepted' | 'refused';

type UploadFacts = Omit<Extract<SandboxEvent, { type: 'upload' }>, 'type' | 'at' | 'operation'>;
type Body = IngestBody | RemoveBody;
type WireMember = NonNullable<IngestBody['audienceMembers']>[number];

const MOST_MEMBERS = 10_000;
const MOST_IDENTIFIERS = 10;
const MOST_DESTINATIONS = 10;

/**
 * What a request would do to which list.
 *
 * @throws Refusal with a reason for every rule that is broken; one broken record fails them all.
 */
export function readUpload(
  state: GoogleState,
  account: string,
  body: Body,
  withoutConsent: WithoutConsent | 'not-asked',
): UploadFacts {
  const violations: Violation[] = [];
  const fault = (field: string, reason: string, description: string) => {
    violations.push({ field, reason, description });
  };
  const listId = readDestination(state, account, body, fault);
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
  const members = wire.map((member, index) => readMember(member, index, body, fault));
  const types = new Set(members.map(({ dataType }) => dataType));
  if (types.size > 1) {
    fault('audience_members', 'MULTIPLE_DATA_TYPES_NOT_ALLOWED', 'One data type a request.');
  }
  const [first, ...others] = violations;
  if (first !== undefined) throw invalid(first, ...others);

  const refused: Record<string, number> = {};
  const applied: string[][] = [];
  members.forEach(({ keys }, index) => {
    const reason = consentFault(body, wire[index], withoutConsent);
    if (reason === undefined) applied.push(keys.map(({ value }) => value));
    else refused[reason] = (refused[reason] ?? 0) + 1;
  });
  const count = (kind: SentKey['kind']) =>
    members.reduce((sum, { keys }) => sum + keys.filter((key) => key.kind === kind).length, 0);
  return {
    dataType: members[0]?.dataType ?? 'compositeData',
    listId,
    records: members.length,
    emails: count('email'),
    phones: count('phone'),
    addresses: count('address'),
    refused,
    members: applied,
  };
}

function readDestination(state: GoogleState, account: string, body: Body, fault: Fault): string {
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
    return '';
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
  } else requireAccount(account, operating.accountId);
  if (loginAccount !== undefined && loginAccount.accountId !== operating?.accountId) {
    fault(`${path}.login_account`, 'OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH', 'No access.');
  }
  if (linkedAccount !== undefined) {
    const reason = 'LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT';
    fault(`${path}.linked_account`, reason, 'Not a data partner.');
  }
  const id = destination.productDestinationId ?? '';
  const list = state.lists.get(id);
  if (id === '') fault(`${path}.product_destination_id`, 'REQUIRED_FIELD_MISSING', 'Required.');
  else if (list === undefined || list.removed || list.account !== operating?.accountId) {
    fault(`${path}.product_destination_id`, 'INVALID_USER_LIST_ID', `No user list "${id}".`);
  }
  return id;
}

/** @throws Refusal 403 for any account but the sandbox's; Google tells no more than that either. */
export function requireAccount(own: string, asked: string): void {
  if (asked === own) return;
  throw new Refusal('The caller does not have permission', {
    status: 403,
    rpc: 'PERMISSION_DENIED',
    reason: 'PERMISSION_DENIED',
  });
}

interface ReadMember {
  readonly dataType: 'userData' | 'compositeData';
  readonly keys: readonly SentKey[];
}

function readMember(member: WireMember, index: number, body: Body, fault: Fault): ReadMember {
  const path = `audience_members.audience_members[${index}]`;
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
  const keys = identifiers.flatMap((identifier, position) =>
    readIdentifier(identifier, `${path}.user_identifiers[${position}]`, body.encoding, fault),
  );
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
