/** The segments there are, with how many people each holds at a moment. */
import { z } from 'zod';
import { runSql } from '../infra/sql.ts';
import { SegmentDefinitionSchema, describeSegment, segmentQuery } from '../segment/index.ts';
import type { SegmentDefinition } from '../segment/index.ts';
import type { ServiceContext } from './context.ts';

export interface SegmentSize {
  readonly name: string;
  readonly template: string;
  /** The rule as a sentence. */
  readonly meaning: string;
  readonly customers: number;
}

const Count = z.object({ customers: z.int() });

export async function listSegments(
  context: ServiceContext,
  input: { readonly asOf: Date },
): Promise<SegmentSize[]> {
  const rows = await context.db.prisma.segment.findMany({
    orderBy: { name: 'asc' },
    select: { name: true, template: true, params: true },
  });
  const sizes: SegmentSize[] = [];
  for (const { name, template, params } of rows) {
    const definition = SegmentDefinitionSchema.parse({ template, params });
    sizes.push({
      name,
      template,
      meaning: describeSegment(definition),
      customers: await countSegment(context, definition, input.asOf),
    });
  }
  return sizes;
}

async function countSegment(
  context: ServiceContext,
  definition: SegmentDefinition,
  asOf: Date,
): Promise<number> {
  const { statement, params } = segmentQuery(definition, { asOf, timezone: context.timezone });
  const result = await runSql(
    context.db.pool,
    { ...statement, text: `SELECT count(*)::int AS customers FROM (${statement.text}) AS people` },
    params,
  );
  return Count.parse(result.rows[0]).customers;
}
