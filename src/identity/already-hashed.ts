/** Values that were hashed before they came: passed through, and never hashed twice. */
import { refuse } from './outcome.ts';
import type { Normalised } from './outcome.ts';
import type { Step } from './step.ts';
import type { Digest } from './types.ts';

/** SHA-256 of the empty text: what a peer sends for a customer without a value. */
const OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Hexadecimal digits of MD5, SHA-1 and SHA-512. */
const OTHER_LENGTHS: ReadonlySet<number> = new Set([32, 40, 128]);
const HEX = /^[\da-f]+$/iu;

/** The digest that a text is, a refusal where it is another kind's, the text where it is neither. */
export function readDigest(text: string): Normalised {
  if (text.length < 32 || !HEX.test(text)) return text;
  if (text.length === 64) {
    const digest = text.toLowerCase();
    return digest === OF_NOTHING ? refuse('digest-of-nothing') : { digest: digest as Digest };
  }
  // Digits alone could be a long number that somebody mistyped; it is refused for that.
  return OTHER_LENGTHS.has(text.length) && !/^\d+$/u.test(text) ? refuse('other-digest') : text;
}

/** Platforms compare lowercase digits (Meta: "hashed values as lowercase hexadecimal"). */
export const passDigests: Step = {
  does: 'pass a SHA-256 digest through',
  apply: readDigest,
};

/** For values that platforms take as they are. */
export const refuseDigests: Step = {
  does: 'refuse a digest where the value itself is wanted',
  apply: (text) => (/^[\da-f]{64}$/iu.test(text) ? refuse('digest-not-plain') : text),
};
