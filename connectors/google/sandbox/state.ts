/**
 * What the Google sandbox remembers: a reducer over journal events. Lists and uploads are kept as
 * asked for; an upload reaches its list only when its processing time has passed on the clock.
 */
import { z } from 'zod';
import { keysIn, StoredKeys } from '../../sandbox/population.ts';
import type { KindedKey } from '../../sandbox/population.ts';
import { ACCOUNT } from './accounts.ts';

/**
 * From the answer to an upload until it is applied. Google says to ask after 30 minutes and that
 * it may take 24 hours.
 */
export const PROCESSING_MS = 40 * 60_000;

/**
 * In which order requests are worked off, of which Google promises nothing: as they were taken, or
 * `reversed`: all that were taken within a `PROCESSING_MS` of the clock are worked off together one
 * such time after its end, the last first.
 */
export type WorkOrder = 'as-taken' | 'reversed';

/** Google's own lifetime of an access token. */
export const TOKEN_LIFETIME_MS = 3_600_000;

const at = z.iso.datetime();

/** The list that a request is about, and by whom it was reached. */
const addressed = {
  listId: z.string(),
  account: z.string().default(ACCOUNT),
  login: z.string().optional(),
};

export const SandboxEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('token'), at, scope: z.string() }),
  z.object({
    type: z.literal('list-made'),
    at,
    account: z.string(),
    displayName: z.string(),
    description: z.string(),
    integrationCode: z.string(),
    membershipSeconds: z.number(),
    keyType: z.string().default('CONTACT_ID'),
    status: z.enum(['OPEN', 'CLOSED']).default('OPEN'),
  }),
  z.object({ type: z.literal('list-removed'), at, id: z.string() }),
  z.object({ type: z.literal('list-renamed'), at, id: z.string(), name: z.string() }),
  z.object({ type: z.literal('list-closed'), at, id: z.string() }),
  z.object({ type: z.literal('key-refused'), at, key: z.string() }),
  z.object({ type: z.literal('service-account'), at, privateKey: z.string() }),
  z.object({
    type: z.literal('sweep'),
    at,
    ...addressed,
    /** Members last added before this moment go. */
    before: z.iso.datetime(),
  }),
  z.object({
    type: z.literal('upload'),
    at,
    ...addressed,
    operation: z.enum(['add', 'remove']),
    dataType: z.enum(['userData', 'compositeData']),
    /** All records sent, refused ones too. */
    records: z.number(),
    emails: z.number(),
    phones: z.number(),
    addresses: z.number().default(0),
    refused: z.record(z.string(), z.number()),
    /** The keys of each record that will be applied: digests, and addresses as one text each. */
    members: z.array(StoredKeys),
  }),
]);
export type SandboxEvent = z.infer<typeof SandboxEvent>;

interface Taken {
  readonly requestId: string;
  readonly readyAt: number;
}
export type Upload = Extract<SandboxEvent, { type: 'upload' }> & Taken;
export type Sweep = Extract<SandboxEvent, { type: 'sweep' }> & Taken;

/** A key on a list, with the number of the record that brought it last. */
export interface HeldKey extends KindedKey {
  readonly record: number;
}

export interface ListState {
  readonly id: string;
  readonly account: string;
  displayName: string;
  readonly description: string;
  readonly integrationCode: string;
  readonly membershipSeconds: number;
  readonly keyType: string;
  status: 'OPEN' | 'CLOSED';
  /** Whether Google closed it itself, since nobody used it. */
  unused: boolean;
  removed: boolean;
  /** Per key, of which no two kinds look alike: what it is, who brought it last, and when. */
  readonly keys: Map<string, HeldKey & { readonly sentAt: number }>;
}

export interface GoogleState {
  readonly order: WorkOrder;
  readonly tokens: Map<string, { readonly scope: string; readonly expiresAt: number }>;
  readonly lists: Map<string, ListState>;
  readonly requests: Map<string, Upload | Sweep>;
  /** Requests that have not reached their list yet, oldest first. */
  waiting: (Upload | Sweep)[];
  records: number;
  readonly refusedKeys: Set<string>;
  /** Of the service account, once somebody asked for it. */
  privateKey: string | undefined;
}

export function emptyState(order: WorkOrder = 'as-taken'): GoogleState {
  return {
    order,
    tokens: new Map(),
    lists: new Map(),
    requests: new Map(),
    waiting: [],
    records: 0,
    refusedKeys: new Set(),
    privateKey: undefined,
  };
}

/** Applies one event; ids come from the number of events of the kind before it. */
export function apply(state: GoogleState, event: SandboxEvent): void {
  const time = Date.parse(event.at);
  switch (event.type) {
    case 'token':
      state.tokens.set(tokenValue(state.tokens.size + 1), {
        scope: event.scope,
        expiresAt: time + TOKEN_LIFETIME_MS,
      });
      break;
    case 'list-made': {
      const id = listId(state.lists.size + 1);
      state.lists.set(id, { ...event, id, removed: false, unused: false, keys: new Map() });
      break;
    }
    case 'list-removed': {
      const list = state.lists.get(event.id);
      if (list !== undefined) list.removed = true;
      break;
    }
    case 'list-renamed': {
      const list = state.lists.get(event.id);
      if (list !== undefined) list.displayName = event.name;
      break;
    }
    case 'list-closed': {
      const list = state.lists.get(event.id);
      if (list === undefined) break;
      list.status = 'CLOSED';
      list.unused = true;
      break;
    }
    case 'key-refused':
      state.refusedKeys.add(event.key);
      break;
    case 'service-account':
      state.privateKey = event.privateKey;
      break;
    case 'sweep':
    case 'upload': {
      const requestId = `sandbox-request-${state.requests.size + 1}`;
      const taken = { ...event, requestId, readyAt: readyAt(state.order, time) };
      state.requests.set(requestId, taken);
      state.waiting.push(taken);
      break;
    }
  }
}

export function tokenValue(number: number): string {
  return `ya29.sandbox-access-token-${number}`;
}

export function listId(number: number): string {
  return String(7_000_000_000 + number);
}

function readyAt(order: WorkOrder, time: number): number {
  return order === 'as-taken'
    ? time + PROCESSING_MS
    : (Math.floor(time / PROCESSING_MS) + 2) * PROCESSING_MS;
}

/** Brings every request whose time has come to its list. */
export function applyReady(state: GoogleState, now: number): void {
  const later = state.waiting.findIndex((request) => request.readyAt > now);
  const taken = later === -1 ? state.waiting : state.waiting.slice(0, later);
  state.waiting = later === -1 ? [] : state.waiting.slice(later);
  const ready =
    state.order === 'as-taken'
      ? taken
      : taken.toReversed().sort((one, other) => one.readyAt - other.readyAt);
  for (const request of ready) {
    const list = state.lists.get(request.listId);
    if (list === undefined || list.removed) continue;
    if (request.type === 'sweep') sweep(list, Date.parse(request.before));
    else fill(state, list, request);
  }
}

function sweep(list: ListState, before: number): void {
  for (const [key, { sentAt }] of list.keys) if (sentAt < before) list.keys.delete(key);
}

function fill(state: GoogleState, list: ListState, upload: Upload): void {
  const sentAt = Date.parse(upload.at);
  for (const keys of upload.members) {
    state.records += 1;
    for (const key of keysIn(keys)) {
      if (upload.operation === 'remove') list.keys.delete(key.value);
      else list.keys.set(key.value, { ...key, record: state.records, sentAt });
    }
  }
}

/** The keys on a list now; those over the membership duration left out. */
export function* current(list: ListState, now: number): Generator<HeldKey> {
  const oldest = now - list.membershipSeconds * 1000;
  for (const key of list.keys.values()) if (key.sentAt > oldest) yield key;
}
