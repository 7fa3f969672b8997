import { readImports, type SourceFile } from './imports.ts';
import type { Offence } from './offence.ts';

/** Circles of imports among the files given, type imports included; each circle once. */
export function findCycles(files: readonly SourceFile[]): Offence[] {
  const imports = new Map(files.map((file) => [file.path, readImports(file)]));
  const done = new Set<string>();
  const trail: string[] = [];
  const offences: Offence[] = [];

  const visit = (path: string): void => {
    trail.push(path);
    for (const { target, specifier, line } of imports.get(path) ?? []) {
      if (target === undefined || done.has(target) || !imports.has(target)) continue;
      const start = trail.indexOf(target);
      if (start === -1) visit(target);
      else {
        const circle = [...trail.slice(start), target].join(' → ');
        const what = `imports '${specifier}', which closes the circle ${circle}. Move what both ends need to a file of its own.`;
        offences.push({ path, line, what });
      }
    }
    trail.pop();
    done.add(path);
  };

  for (const { path } of files) if (!done.has(path)) visit(path);
  return offences;
}
