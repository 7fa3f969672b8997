/** A segment's rule as people write it: a template and its parameters. */
import { z } from 'zod';
import { SEGMENT_TEMPLATES } from './templates.ts';

const { everyone, loyal, lapsed, 'high-propensity': highPropensity } = SEGMENT_TEMPLATES;

/**
 * A segment's rule: `{ template: 'lapsed', params: { gapMultiple: 3 } }`. Left-out parameters get
 * their defaults; unknown keys are refused.
 */
export const SegmentDefinitionSchema = z.discriminatedUnion('template', [
  z.strictObject({ template: z.literal('everyone'), params: everyone.params.prefault({}) }),
  z.strictObject({ template: z.literal('loyal'), params: loyal.params.prefault({}) }),
  z.strictObject({ template: z.literal('lapsed'), params: lapsed.params.prefault({}) }),
  z.strictObject({
    template: z.literal('high-propensity'),
    params: highPropensity.params.prefault({}),
  }),
]);

export type SegmentDefinition = z.infer<typeof SegmentDefinitionSchema>;
