/**
 * What the Google sandbox remembers: a reducer over journal events. Lists and uploads are kept as
 * asked for; an upload reaches its list only when its processing time has passed on the clock.
 */
import { z } from 'zod';

/**
 * From the answer to an upload until it is applied. Google says to ask after 30 minutes and that
 * it may take 24 hours; uploads are applied here in the order of arrival, which Google does not
 * promise.
 */
export const PROCESSING_MS = 40 * 60_000;

/** Google's own lifetime of an access token. */
export const TOKEN_LIFETIME_MS = 3_600_000;

const at = z.iso.datetime();

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
  }),
  z.object({ type: z.literal('list-removed'), at, id: z.string() }),
  z.object({
    type: z.literal('upload'),
    at,
    operation: z.enum(['add', 'remove']),
    dataType: z.enum(['userData', 'compositeData']),
    listId: z.string(),
    /** All records sent, refused ones too. */
    records: z.number(),
    emails: z.number(),
    phones: z.number(),
    addresses: z.number().default(0),
    refused: z.record(z.string(), z.number()),
    /** The keys of each record that will be applied: digests, and addresses as one text each. */
    members: z.array(z.array(z.string())),
  }),
]);
export type SandboxEvent = z.infer<typeof SandboxEvent>;

export type Upload = Extract<SandboxEvent, { type: 'upload' }> & {
  readonly requestId: string;
  readonly readyAt: number;
};

export interface ListState {
  readonly id: string;
  readonly account: string;
  readonly displayName: string;
  readonly description: string;
  readonly integrationCode: string;
  readonly membershipSeconds: number;
  removed: boolean;
  /** Per key: the record that brought it last, and when that was sent. */
  readonly keys: Map<string, { readonly record: number; readonly sentAt: number }>;
}

export interface GoogleState {
  readonly tokens: Map<string, { readonly scope: string; readonly expiresAt: number }>;
  readonly lists: Map<string, ListState>;
  readonly uploads: Map<string, Upload>;
  /** Uploads that have not reached their list yet, oldest first. */
  waiting: Upload[];
  records: number;
}

export function emptyState(): GoogleState {
  return { tokens: new Map(), lists: new Map(), uploads: new Map(), waiting: [], records: 0 };
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
      state.lists.set(id, { ...event, id, removed: false, keys: new Map() });
      break;
    }
    case 'list-removed': {
      const list = state.lists.get(event.id);
      if (list !== undefined) list.removed = true;
      break;
    }
    case 'upload': {
      const requestId = `sandbox-request-${state.uploads.size + 1}`;
      const upload = { ...event, requestId, readyAt: time + PROCESSING_MS };
      state.uploads.set(requestId, upload);
      state.waiting.push(upload);
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

/** Brings every upload whose time has come to its list. */
export function applyReady(state: GoogleState, now: number): void {
  const later = state.waiting.findIndex(({ readyAt }) => readyAt > now);
  const ready = later === -1 ? state.waiting : state.waiting.slice(0, later);
  state.waiting = later === -1 ? [] : state.waiting.slice(later);
  for (const upload of ready) {
    const list = state.lists.get(upload.listId);
    if (list === undefined || list.removed) continue;
    for (const keys of upload.members) {
      state.records += 1;
      for (const key of keys) {
        if (upload.operation === 'remove') list.keys.delete(key);
        else list.keys.set(key, { record: state.records, sentAt: Date.parse(upload.at) });
      }
    }
  }
}

/** The keys on a list now, each with its record; those over the membership duration left out. */
export function* current(list: ListState, now: number): Generator<[key: string, record: number]> {
  const oldest = now - list.membershipSeconds * 1000;
  for (const [key, { record, sentAt }] of list.keys) {
    if (sentAt > oldest) yield [key, record];
  }
}
