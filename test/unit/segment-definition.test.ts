import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import {
  describeSegment,
  SEGMENT_TEMPLATES,
  SegmentDefinitionSchema,
  segmentQuery,
} from '../../src/segment/index.ts';

const at = { asOf: new Date('2026-11-01T00:00:00Z'), timezone: 'Asia/Tokyo' };

describe("a segment's rule", () => {
  it('gets the defaults of what is left out', () => {
    expect(SegmentDefinitionSchema.parse({ template: 'everyone' }).params).toEqual({});
    expect(
      SegmentDefinitionSchema.parse({ template: 'loyal', params: { minRecencyScore: 4 } }).params,
    ).toEqual({
      minRecencyScore: 4,
      minFrequencyScore: 5,
    });
    expect(SegmentDefinitionSchema.parse({ template: 'lapsed' }).params).toEqual({
      gapMultiple: 3,
    });
    expect(SegmentDefinitionSchema.parse({ template: 'high-propensity' }).params).toEqual({
      share: 0.1,
    });
  });

  it.each([
    [{ template: 'lapsing' }, 'template'],
    [{ template: 'loyal', params: { minRecencyScore: 6 } }, 'minRecencyScore'],
    [{ template: 'loyal', params: { minFrequencyScore: 4.5 } }, 'minFrequencyScore'],
    [{ template: 'lapsed', params: { gapMultiple: 0 } }, 'gapMultiple'],
    [{ template: 'lapsed', params: { gapMultiple: '3' } }, 'gapMultiple'],
    [{ template: 'high-propensity', params: { share: 1.01 } }, 'share'],
    [{ template: 'lapsed', params: { share: 0.1 } }, 'share'],
    [{ template: 'everyone', name: 'all' }, 'name'],
    [null, 'object'],
  ])('is refused where it is wrong, by path: %j', (input, named) => {
    expect(() => SegmentDefinitionSchema.parse(input)).toThrow(ZodError);
    expect(() => SegmentDefinitionSchema.parse(input)).toThrow(named);
  });

  it('reads as a sentence with its values in it', () => {
    const share = { template: 'high-propensity', params: { share: 0.07 } };
    expect(describeSegment(SegmentDefinitionSchema.parse(share))).toMatch(
      /^The 7 % of buyers who rank highest/,
    );
    expect(describeSegment(SegmentDefinitionSchema.parse({ template: 'lapsed' }))).toContain(
      'more than 3 times',
    );
    for (const template of Object.keys(SEGMENT_TEMPLATES)) {
      expect(describeSegment(SegmentDefinitionSchema.parse({ template }))).toMatch(
        /^[A-Z][^{}]+\.$/,
      );
    }
  });
});

describe("a segment's query", () => {
  it.each(Object.values(SEGMENT_TEMPLATES))(
    'of $name takes every parameter the template has',
    ({ name, params, reads }) => {
      const query = segmentQuery(SegmentDefinitionSchema.parse({ template: name }), at);
      const own = Object.keys(params.shape).length;
      const moment = reads.length > 0 ? 2 : 0;
      expect(query.statement.names).toHaveLength(own + moment);
      expect(Object.keys(query.params)).toEqual(query.statement.names);
      expect(Object.values(query.params)).not.toContain(undefined);
    },
  );
});
