/** The sandbox's user lists: making, showing and listing them. */
import type { SandboxWorld } from '../../sandbox/emulator.ts';
import { invalid } from './answer.ts';
import type { Violation } from './answer.ts';
import { listFigures } from './figures.ts';
import type { GoogleState, ListState, SandboxEvent } from './state.ts';
import type { UserListBody } from './wire.ts';

const DAY_SECONDS = 86_400;
const MOST_DAYS = 540;
const DEFAULT_PAGE = 50;
const MOST_PAGE = 1000;
const KEY_TYPES = ['CONTACT_ID', 'MOBILE_ID', 'USER_ID'];

/** Unconfirmed, both the number and what it counts; here UTF-16 code units. */
const MOST_NAME_LENGTH = 255;

export interface NewListRules {
  readonly at: string;
  readonly mostNameLength?: number | undefined;
}

/**
 * The event that makes a list.
 *
 * @throws Refusal with a reason for every rule that is broken.
 */
export function readNewList(
  state: GoogleState,
  account: string,
  body: UserListBody,
  { at, mostNameLength = MOST_NAME_LENGTH }: NewListRules,
): Extract<SandboxEvent, { type: 'list-made' }> {
  const violations: Violation[] = [];
  const fault = (field: string, reason: string, description: string) => {
    violations.push({ field: `user_list.${field}`, reason, description });
  };
  const { displayName = '', description = '', integrationCode = '' } = body;
  if (displayName === '') fault('display_name', 'REQUIRED_FIELD_MISSING', 'Required.');
  if (displayName.length > mostNameLength) {
    fault('display_name', 'FIELD_VALUE_TOO_LONG', `Over ${mostNameLength} characters.`);
  }
  const taken = [...state.lists.values()].some(
    (list) => !list.removed && list.account === account && list.displayName === displayName,
  );
  if (taken) fault('display_name', 'DISPLAY_NAME_ALREADY_USED', `"${displayName}" is in use.`);
  // Google's pages disagree on whether a description is required; the stricter one holds here.
  if (description === '') fault('description', 'REQUIRED_FIELD_MISSING', 'Required.');
  const membershipSeconds = Number(
    (body.membershipDuration ?? `${MOST_DAYS * DAY_SECONDS}s`).slice(0, -1),
  );
  if (membershipSeconds === 0 || membershipSeconds % DAY_SECONDS !== 0) {
    fault('membership_duration', 'INVALID_ARGUMENT', 'Whole days only.');
  }
  if (membershipSeconds > MOST_DAYS * DAY_SECONDS) {
    fault('membership_duration', 'MEMBERSHIP_DURATION_TOO_LONG', `${MOST_DAYS} days at most.`);
  }
  const info = body.ingestedUserListInfo;
  const [keyType, ...others] = info?.uploadKeyTypes ?? [];
  const keyTypes = 'ingested_user_list_info.upload_key_types';
  if (keyType === undefined) {
    fault(keyTypes, 'REQUIRED_FIELD_MISSING', 'Required.');
  } else if (others.length > 0 || !KEY_TYPES.includes(keyType)) {
    fault(
      keyTypes,
      'UNSUPPORTED_USER_LIST_UPLOAD_KEY_TYPES',
      'One key type, and none of partners.',
    );
  }
  // By which reason Google refuses what belongs to another key type is unconfirmed.
  const infos = { CONTACT_ID: 'contactIdInfo', MOBILE_ID: 'mobileIdInfo', USER_ID: 'userIdInfo' };
  for (const [type, name] of Object.entries(infos)) {
    if (type === keyType || info === undefined || !(name in info)) continue;
    const reason = 'UNSUPPORTED_INGESTED_USER_LIST_INFO_CONFIG';
    fault('ingested_user_list_info', reason, `${name} is not for ${keyType ?? 'no key type'}.`);
  }
  const { keySpace, appId = '' } = info?.mobileIdInfo ?? {};
  if (keyType === 'MOBILE_ID' && (keySpace === undefined || appId === '')) {
    fault('ingested_user_list_info.mobile_id_info', 'REQUIRED_FIELD_MISSING', 'Required.');
  }
  const [first, ...rest] = violations;
  if (first !== undefined) throw invalid(first, ...rest);
  return {
    type: 'list-made',
    at,
    account,
    displayName,
    description,
    integrationCode,
    membershipSeconds,
    keyType: keyType ?? '',
    // What is left out, or said to be unspecified, is open: Google's default for a new list.
    status: body.membershipStatus === 'CLOSED' ? 'CLOSED' : 'OPEN',
  };
}

/** A UserList as Google shows it; figures are absent while they are hidden. */
export function showList(list: ListState, world: SandboxWorld): object {
  const figures = listFigures(list, world.population, world.clock.now().getTime());
  const size = figures === undefined ? undefined : String(figures.size);
  return {
    name: `accountTypes/GOOGLE_ADS/accounts/${list.account}/userLists/${list.id}`,
    id: list.id,
    displayName: list.displayName,
    description: list.description,
    ...(list.integrationCode === '' ? {} : { integrationCode: list.integrationCode }),
    membershipStatus: list.status,
    ...(list.unused ? { closingReason: 'UNUSED' } : {}),
    membershipDuration: `${list.membershipSeconds}s`,
    accessReason: 'OWNED',
    accountAccessStatus: 'ENABLED',
    ...(size === undefined
      ? {}
      : { sizeInfo: { displayNetworkMembersCount: size, searchNetworkMembersCount: size } }),
    ingestedUserListInfo: {
      uploadKeyTypes: [list.keyType],
      ...(list.keyType === 'CONTACT_ID'
        ? {
            contactIdInfo: {
              dataSourceType: 'DATA_SOURCE_TYPE_FIRST_PARTY',
              ...(figures === undefined
                ? {}
                : { matchRatePercentage: figures.matchRatePercentage }),
            },
          }
        : {}),
    },
  };
}

/** One page of an account's lists; sizes over the maximum are coerced to it, as Google does. */
export function pageOfLists(
  state: GoogleState,
  account: string,
  query: Record<string, string>,
  world: SandboxWorld,
): object {
  const asked = Number(query['pageSize'] ?? 0);
  if (!Number.isInteger(asked) || asked < 0) {
    throw invalid({
      field: 'page_size',
      reason: 'INVALID_NUMBER_FORMAT',
      description: 'Not a size.',
    });
  }
  const start = pageStart(query['pageToken'] ?? '');
  const lists = [...state.lists.values()].filter(
    (list) => !list.removed && list.account === account,
  );
  const end = start + Math.min(asked === 0 ? DEFAULT_PAGE : asked, MOST_PAGE);
  return {
    ...(lists.length === 0
      ? {}
      : { userLists: lists.slice(start, end).map((list) => showList(list, world)) }),
    ...(end < lists.length ? { nextPageToken: pageToken(end) } : {}),
  };
}

function pageToken(start: number): string {
  return Buffer.from(`from:${start}`).toString('base64url');
}

function pageStart(token: string): number {
  if (token === '') return 0;
  const start = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start !== undefined) return Number(start);
  throw invalid({ field: 'page_token', reason: 'INVALID_PAGE_TOKEN', description: 'Not a token.' });
}
