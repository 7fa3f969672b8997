/** Tables on a terminal, where a character of Japanese takes two cells. */
import { expect, it } from 'vitest';
import { table } from '../../src/cli/output.ts';

it('columns stand one below the other behind Japanese names', () => {
  const lines = table(
    ['segment', 'people'],
    [
      ['休眠', '355'],
      ['lapsed', '1,200'],
    ],
  ).split('\n');
  expect(lines).toEqual(['segment  people', '休眠        355', 'lapsed    1,200']);
});
