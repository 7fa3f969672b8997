/** Who is in a segment, by customer id. */
import { runSql } from '../infra/sql.ts';
import type { ServiceContext } from './context.ts';
import { loadSegment } from './preview-segment.ts';

/**
 * Customer ids in order, a page at a time: those after `after`, at most `limit`.
 *
 * @throws RekindleError `not-found` that lists the segments there are.
 */
export async function listSegmentMembers(
  context: ServiceContext,
  input: {
    readonly segment: string;
    readonly asOf: Date;
    readonly after: string;
    readonly limit: number;
  },
): Promise<string[]> {
  const { query } = await loadSegment(context, input);
  const { text, names } = query.statement;
  const result = await runSql<{ customer_id: string }>(
    context.db.pool,
    {
      text: `SELECT customer_id FROM (${text}) AS people WHERE customer_id > $${names.length + 1} ORDER BY customer_id LIMIT $${names.length + 2}`,
      names: [...names, 'page_after', 'page_limit'],
    },
    { ...query.params, page_after: input.after, page_limit: input.limit },
  );
  return result.rows.map((row) => row.customer_id);
}
