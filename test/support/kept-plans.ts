/**
 * Statements whose plans a session keeps. A plan of thirty statements costs the server ten times as
 * much to think of as to carry out for a handful of people, and a test of thousands of runs pays for
 * little else. What a statement does is the same: a work table is emptied before it is used again
 * rather than dropped, under a name for each of its shapes, and statistics, by which no answer
 * changes, are not taken.
 */
import { hash } from 'node:crypto';

/** The setting of a session that keeps plans, for the `options` of its address. */
export const KEPT_PLANS = '-c plan_cache_mode=force_generic_plan';

/** What is sent in place of a statement, in order; the last gives the answer. Nothing: it is done. */
export type Sent = readonly Statement[];

interface Statement {
  readonly text: string;
  /** Under which its plan is kept. */
  readonly name?: string;
  /** Sent before the statement itself, without its values. */
  readonly isFirst?: true;
}

/** The work tables of one session. */
export interface WorkTables {
  /** By the names that they have there. */
  readonly made: Set<string>;
  /** Those made by the transaction that is open: gone if it is rolled back. */
  readonly fresh: Set<string>;
  /** What each is called now, by the name that statements have for it. */
  readonly called: Map<string, string>;
}

export function noWorkTables(): WorkTables {
  return { made: new Set(), fresh: new Set(), called: new Map() };
}

const MAKES = /CREATE TEMP TABLE (\w+)/gu;
/** Made of what a query gives. */
const MAKES_OF = /CREATE TEMP TABLE (\w+) ON COMMIT DROP AS/u;
/** Of these, none has a plan. */
const BARE = /^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)/iu;

export function keepPlan(text: string, tables: WorkTables): Sent {
  const { made, fresh, called } = tables;
  if (text.startsWith('ANALYZE')) return [];
  if (BARE.test(text)) {
    if (/^ROLLBACK(?! TO)/iu.test(text)) for (const name of fresh) made.delete(name);
    if (/^(?:COMMIT|ROLLBACK)(?! TO)/iu.test(text)) fresh.clear();
    return [{ text }];
  }
  const names = [...text.matchAll(MAKES)].flatMap(([, name]) => name ?? []);
  if (names.length === 0) return [named(recalled(text, called))];
  // One that is made of a query may have another shape each time.
  if (MAKES_OF.test(text)) for (const name of names) called.set(name, `${name}_${shapeOf(text)}`);
  const here = names.map((name) => called.get(name) ?? name);
  const own = recalled(text, called);
  if (here.every((name) => made.has(name))) {
    const emptied = {
      text: here.map((name) => `DELETE FROM ${name}`).join(';'),
      isFirst: true,
    } as const;
    return MAKES_OF.test(own)
      ? [emptied, named(own.replace(MAKES_OF, 'INSERT INTO $1'))]
      : [emptied];
  }
  for (const name of here) {
    made.add(name);
    fresh.add(name);
  }
  return [{ text: own.replaceAll('ON COMMIT DROP', '') }];
}

/** The statement with the tables called as they are called here. */
function recalled(text: string, called: ReadonlyMap<string, string>): string {
  const used = [...called].filter(([name]) => text.includes(name));
  if (used.length === 0) return text;
  const key = `${used.map(([, now]) => now).join()}:${text}`;
  const before = rewritten.get(key);
  if (before !== undefined) return before;
  const now = used.reduce(
    (all, [name, now]) => all.replaceAll(new RegExp(`\\b${name}\\b`, 'gu'), now),
    text,
  );
  rewritten.set(key, now);
  return now;
}

const rewritten = new Map<string, string>();
const shapes = new Map<string, number>();

function shapeOf(text: string): number {
  const shape = shapes.get(text) ?? shapes.size;
  shapes.set(text, shape);
  return shape;
}

const known = new Map<string, { readonly text: string; readonly name: string }>();

function named(text: string): { readonly text: string; readonly name: string } {
  const before = known.get(text);
  if (before !== undefined) return before;
  const statement = { text, name: hash('sha1', text).slice(0, 32) };
  known.set(text, statement);
  return statement;
}
