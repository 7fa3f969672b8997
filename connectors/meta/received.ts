/** What Meta is known to have received of the replacements under way. */
import type { ConnectorContext } from '../connector.ts';

/**
 * Rows by part that Meta has answered for. `num_received` counts over the whole session, so that a
 * part is judged by what its answer adds to the parts answered before it was sent. Parts in flight
 * beside it may hide that it is short; the last part is sent alone, and then any row that is
 * missing shows.
 */
export interface ReceivedRows {
  /** Rows that Meta had before a part is sent, apart from those of the part itself. */
  without(part: number): number;
  /** A part was answered. */
  add(part: number, rows: number): void;
  /** The last part was answered: nothing more is to be judged by it. */
  end(): void;
}

/**
 * The rows of one replacement, kept as long as this process lives. In another one nothing is known
 * of the parts that came before; a replacement that is begun anew has a session of its own.
 */
export function receivedRows(context: ConnectorContext, sessionId: number): ReceivedRows {
  const sessions = context.memo('meta.received', () => new Map<number, Map<number, number>>());
  const known = sessions.get(sessionId) ?? new Map<number, number>();
  sessions.set(sessionId, known);
  return {
    without: (part) =>
      [...known].reduce((sum, [other, rows]) => sum + (other === part ? 0 : rows), 0),
    add: (part, rows) => void known.set(part, rows),
    end: () => void sessions.delete(sessionId),
  };
}
