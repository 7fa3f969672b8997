/**
 * Replace sessions of the Meta emulator: begun by the first part, ended by the one that says so, and
 * after 90 minutes by themselves, with whatever has arrived. Source: Custom Audiences guide.
 */
import type { StoredKeys } from '../../sandbox/population.ts';
import { refusal } from './answers.ts';
import type { MetaEvent } from './events.ts';
import { keySet } from './keys.ts';
import type { MetaState, SandboxAudience, Session } from './state.ts';

/** A session ends by itself this long after its first batch. */
export const SESSION_MS = 90 * 60 * 1000;

/** Meta's state of an audience, as `operation_status` gives it. */
export interface OperationStatus {
  readonly code: number;
  readonly description: string;
}

/**
 * The state of an audience now.
 *
 * @param replaceMs how long the platform works on a replacement after its last part
 */
export function operationStatus(
  audience: SandboxAudience,
  now: Date,
  replaceMs: number,
): OperationStatus {
  if (audience.flagged) return { code: 471, description: 'Flagged by the integrity rules' };
  const { replacing, replacedAt } = audience;
  const worksUntil = replacedAt === undefined ? 0 : replacedAt.getTime() + replaceMs;
  if (replacing !== undefined || now.getTime() < worksUntil) {
    return { code: 414, description: 'Replace in progress' };
  }
  if (audience.replaceFailed) return { code: 415, description: 'Replace failed' };
  return audience.contentUpdatedAt === undefined
    ? { code: 410, description: 'No upload' }
    : { code: 200, description: 'Normal' };
}

/** Ends the replacements whose time is over: the list becomes what has arrived. */
export function endOverdue(state: MetaState, now: Date): void {
  for (const audience of state.audiences.values()) {
    const session = state.sessions.get(audience.replacing?.session ?? '');
    if (audience.replacing === undefined || session === undefined) continue;
    const end = new Date(session.startedAt.getTime() + SESSION_MS);
    if (now <= end) continue;
    session.timedOut = true;
    become(audience, audience.replacing.keys, end);
    audience.replaceFailed = true;
  }
}

/** Carries a part into its session; with the last one the list becomes what came. */
export function replaceUsers(
  state: MetaState,
  event: Extract<MetaEvent, { type: 'users-replaced' }>,
): void {
  const audience = state.audiences.get(event.audience);
  if (audience === undefined) return;
  audience.source ??= event.source;
  audience.replacing ??= { session: event.session, keys: [] };
  audience.replacing.keys.push(event.digests);
  if (!event.last) return;
  const at = new Date(event.at);
  become(audience, audience.replacing.keys, at);
  audience.replacedAt = at;
  audience.replaceFailed = false;
}

function become(audience: SandboxAudience, keys: readonly StoredKeys[], at: Date): void {
  audience.members = keySet(...keys);
  audience.waiting.push({ at, kind: 'replace', keys });
  audience.contentUpdatedAt = at;
  audience.replacing = undefined;
}

/** @throws GraphRefusal for a part that the state of the audience or of the session forbids. */
export function requirePartInOrder(at: {
  readonly audience: SandboxAudience;
  readonly session: Session | undefined;
  readonly seq: number;
  readonly status: OperationStatus;
  readonly mostMembers: number;
  /** Whether a failed replacement may be followed by another one, which is not documented. */
  readonly afterFailure: boolean;
}): void {
  const { audience, session, seq, status } = at;
  if (session !== undefined) {
    if (session.timedOut) throw refusal.replace.timedOut();
    if (session.finished) throw refusal.replace.finished();
    // Later parts may come in any order and twice; the first may not.
    if (seq === 1) throw refusal.replace.inProgress();
    return;
  }
  if (seq !== 1) throw refusal.replace.notBegun();
  if (status.code === 414) throw refusal.replace.inProgress();
  if (status.code === 415 ? !at.afterFailure : status.code !== 200) {
    // That the state has to be normal is documented, the answer otherwise is not.
    throw refusal.state(status.code);
  }
  if (audience.members.size >= at.mostMembers) throw refusal.replace.tooLarge();
}
