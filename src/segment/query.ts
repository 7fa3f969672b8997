/** From a segment's rule to the SELECT that finds its people. */
import { readFileSync } from 'node:fs';
import { statement } from '../infra/sql.ts';
import type { Statement } from '../infra/sql.ts';
import { HISTORY_SQL, RANKS_SQL } from '../score/index.ts';
import type { SegmentDefinition } from './definition.ts';
import { SEGMENT_TEMPLATES } from './templates.ts';
import type { Template, TemplateName } from './templates.ts';

export interface SegmentQuery {
  /** Yields one column, `customer_id` (text), each customer once, in no particular order. */
  readonly statement: Statement;
  readonly params: Readonly<Record<string, unknown>>;
}

const relations = { history: read(HISTORY_SQL), ranks: read(RANKS_SQL) };

const statements: Readonly<Record<TemplateName, Statement>> = {
  everyone: compose(SEGMENT_TEMPLATES.everyone),
  loyal: compose(SEGMENT_TEMPLATES.loyal),
  lapsed: compose(SEGMENT_TEMPLATES.lapsed),
  'high-propensity': compose(SEGMENT_TEMPLATES['high-propensity']),
};

/**
 * The people of a segment as one SELECT, which can stand in `SELECT count(*) FROM (…) s` and after
 * `INSERT INTO t (customer_id)`.
 *
 * @param at.asOf the moment the segment is taken at; later purchases do not exist for it
 * @param at.timezone IANA name; says where a day begins and ends
 */
export function segmentQuery(
  { template, params }: SegmentDefinition,
  at: { readonly asOf: Date; readonly timezone: string },
): SegmentQuery {
  const statement = statements[template];
  const values: Record<string, unknown> = { as_of: at.asOf, timezone: at.timezone };
  for (const [name, value] of Object.entries(params)) values[snakeCase(name)] = value;
  return {
    statement,
    params: Object.fromEntries(statement.names.map((name) => [name, values[name]])),
  };
}

function compose({ reads, sql }: Template): Statement {
  const before = reads.map((name) => `${name} AS (\n${relations[name]}\n)`);
  return statement(`${before.length === 0 ? '' : `WITH ${before.join(', ')}\n`}${read(sql)}`);
}

function read(file: URL): string {
  return readFileSync(file, 'utf8').trim();
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
