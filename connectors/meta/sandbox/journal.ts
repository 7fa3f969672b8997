/** What the Meta emulator remembers: a reduction over its journal, and nothing else. */
import type { JournalEvent } from '../../sandbox/emulator.ts';
import { keysIn } from '../../sandbox/population.ts';
import type { KindedKey } from '../../sandbox/population.ts';
import { EventSchema } from './events.ts';
import type { MetaEvent } from './events.ts';
import { keySet } from './keys.ts';
import type { KeySet } from './keys.ts';
import { endOverdue, replaceUsers } from './replace.ts';
import type { Change, MetaState, SandboxAudience, Session } from './state.ts';

/** The state after every event of a journal. */
export function restore(events: Iterable<JournalEvent>): MetaState {
  const state: MetaState = {
    audiences: new Map(),
    sessions: new Map(),
    externIds: new Map(),
    refusedKeys: new Set(),
    made: 0,
  };
  for (const event of events) apply(state, EventSchema.parse(event));
  return state;
}

/** Carries one event into the state, after what had run out of time before it. */
export function apply(state: MetaState, event: MetaEvent): void {
  endOverdue(state, new Date(event.at));
  switch (event.type) {
    case 'audience-created':
      state.made += 1;
      state.audiences.set(event.id, {
        id: event.id,
        account: event.account,
        name: event.name,
        description: event.description,
        flagged: event.flagged,
        retentionDays: event.retentionDays,
        createdAt: new Date(event.at),
        contentUpdatedAt: undefined,
        source: undefined,
        members: keySet(),
        settled: keySet(),
        waiting: [],
        replacing: undefined,
        replacedAt: undefined,
        replaceFailed: false,
      });
      return;
    case 'audience-deleted':
      state.audiences.delete(event.id);
      return;
    case 'audience-renamed': {
      const audience = state.audiences.get(event.id);
      if (audience !== undefined) audience.name = event.name;
      return;
    }
    case 'audience-flagged': {
      const audience = state.audiences.get(event.id);
      if (audience !== undefined) audience.flagged = true;
      return;
    }
    case 'key-refused':
      state.refusedKeys.add(event.key);
      return;
    case 'users-changed':
      changeUsers(state, event);
      return;
    case 'users-replaced':
      countIn(state, event, 'replace');
      replaceUsers(state, event);
  }
}

type Upload = Extract<MetaEvent, { type: 'users-changed' | 'users-replaced' }>;

function changeUsers(state: MetaState, event: Extract<Upload, { type: 'users-changed' }>): void {
  countIn(state, event, 'users');
  const audience = state.audiences.get(event.audience);
  if (audience === undefined) return;
  const at = new Date(event.at);
  audience.source ??= event.source;
  audience.contentUpdatedAt = at;
  const change: Change = { at, kind: event.operation, keys: [event.digests] };
  carry(audience.members, change);
  audience.waiting.push(change);
}

/** Counts an upload into its session, which it may begin. */
function countIn(state: MetaState, event: Upload, kind: Session['kind']): void {
  const session = state.sessions.get(event.session) ?? {
    id: event.session,
    audience: event.audience,
    kind,
    schema: event.schema,
    startedAt: new Date(event.at),
    received: 0,
    invalid: 0,
    seq: 0,
    finished: false,
    timedOut: false,
  };
  session.received += event.received;
  session.invalid += event.invalid;
  session.seq = Math.max(session.seq, event.seq);
  session.finished ||= event.last;
  state.sessions.set(event.session, session);
  for (const id of event.externIds) state.externIds.set(id, new Date(event.at));
}

function carry(members: KeySet, { kind, keys }: Change): void {
  if (kind === 'replace') members.clear();
  for (const key of keysIn(...keys)) {
    if (kind === 'remove') members.delete(key);
    else members.add(key);
  }
}

/** The members that the platform has worked through by `now`, given the time it takes. */
export function settledMembers(
  audience: SandboxAudience,
  now: Date,
  processingMs: number,
): Iterable<KindedKey> {
  for (let next = audience.waiting[0]; next !== undefined; next = audience.waiting[0]) {
    if (next.at.getTime() + processingMs > now.getTime()) break;
    carry(audience.settled, next);
    audience.waiting.shift();
  }
  return audience.settled;
}
