/** A database whose every statement is a call of the process that lives now. */
import pg from 'pg';
import { openDb } from '../../src/infra/db.ts';
import type { Db } from '../../src/infra/db.ts';
import { KEPT_PLANS, keepPlan } from './kept-plans.ts';
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
  readonly made: Set<string>;
}

/** @param thrifty whether its sessions keep their plans */
export function mortalDb(
  url: string,
  { life, thrifty }: { readonly life: () => Life; readonly thrifty: boolean },
): MortalDb {
  const db = openDb(thrifty ? withOptions(url) : url);
  const sessions = new Map<pg.PoolClient, Session>();
  for (const pool of [db.pool, db.leases]) {
    pool.on('connect', (client) => {
      const session = { send: client.query.bind(client), inTransaction: false, made: new Set('') };
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
      for (const session of sessions.values()) {
        if (session.inTransaction) await session.send('ROLLBACK');
        session.inTransaction = false;
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
type Callback = (error: unknown, result?: unknown) => void;
const isCallback = (value: unknown): value is Callback => typeof value === 'function';

function query(session: Session, statement: unknown[], life: Life, thrifty: boolean): unknown {
  const [first] = statement;
  // A stream of COPY; where it is not submitted, nobody is in the middle of anything.
  if (isStream(first)) {
    life.call(() => Promise.resolve(session.send(first))).catch((error) => first.destroy(error));
    return first;
  }
  const asked = read(statement);
  const send = () => sent(session, asked, thrifty);
  // Leases are renewed by the machine's time, so that they would end a process by chance.
  const answer = asked.text.includes('UPDATE lease SET expires_at')
    ? Promise.try(life.requireAlive).then(send)
    : life.call(send);
  const callback = statement.findLast(isCallback);
  if (callback === undefined) return answer;
  answer.then(
    (result) => callback(null, result),
    (error: unknown) => callback(error),
  );
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
  const plan = thrifty
    ? keepPlan(text, session.made)
    : ({ kind: 'sent', text, name: null } as const);
  const result =
    plan.kind === 'skipped'
      ? { rows: [], fields: [], rowCount: 0 }
      : await session.send({
          ...asked,
          text: plan.text,
          ...(plan.name === null ? {} : { name: plan.name }),
        });
  if (/^(?:COMMIT|ROLLBACK)(?! TO)/iu.test(text)) session.inTransaction = false;
  return result;
}

interface Stream {
  destroy(error: unknown): void;
}

function isStream(value: unknown): value is Stream {
  return (
    typeof value === 'object' &&
    value !== null &&
    'submit' in value &&
    'destroy' in value &&
    typeof value.destroy === 'function'
  );
}
