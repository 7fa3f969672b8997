/** Words of a closed list in the spellings of people and programs. */
import { plain } from './values.ts';

/** Lower case, without spaces, underscores, the hyphens between letters and a full stop at the end. */
export function foldWord(text: string): string {
  return plain(text)
    .toLowerCase()
    .replaceAll(/[\s_・]|(?<=\p{L})[-‐](?=\p{L})|[.。]$/gu, '');
}

/** Which name a folded word stands for. */
export function byWord<Name extends string>(
  table: Readonly<Record<Name, readonly string[]>>,
  names: readonly Name[],
): ReadonlyMap<string, Name> {
  return new Map(names.flatMap((name) => table[name].map((word) => [word, name] as const)));
}
