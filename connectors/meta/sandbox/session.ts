/** Upload sessions of the Meta emulator: which batch may come, and what the `sessions` edge tells. */
import { refusal } from './answers.ts';
import { SESSION_MS } from './replace.ts';
import type { MetaState, SandboxAudience, Session } from './state.ts';
import type { SentSession } from './upload.ts';

/** A batch's place in its session. */
export interface Place {
  readonly id: string;
  readonly seq: number;
  readonly last: boolean;
}

interface At {
  readonly state: MetaState;
  readonly audience: SandboxAudience;
  readonly schema: string;
  readonly kind: Session['kind'];
}

/**
 * The session that a batch says it belongs to, if it has begun.
 *
 * @throws GraphRefusal for a session of another audience, another edge or another schema.
 */
export function knownSession(id: string, at: At): Session | undefined {
  const known = at.state.sessions.get(id);
  if (known === undefined) return undefined;
  if (known.audience !== at.audience.id || known.kind !== at.kind) {
    throw refusal.parameter('session_id is in use elsewhere in this ad account');
  }
  if (known.schema !== at.schema) throw refusal.parameter('The schema changed within a session');
  return known;
}

/**
 * The place of a batch of additions or removals, and whether it is discarded because the 90 minutes
 * of its session are over.
 *
 * @throws GraphRefusal for a batch out of order.
 */
export function placeOf(
  sent: SentSession | undefined,
  at: At & { readonly now: Date },
): Place & { readonly discarded: boolean } {
  if (sent === undefined) {
    const id = `${9_000_000_000_000 + at.state.sessions.size}`;
    return { id, seq: 1, last: true, discarded: false };
  }
  const place = { id: sent.session_id, seq: sent.batch_seq, last: sent.last_batch_flag };
  const known = knownSession(sent.session_id, at);
  if (known === undefined) {
    if (sent.batch_seq !== 1) throw refusal.parameter('batch_seq must start from 1');
    return { ...place, discarded: false };
  }
  // What a session says to a batch sent again is not documented for `users`: it is taken, and
  // counted once more, unless the 90 minutes are over. One that leaves a gap is refused.
  if (sent.batch_seq > known.seq + (known.finished ? 0 : 1)) {
    throw refusal.parameter('batch_seq must be sequential');
  }
  return { ...place, discarded: at.now.getTime() - known.startedAt.getTime() > SESSION_MS };
}

/**
 * What the `sessions` edge tells, all in strings. `stage`, `progress` and `num_matched` stay as in
 * the one real answer seen in public, which stood so long after its last batch.
 */
export function sessionFields(session: Session): Record<string, string> {
  return {
    session_id: session.id,
    start_time: String(Math.floor(session.startedAt.getTime() / 1000)),
    end_time: '0',
    num_received: String(session.received),
    num_matched: '-1',
    num_invalid_entries: String(session.invalid),
    progress: '0',
    stage: 'uploading',
  };
}
