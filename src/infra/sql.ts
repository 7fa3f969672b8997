/** SQL that works on whole sets lives in named files beside the step that uses it. */
import { readFileSync } from 'node:fs';
import type { ClientBase, QueryResult, QueryResultRow } from 'pg';

/** A statement with `:name` parameters, read once. */
export interface Statement {
  readonly text: string;
  /** Parameter names in the order of their `$n`. */
  readonly names: readonly string[];
}

/** Reads a `.sql` file beside the module: `loadSql(import.meta.url, 'plan.sql')`. */
export function loadSql(moduleUrl: string, file: string): Statement {
  return statement(readFileSync(new URL(file, moduleUrl), 'utf8'));
}

/**
 * Turns `:name` into `$n`, the same name always into the same number. Casts (`::text`), comments
 * and quoted text are left alone.
 */
export function statement(text: string): Statement {
  const names: string[] = [];
  const numbered = text.replace(
    /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:([a-z][a-z0-9_]*)/g,
    (match, name: string | undefined) => {
      if (name === undefined) return match;
      if (!names.includes(name)) names.push(name);
      return `$${names.indexOf(name) + 1}`;
    },
  );
  return { text: numbered, names };
}

/** Runs a statement. Every parameter must be given by name, and none that it does not have. */
export async function runSql<Row extends QueryResultRow = QueryResultRow>(
  client: Pick<ClientBase, 'query'>,
  { text, names }: Statement,
  params: Readonly<Record<string, unknown>> = {},
): Promise<QueryResult<Row>> {
  const missing = names.filter((name) => !Object.hasOwn(params, name));
  const extra = Object.keys(params).filter((name) => !names.includes(name));
  if (missing.length > 0 || extra.length > 0) {
    throw new Error(
      `SQL parameters do not fit: missing [${missing.join(', ')}], unknown [${extra.join(', ')}].`,
    );
  }
  return client.query<Row>(
    text,
    names.map((name) => params[name]),
  );
}
