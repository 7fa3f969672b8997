import type { SegmentDefinition } from './definition.ts';
import { SEGMENT_TEMPLATES } from './templates.ts';

/** The sentence that tells a marketer who is in the segment. */
export function describeSegment({ template, params }: SegmentDefinition): string {
  const values = new Map<string, number>(Object.entries(params));
  return SEGMENT_TEMPLATES[template].meaning.replace(
    /\{(\w+)(%?)\}/g,
    (placeholder, name: string, percent: string) => {
      const value = values.get(name);
      if (value === undefined) return placeholder;
      return percent === '' ? String(value) : `${Number((value * 100).toPrecision(12))} %`;
    },
  );
}
