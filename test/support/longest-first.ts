/** The order of test files: whatever takes minutes begins first, so that nothing long is left alone at the end. */
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Where a fresh clone knows no times of its own. */
const LONG = [
  'property/histories-google',
  'property/histories-meta',
  'property/histories-x',
  'e2e/worker-cli',
  'e2e/chaos',
  'contract/engine',
  'e2e/failing-platform',
];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.includes(`${name}.test.`));
      return place === -1 ? LONG.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
