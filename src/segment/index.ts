/** Segments: named rules that yield customers. */
export { SegmentDefinitionSchema } from './definition.ts';
export type { SegmentDefinition } from './definition.ts';
export { describeSegment } from './describe.ts';
export { segmentQuery } from './query.ts';
export type { SegmentQuery } from './query.ts';
export { SEGMENT_TEMPLATES } from './templates.ts';
export type { Template, TemplateName } from './templates.ts';
