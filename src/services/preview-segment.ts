/** How many people a segment holds, and how many of them can be reached by what. */
import { z } from 'zod';
import { RekindleError } from '../errors.ts';
import { refreshIdentities } from '../identity/index.ts';
import { runSql, statement } from '../infra/sql.ts';
import { SegmentDefinitionSchema, describeSegment, segmentQuery } from '../segment/index.ts';
import type { SegmentQuery } from '../segment/index.ts';
import type { ServiceContext } from './context.ts';

export interface SegmentPreview {
  readonly name: string;
  readonly meaning: string;
  readonly customers: number;
  readonly withEmail: number;
  readonly withPhone: number;
  /** With a usable email or phone. */
  readonly reachable: number;
}

const REACH = statement(`
  SELECT
    count(*)::int AS customers,
    count(*) FILTER (WHERE i.email_plain <> '{}')::int AS with_email,
    count(*) FILTER (WHERE i.phone_e164 <> '{}')::int AS with_phone,
    count(*) FILTER (WHERE i.email_plain <> '{}' OR i.phone_e164 <> '{}')::int AS reachable
  FROM people p
  LEFT JOIN identity i ON i.customer_id = p.customer_id`);

const Reach = z.object({
  customers: z.int(),
  with_email: z.int(),
  with_phone: z.int(),
  reachable: z.int(),
});

/** @throws RekindleError `not-found` that lists the segments there are. */
export async function previewSegment(
  context: ServiceContext,
  input: { readonly segment: string; readonly asOf: Date },
): Promise<SegmentPreview> {
  const { db, surroundings } = context;
  const { query, meaning } = await loadSegment(context, input);
  await refreshIdentities(db, { now: surroundings.clock.now() });
  const result = await runSql(
    db.pool,
    { ...query.statement, text: `WITH people AS (${query.statement.text})${REACH.text}` },
    query.params,
  );
  const reach = Reach.parse(result.rows[0]);
  return {
    name: input.segment,
    meaning,
    customers: reach.customers,
    withEmail: reach.with_email,
    withPhone: reach.with_phone,
    reachable: reach.reachable,
  };
}

/** @throws RekindleError `not-found` that lists the segments there are. */
export async function loadSegment(
  { db, timezone }: ServiceContext,
  input: { readonly segment: string; readonly asOf: Date },
): Promise<{ readonly query: SegmentQuery; readonly meaning: string }> {
  const row = await db.prisma.segment.findUnique({
    where: { name: input.segment },
    select: { template: true, params: true },
  });
  if (row === null) {
    const known = await db.prisma.segment.findMany({
      orderBy: { name: 'asc' },
      select: { name: true },
    });
    throw new RekindleError(
      'not-found',
      `There is no segment "${input.segment}"; there are: ${known.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const definition = SegmentDefinitionSchema.parse(row);
  return {
    query: segmentQuery(definition, { asOf: input.asOf, timezone }),
    meaning: describeSegment(definition),
  };
}
