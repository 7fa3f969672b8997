/** What the Meta emulator remembers: a reduction over its journal, and nothing else. */
import { z } from 'zod';
import type { JournalEvent } from '../sandbox/emulator.ts';

const at = z.iso.datetime();

/** Every fact that the emulator keeps. */
export const EventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('audience-created'),
    at,
    id: z.string(),
    account: z.string(),
    name: z.string(),
    description: z.string(),
    flagged: z.boolean(),
  }),
  z.object({ type: z.literal('audience-deleted'), at, id: z.string() }),
  z.object({
    type: z.literal('users-changed'),
    at,
    audience: z.string(),
    operation: z.enum(['add', 'remove']),
    source: z.string(),
    session: z.string(),
    schema: z.string(),
    last: z.boolean(),
    received: z.int(),
    /** Keys: digests, and ids where the platform takes them plain. */
    digests: z.array(z.string()),
    /** Of those added, the advertiser's own ids. */
    externIds: z.array(z.string()).default([]),
  }),
]);
export type MetaEvent = z.infer<typeof EventSchema>;
type UsersChanged = Extract<MetaEvent, { type: 'users-changed' }>;

export interface SandboxAudience {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly description: string;
  /** Whether the integrity rules caught its name or description. */
  readonly flagged: boolean;
  readonly createdAt: Date;
  contentUpdatedAt: Date | undefined;
  /** The kind of the first upload, which every later one has to share. */
  source: string | undefined;
  readonly members: Set<string>;
  /** The members as far as the platform has worked through them. */
  readonly settled: Set<string>;
  readonly waiting: UsersChanged[];
}

/** An upload session; ids are unique per ad account, and the emulator has one account. */
export interface Session {
  readonly audience: string;
  readonly schema: string;
  readonly startedAt: Date;
  received: number;
  finished: boolean;
}

export interface MetaState {
  readonly audiences: Map<string, SandboxAudience>;
  readonly sessions: Map<string, Session>;
  /** When each of the advertiser's own ids last came along with a person. */
  readonly externIds: Map<string, Date>;
  /** Audiences ever made; the next id is one more. */
  made: number;
}

/** The state after every event of a journal. */
export function restore(events: Iterable<JournalEvent>): MetaState {
  const state: MetaState = {
    audiences: new Map(),
    sessions: new Map(),
    externIds: new Map(),
    made: 0,
  };
  for (const event of events) apply(state, EventSchema.parse(event));
  return state;
}

/** Carries one event into the state. */
export function apply(state: MetaState, event: MetaEvent): void {
  switch (event.type) {
    case 'audience-created':
      state.made += 1;
      state.audiences.set(event.id, {
        id: event.id,
        account: event.account,
        name: event.name,
        description: event.description,
        flagged: event.flagged,
        createdAt: new Date(event.at),
        contentUpdatedAt: undefined,
        source: undefined,
        members: new Set(),
        settled: new Set(),
        waiting: [],
      });
      return;
    case 'audience-deleted':
      state.audiences.delete(event.id);
      return;
    case 'users-changed':
      changeUsers(state, event);
  }
}

function changeUsers(state: MetaState, event: UsersChanged): void {
  const session = state.sessions.get(event.session) ?? {
    audience: event.audience,
    schema: event.schema,
    startedAt: new Date(event.at),
    received: 0,
    finished: false,
  };
  session.received += event.received;
  session.finished ||= event.last;
  state.sessions.set(event.session, session);
  for (const id of event.externIds) state.externIds.set(id, new Date(event.at));
  const audience = state.audiences.get(event.audience);
  if (audience === undefined) return;
  audience.source ??= event.source;
  audience.contentUpdatedAt = new Date(event.at);
  change(audience.members, event);
  audience.waiting.push(event);
}

function change(members: Set<string>, event: UsersChanged): void {
  for (const key of event.digests) {
    if (event.operation === 'add') members.add(key);
    else members.delete(key);
  }
}

/** The members that the platform has worked through by `now`, given the time it takes. */
export function settledMembers(
  audience: SandboxAudience,
  now: Date,
  processingMs: number,
): ReadonlySet<string> {
  for (let next = audience.waiting[0]; next !== undefined; next = audience.waiting[0]) {
    if (new Date(next.at).getTime() + processingMs > now.getTime()) break;
    change(audience.settled, next);
    audience.waiting.shift();
  }
  return audience.settled;
}
