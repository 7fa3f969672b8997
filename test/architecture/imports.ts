import { posix } from 'node:path';
import { bareCode, lineAt } from './bare-code.ts';

/** A file of the repository: its path from the root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One module that a file asks for. */
export interface Import {
  /** As written, or '' where it is computed and cannot be known. */
  readonly specifier: string;
  /** The file meant, from the root; undefined for a package and for what cannot be followed. */
  readonly target: string | undefined;
  /** `a` of `a/src/x.js`, `@a/b` of `@a/b/c`, `node:fs` of `node:fs/promises`. */
  readonly packageName: string | undefined;
  /** Written `import type … from` or `export type … from`. `import { type A }` still loads the file. */
  readonly typeOnly: boolean;
  /** The names between `import` and `from`, as written. */
  readonly clause: string;
  readonly line: number;
}

const fromImport =
  /(?<![\w$.])(?:import|export)(?<type>\s+type\b(?!\s+from\b))?(?<clause>[^'"`;()=]*?)(?<![\w$])from\s*(?=['"])/dg;
const plainImport = /(?<![\w$.])import\s*(?=['"])/dg;
const calledImport = /(?<![\w$.])(?:import|require(?:\.resolve)?)\s*\(\s*(?:<[^>]*>\s*)?/dg;

/**
 * Every module a TypeScript file asks for: `import … from`, `export … from`, `import '…'`,
 * `import('…')` and `require('…')`, in the order of the file. Comments and strings that only look
 * like imports are not read.
 */
export function readImports(file: SourceFile): Import[] {
  const bare = bareCode(file.text);
  const found = [fromImport, plainImport, calledImport].flatMap((pattern) =>
    [...bare.matchAll(pattern)].map((match) => ({ match, end: match.index + match[0].length })),
  );
  return found
    .toSorted((a, b) => a.end - b.end)
    .map(({ match, end }) => {
      const specifier = literalAt(file.text, end);
      return {
        specifier,
        ...whereTo(file.path, specifier),
        typeOnly: match.groups?.['type'] !== undefined,
        clause: (match.groups?.['clause'] ?? '').trim(),
        line: lineAt(file.text, end),
      };
    });
}

function literalAt(text: string, offset: number): string {
  const literal = /^(?:'([^'\n]*)'|"([^"\n]*)"|`([^`$]*)`)/.exec(text.slice(offset));
  return literal?.[1] ?? literal?.[2] ?? literal?.[3] ?? '';
}

function whereTo(path: string, specifier: string): Pick<Import, 'target' | 'packageName'> {
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) {
    return { target: posix.join(posix.dirname(path), specifier), packageName: undefined };
  }
  const name = /^(?:node:)?((?:@[^/]+\/)?[\w.-][^/]*)/.exec(specifier)?.[0];
  return { target: undefined, packageName: name?.startsWith('file:') === true ? undefined : name };
}
