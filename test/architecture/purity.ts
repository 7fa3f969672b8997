import type { Import } from './imports.ts';

const arithmetic = /^src\/(?:lift|score|membership)\//;

/** The files of these folders that may load and store; all others are arithmetic. */
export const loadersAndStores: readonly string[] = [
  'src/lift/outcomes.ts',
  'src/membership/erasure.ts',
  'src/membership/keep-shared.ts',
  'src/membership/members.ts',
  'src/membership/opt-outs.ts',
  'src/membership/plan.ts',
  'src/membership/remember.ts',
  'src/membership/scope.ts',
  'src/membership/whereabouts.ts',
  'src/membership/write-ledger.ts',
];

const sideEffects = /^(?:src\/infra|prisma|jobs)\//;
const sideEffectPackages =
  /^(?:pg|pg-.*|@prisma\/.*|node:(?:fs|http|https|http2|net|tls|dns|child_process|worker_threads))$/;

/**
 * What is wrong with an import of a file that should hold arithmetic only: it reaches for a side
 * effect, itself or through a file of the table. An `index.ts` may offer what those files do.
 */
export function impurity(
  path: string,
  wanted: Import,
  table: readonly string[] = loadersAndStores,
): string | undefined {
  if (!arithmetic.test(path) || table.includes(path)) return undefined;
  const { target = '', packageName = '', typeOnly } = wanted;
  if (sideEffects.test(target) || sideEffectPackages.test(packageName)) {
    return 'it is a side effect in a folder of arithmetic. Take rows as an argument, or name this file in loadersAndStores (test/architecture/purity.ts) if loading or storing is all it does.';
  }
  if (table.includes(target) && !typeOnly && !path.endsWith('/index.ts')) {
    return 'it loads or stores, and this file is arithmetic. Let src/sync call both, one after the other.';
  }
  return undefined;
}
