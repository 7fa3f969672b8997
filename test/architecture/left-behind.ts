import { lineAt } from './bare-code.ts';
import type { SourceFile } from './imports.ts';
import { nowhereInCode, type Offence, type Rule } from './offence.ts';

/** What a person leaves behind in a hurry. The character classes keep the patterns off themselves. */
export const leftBehind: readonly Rule[] = [
  {
    title: 'no note about work to be done',
    check: nowhereInText(
      /\b(?:TO[D]O|FI[X]ME|X[X]X|HA[C]K)\b/g,
      'Do it now, or open an issue for it.',
    ),
  },
  {
    title: 'no test is singled out or passed over',
    check: nowhereInCode(
      /\.[cm]?[jt]sx?$/,
      /\.\s*(?:only|skip|todo)\s*(?=[(.])|(?<![\w$.])(?:f|x)(?:describe|it|test)\s*\(/g,
      'Let every test run; skipIf(condition) is for what a machine may lack.',
    ),
  },
  {
    title: 'no path of one machine',
    check: nowhereInText(
      /(?<![\w./@:-])\/(?:home|Users|root|work)\/[\w.-]+|\b[A-Z]:\\+Users\\/g,
      'Start from import.meta.url, os.tmpdir() or a setting.',
    ),
  },
];

function nowhereInText(pattern: RegExp, complaint: string): Rule['check'] {
  return (files) => files.flatMap((file) => found(file, pattern, complaint));
}

function found({ path, text }: SourceFile, pattern: RegExp, complaint: string): Offence[] {
  if (path === 'package-lock.json') return [];
  return [...text.matchAll(pattern)].map((match) => ({
    path,
    line: lineAt(text, match.index),
    what: `says "${match[0]}". ${complaint}`,
  }));
}
