/** A database whose every statement is a call of the process that lives now. */
import { callbackify } from 'node:util';
import type { PoolClient } from 'pg';
import { openDb } from '../../src/infra/db.ts';
import type { Db } from '../../src/infra/db.ts';
import { KEPT_PLANS, keepPlan, noWorkTables } from './kept-plans.ts';
import type { Sent, WorkTables } from './kept-plans.ts';
import type { Life } from './life.ts';

export interface MortalDb {
  readonly db: Db;
  /** What the server does when a process is gone: whatever it left open is rolled back. */
  rollBack(): Promise<void>;
  /** Whether a connection was never given back. */
  leaks(): boolean;
}

interface Session {
  readonly send: (...statement: unknown[]) => unknown;
  inTransaction: boolean;
  readonly tables: WorkTables;
}

/** @param thrifty whether its sessions keep their plans */
export function mortalDb(
  url: string,
  { life, thrifty }: { readonly life: () => Life; readonly thrifty: boolean },
): MortalDb {
  const db = openDb(thrifty ? withOptions(url) : url);
  const sessions = new Map<PoolClient, Session>();
  for (const pool of [db.pool, db.leases]) {
    pool.on('connect', (client) => {
      const session = {
        send: client.query.bind(client),
        inTransaction: false,
        tables: noWorkTables(),
      };
      sessions.set(client, session);
      Object.assign(client, {
        query: (...statement: unknown[]) => query(session, statement, life(), thrifty),
      });
    });
    pool.on('remove', (client) => sessions.delete(client));
  }
  return {
    db,
    async rollBack() {
      for (const [client, session] of sessions) {
        if (!session.inTransaction) continue;
        // A connection that was closed over it is rolled back by the server itself.
        const rolledBack = sent(session, { text: 'ROLLBACK' }, thrifty);
        await rolledBack.catch(() => sessions.delete(client));
      }
    },
    leaks: () => db.pool.idleCount < db.pool.totalCount,
  };
}

function withOptions(url: string): string {
  const address = new URL(url);
  address.searchParams.set('options', KEPT_PLANS);
  return address.href;
}

/** How `pg` is asked: with a text or an object, values, and perhaps a callback. */
type Callback = (error: Error | null, result?: unknown) => void;
const isCallback = (value: unknown): value is Callback => typeof value === 'function';

function query(session: Session, statement: unknown[], life: Life, thrifty: boolean): unknown {
  const [first] = statement;
  // A stream of COPY, in a transaction of which the statements before and after are calls.
  if (isStream(first)) return session.send(first);
  const asked = read(statement);
  const send = () => sent(session, asked, thrifty);
  // Leases are renewed by the machine's time, so that they would end a process by chance.
  const answer = asked.text.includes('UPDATE lease SET expires_at')
    ? Promise.try(() => life.requireAlive()).then(send)
    : life.call(send);
  const callback = statement.findLast(isCallback);
  if (callback === undefined) return answer;
  callbackify(() => answer)(callback);
  return undefined;
}

interface Asked {
  readonly text: string;
  readonly values?: readonly unknown[];
}

function read([first, second]: readonly unknown[]): Asked {
  const values = Array.isArray(second) ? { values: second } : {};
  if (typeof first === 'string') return { text: first, ...values };
  if (typeof first === 'object' && first !== null && 'text' in first) {
    return { ...first, text: String(first.text), ...values };
  }
  throw new Error('A statement that is neither a text nor an object.');
}

async function sent(session: Session, asked: Asked, thrifty: boolean): Promise<unknown> {
  const { text } = asked;
  if (/^BEGIN/iu.test(text)) session.inTransaction = true;
  let result: unknown = { rows: [], fields: [], rowCount: 0 };
  for (const { isFirst, ...one } of thrifty ? keepPlan(text, session.tables) : plainly(text)) {
    const answer = await session.send(isFirst === true ? one : { ...asked, ...one });
    if (isFirst !== true) result = answer;
  }
  if (/^(?:COMMIT|ROLLBACK)(?! TO)/iu.test(text)) session.inTransaction = false;
  return result;
}

function plainly(text: string): Sent {
  return [{ text }];
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'submit' in value;
}
