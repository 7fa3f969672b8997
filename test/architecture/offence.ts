import { bareCode, lineAt } from './bare-code.ts';
import { readImports, type Import, type SourceFile } from './imports.ts';

/** One breach of a rule: where it is, what it is, and what to do instead. */
export interface Offence {
  readonly path: string;
  readonly line?: number;
  readonly what: string;
}

/** What must hold, as a sentence, and the breaches of it among the files of a repository. */
export interface Rule {
  readonly title: string;
  readonly check: (files: readonly SourceFile[]) => Offence[];
}

/** One line for a person, such as `src/a/b.ts:3 imports '../c/d.ts' … Do this instead.` */
export function describeOffence({ path, line, what }: Offence): string {
  return `${path}${line === undefined ? '' : `:${line}`} ${what}`;
}

/** A rule's check that judges file by file; `what` is the complaint, or undefined for none. */
export function eachFile(
  places: RegExp,
  judge: (file: SourceFile) => string | undefined,
): Rule['check'] {
  return (files) =>
    files.flatMap((file) => {
      const what = places.test(file.path) ? judge(file) : undefined;
      return what === undefined ? [] : [{ path: file.path, what }];
    });
}

/** A rule's check that judges import by import; the complaint reads on from the import's name. */
export function eachImport(
  places: RegExp,
  judge: (path: string, wanted: Import) => string | undefined,
): Rule['check'] {
  return (files) =>
    files
      .filter((file) => places.test(file.path))
      .flatMap((file) =>
        readImports(file).flatMap((wanted) => {
          const what = judge(file.path, wanted);
          if (what === undefined) return [];
          return [
            { path: file.path, line: wanted.line, what: `imports '${wanted.specifier}': ${what}` },
          ];
        }),
      );
}

/** A rule's check that forbids a pattern in code; comments and strings may hold it. */
export function nowhereInCode(places: RegExp, pattern: RegExp, complaint: string): Rule['check'] {
  return (files) =>
    files
      .filter((file) => places.test(file.path))
      .flatMap((file) => {
        const bare = bareCode(file.text);
        return [...bare.matchAll(pattern)].map(({ 0: found, index }) => ({
          path: file.path,
          line: lineAt(bare, index),
          what: `says \`${found.replaceAll(/\s+/g, ' ').trim()}\`: ${complaint}`,
        }));
      });
}
