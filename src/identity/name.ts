/**
 * Given and family names.
 *
 * Meta, FN and LN: lowercase, no punctuation, UTF-8 for what is not Roman (Marketing API, "Custom
 * Audiences"); accents and spaces inside stay, as the digests it prints for `valéry` say. FI: the
 * first letter of FN. Google: trim, lowercase, without a prefix or suffixes (Data Manager API,
 * "Format user data"); its own library keeps hyphens and apostrophes, and so do we.
 */
import { passDigests } from './already-hashed.ts';
import { refuse } from './outcome.ts';
import type { Step } from './step.ts';
import { CLEANED, lowered, meantAsName, saysNothing, withoutQuotes } from './text.ts';

/**
 * How one writes to somebody, not what they are called: an export for letters carries it, and no
 * platform's profile does. 殿 only after a space, since families are called 鵜殿 or 真殿; 君 and 氏
 * not at all, since they end names too.
 */
const plainName: Step = { does: 'drop 様, さん or 殿 at the end', apply: withoutHonorific };

function withoutHonorific(text: string): string {
  return text.replace(HONORIFIC, '');
}

/** The last characters of those. */
const HONORIFIC_ENDS: ReadonlySet<number> = new Set(
  Array.from('様まマん殿', (letter) => letter.charCodeAt(0)),
);
const HONORIFIC = /(?<=\S)(?:\s*(?:様|さま|サマ|さん)|\s+殿)+$/u;

/** With the modifier letters that stand for an apostrophe, which Unicode counts as letters. */
const unpunctuated: Step = {
  does: 'remove punctuation and symbols',
  apply: (text) => text.replaceAll(/[\p{P}\p{S}\u02b9-\u02bf]/gu, ''),
};

const spaced: Step = {
  does: 'write one space where there are several',
  apply: (text) => {
    const name = text.trim().replaceAll(/\s+/gu, ' ').normalize('NFKC');
    return name === '' ? refuse('no-letters') : name;
  },
};

const NAME: readonly Step[] = [...CLEANED, meantAsName, passDigests, lowered, plainName];

export const META_NAME_STEPS: readonly Step[] = [
  ...NAME,
  unpunctuated,
  spaced,
  plainName,
  meantAsName,
  passDigests,
];

export const META_INITIAL_STEPS: readonly Step[] = [
  ...META_NAME_STEPS,
  {
    does: 'keep the first letter',
    apply: (name) => String.fromCodePoint(name.codePointAt(0) ?? 0),
  },
];

/** Telephones write ’ where keyboards write '; a profile has one or the other for the same name. */
const apostrophes: Step = {
  does: 'write every apostrophe as one',
  apply: (text) => text.replaceAll(/[’‘ʼ`´]/gu, "'"),
};

/** Prefixes and suffixes as Google lists them; its own libraries differ about the dots. */
const PREFIX = /^(?:mr|mrs|ms|dr)\.(?:\s+|$)/u;
const SUFFIX = /(?:,\s*|\s+)(?:[js]r\.?|2nd|3rd|ii|iii|iv|v|vi|cpa|dc|dds|vm|jd|md|phd)$/u;

/** Until nothing is left to drop: what is behind a suffix may be another, or a quote mark. */
function dropping(does: string, part: RegExp): Step {
  return {
    does,
    apply: (text) => {
      let name = text;
      for (;;) {
        const rest = withoutHonorific(withoutQuotes(name.replace(part, ''))).trim();
        if (rest === name) return name;
        name = rest;
      }
    },
  };
}

const somebodys: Step = {
  does: 'ask for a name',
  apply: (text) => (/[\p{L}\p{N}]/u.test(text) ? text : refuse('no-letters')),
};

export const GOOGLE_GIVEN_NAME_STEPS: readonly Step[] = [
  ...NAME,
  apostrophes,
  spaced,
  dropping('drop mr., mrs., ms. or dr. in front', PREFIX),
  somebodys,
  meantAsName,
];

export const GOOGLE_FAMILY_NAME_STEPS: readonly Step[] = [
  ...NAME,
  apostrophes,
  spaced,
  dropping('drop jr., iii, md and the like at the end', SUFFIX),
  somebodys,
  meantAsName,
];

/**
 * The normalised form of a name of Latin letters or of kanji and kana alone, the same on every
 * platform; undefined leaves it to the steps, of which this is the short form (a property test
 * compares the two).
 */
export function plainLetters(raw: string): string | undefined {
  if (raw.length >= 32) return undefined;
  if (raw.charCodeAt(0) < FIRST_OF_KANA) {
    return LATIN.test(raw) && !saysNothing(raw) ? raw.toLowerCase() : undefined;
  }
  if (HONORIFIC_ENDS.has(raw.charCodeAt(raw.length - 1))) return undefined;
  return JAPANESE.test(raw) && !saysNothing(raw) ? raw : undefined;
}

const FIRST_OF_KANA = 0x3041;
const LATIN = /^[A-Za-z]+$/;
const JAPANESE = /^[\u3041-\u3096\u30a1-\u30fa\u30fc\u3005\u4e00-\u9fff]+$/;
