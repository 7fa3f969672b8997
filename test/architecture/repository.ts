import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from './imports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What no person of this project wrote: tools and installs make it anew. */
const made = /^(?:\.git|node_modules|coverage|dist|prisma\/generated|\.rekindle[^/]*|\.env)$/;
const madeAnywhere = /(?:^|\/)(?:node_modules|dist|coverage)$|\.log$/;

const text = /\.(?:[cm]?[jt]sx?|sql|prisma|md|ya?ml|json|css|html|sh|txt|example)$|(?:^|\/)[^.]+$/;

/** Every text file that people wrote in this repository, sorted by path. */
export function repositoryFiles(): SourceFile[] {
  return walk('')
    .filter((path) => text.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (made.test(path) || madeAnywhere.test(path)) return [];
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });
}
