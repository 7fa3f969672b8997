/** Gender. Meta, GEN: `m` or `f` (Marketing API, "Custom Audiences"). */
import { passDigests } from './already-hashed.ts';
import { refuse } from './outcome.ts';
import type { Step } from './step.ts';
import { CLEANED, lowered, meant } from './text.ts';

/** Words of the languages that we meet, and the numbers of ISO/IEC 5218. */
const WORDS: ReadonlyMap<string, 'm' | 'f'> = new Map([
  ...['m', 'male', 'man', 'mr', 'mr.', '1', '男', '男性', '男子', 'おとこ', 'オトコ'].map(
    (word) => [word, 'm'] as const,
  ),
  ...['f', 'female', 'woman', 'mrs', 'mrs.', 'ms', 'ms.', '2', '女', '女性', '女子'].map(
    (word) => [word, 'f'] as const,
  ),
  ['おんな', 'f'],
  ['オンナ', 'f'],
]);

export const META_GENDER_STEPS: readonly Step[] = [
  ...CLEANED,
  meant,
  passDigests,
  lowered,
  {
    does: 'write m or f',
    apply: (text) => WORDS.get(text) ?? refuse('not-m-or-f'),
  },
];
