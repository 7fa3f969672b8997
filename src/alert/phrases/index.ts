/** The languages that alerts are written in. */
import { english } from './english.ts';
import { japanese } from './japanese.ts';
import type { Phrasebook } from './phrasebook.ts';

export type { Description, Phrasebook, Recovery, SayMoment } from './phrasebook.ts';

export type Language = 'en' | 'ja';

export const PHRASES: Readonly<Record<Language, Phrasebook>> = { en: english, ja: japanese };
