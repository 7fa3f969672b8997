/** A segment's rule as people write it: a template and its parameters. */
import { z } from 'zod';
import { RekindleError } from '../errors.ts';
import { SEGMENT_TEMPLATES } from './templates.ts';

const { everyone, loyal, lapsed, 'high-propensity': highPropensity } = SEGMENT_TEMPLATES;

/**
 * A segment's rule among other keys, such as the `name` of a segment in a file: `shape` beside
 * `template` and `params`. Left-out parameters get their defaults; unknown keys are refused.
 */
export function segmentDefinitionWith<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.discriminatedUnion('template', [
    z.strictObject({
      ...shape,
      template: z.literal('everyone'),
      params: everyone.params.prefault({}),
    }),
    z.strictObject({ ...shape, template: z.literal('loyal'), params: loyal.params.prefault({}) }),
    z.strictObject({ ...shape, template: z.literal('lapsed'), params: lapsed.params.prefault({}) }),
    z.strictObject({
      ...shape,
      template: z.literal('high-propensity'),
      params: highPropensity.params.prefault({}),
    }),
  ]);
}

/** A segment's rule: `{ template: 'lapsed', params: { gapMultiple: 3 } }`. */
export const SegmentDefinitionSchema = segmentDefinitionWith({});

export type SegmentDefinition = z.infer<typeof SegmentDefinitionSchema>;

/**
 * Reads a segment's rule.
 *
 * @throws RekindleError `input.invalid` naming the path of everything that is wrong.
 */
export function parseSegment(input: unknown): SegmentDefinition {
  const parsed = SegmentDefinitionSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new RekindleError('input.invalid', `The segment cannot be read: ${problems.join('; ')}.`);
}
