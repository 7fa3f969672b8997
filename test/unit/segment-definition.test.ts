import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RekindleError } from '../../src/errors.ts';
import {
  describeSegment,
  parseSegment,
  SEGMENT_TEMPLATES,
  segmentDefinitionWith,
  segmentQuery,
} from '../../src/segment/index.ts';

const at = { asOf: new Date('2026-11-01T00:00:00Z'), timezone: 'Asia/Tokyo' };

describe("a segment's rule", () => {
  it('gets the defaults of what is left out', () => {
    expect(parseSegment({ template: 'everyone' }).params).toEqual({});
    expect(parseSegment({ template: 'loyal', params: { minRecencyScore: 4 } }).params).toEqual({
      minRecencyScore: 4,
      minFrequencyScore: 5,
    });
    expect(parseSegment({ template: 'lapsed' }).params).toEqual({ gapMultiple: 3 });
    expect(parseSegment({ template: 'high-propensity' }).params).toEqual({ share: 0.1 });
  });

  it.each([
    [{ template: 'lapsing' }, 'template'],
    [{ template: 'loyal', params: { minRecencyScore: 6 } }, 'params.minRecencyScore'],
    [{ template: 'loyal', params: { minFrequencyScore: 4.5 } }, 'params.minFrequencyScore'],
    [{ template: 'lapsed', params: { gapMultiple: 0 } }, 'params.gapMultiple'],
    [{ template: 'lapsed', params: { gapMultiple: '3' } }, 'params.gapMultiple'],
    [{ template: 'high-propensity', params: { share: 1.01 } }, 'params.share'],
    [{ template: 'lapsed', params: { share: 0.1 } }, '"share"'],
    [{ template: 'everyone', name: 'all' }, '"name"'],
    [null, 'object'],
  ])('is refused where it is wrong, by path: %j', (input, named) => {
    expect(() => parseSegment(input)).toThrow(RekindleError);
    expect(() => parseSegment(input)).toThrow(named);
  });

  it('can stand among other keys', () => {
    const schema = segmentDefinitionWith({ name: z.string() });
    expect(schema.parse({ name: 'quiet', template: 'lapsed' })).toEqual({
      name: 'quiet',
      template: 'lapsed',
      params: { gapMultiple: 3 },
    });
    expect(schema.safeParse({ template: 'lapsed' }).success).toBe(false);
    expect(schema.safeParse({ name: 'quiet', template: 'lapsed', colour: 1 }).success).toBe(false);
  });

  it('reads as a sentence with its values in it', () => {
    const share = { template: 'high-propensity', params: { share: 0.07 } };
    expect(describeSegment(parseSegment(share))).toMatch(/^The 7 % of buyers who rank highest/);
    expect(describeSegment(parseSegment({ template: 'lapsed' }))).toContain('more than 3 times');
    for (const template of Object.keys(SEGMENT_TEMPLATES)) {
      expect(describeSegment(parseSegment({ template }))).toMatch(/^[A-Z][^{}]+\.$/);
    }
  });
});

describe("a segment's query", () => {
  it.each(Object.values(SEGMENT_TEMPLATES))(
    'of $name takes every parameter the template has',
    ({ name, params, reads }) => {
      const query = segmentQuery(parseSegment({ template: name }), at);
      const own = Object.keys(params.shape).length;
      const moment = reads.length > 0 ? 2 : 0;
      expect(query.statement.names).toHaveLength(own + moment);
      expect(Object.keys(query.params)).toEqual(query.statement.names);
      expect(Object.values(query.params)).not.toContain(undefined);
    },
  );
});
