import { brokenArrow, layerOf } from './arrows.ts';
import { findCycles } from './cycles.ts';
import { eachFile, eachImport, nowhereInCode, type Rule } from './offence.ts';
import { impurity, loadersAndStores } from './purity.ts';

const lineLimit = 400;

/** Tables of data that may be longer than the limit. */
const longTables: readonly string[] = [];

/** Packages with one home: each has traps that its connector knows how to step around. */
const homes: Readonly<Record<string, string>> = {
  'facebook-nodejs-business-sdk': 'connectors/meta/',
  'google-ads-api': 'connectors/google/',
  'twitter-api-v2': 'connectors/x/',
};

/** Files that load a package whose name depends on the machine. */
const computedImports: readonly string[] = [
  'src/infra/embedded-postgres/binaries.ts',
  'connectors/sandbox/emulators.ts',
];

/** Every file that some rule lets off by name. */
export const letOff: readonly string[] = [...longTables, ...computedImports, ...loadersAndStores];

const shipped = /^(?:src|connectors|jobs|prisma)\/.*\.tsx?$/;
const written = /^(?:(?:src|connectors|jobs|prisma|scripts|test)\/.*\.(?:tsx?|sql)|[^/]+\.ts)$/;
const typescript = /\.tsx?$/;
const withoutDatabase = /^(?:connectors|src\/(?:server|cli|console)|jobs\/tasks)\//;
const databasePackage = /^(?:pg|pg-.*|@prisma\/.*|prisma|embedded-postgres|@electric-sql\/.*)$/;

const readsEnvironment = 'Let src/config.ts read the environment, and take the value from there.';
const readsClock = 'Take the time as an argument, or from the clock of src/infra.';

/** What must hold of the source, each provable by reading it (DESIGN §3). */
export const rules: readonly Rule[] = [
  {
    title: 'imports follow the arrows of DESIGN §3',
    check: eachImport(shipped, (path, wanted) => {
      const broken = brokenArrow(path, wanted);
      return broken === undefined ? undefined : `it breaks an arrow, ${broken}`;
    }),
  },
  {
    title: 'every shipped file lies in a place that DESIGN §3 names',
    check: eachFile(shipped, ({ path }) =>
      layerOf(path) === undefined
        ? 'lies in no place that DESIGN §3 names. Move it to one of them.'
        : undefined,
    ),
  },
  {
    title: 'an import says plainly what it loads',
    check: eachImport(shipped, (path, { target, packageName }) =>
      target === undefined && packageName === undefined && !computedImports.includes(path)
        ? 'nobody can follow it. Name a package, or a file by its relative path, in a plain string.'
        : undefined,
    ),
  },
  {
    title: 'the SDK of a platform stays in its connector',
    check: eachImport(shipped, (path, { packageName = '' }) => {
      const home = homes[packageName];
      return home === undefined || path.startsWith(home)
        ? undefined
        : `it belongs to ${home} alone. Go through that connector.`;
    }),
  },
  {
    title: 'connectors and doors do not speak to the database',
    check: eachImport(shipped, (path, { packageName = '' }) =>
      withoutDatabase.test(path) && databasePackage.test(packageName)
        ? 'only services, steps and infra speak to the database. Go through a service.'
        : undefined,
    ),
  },
  {
    title: 'lift, score and membership keep their arithmetic free of I/O',
    check: eachImport(shipped, (path, wanted) => impurity(path, wanted)),
  },
  {
    title: 'imports do not go round in a circle',
    check: (files) => findCycles(files.filter(({ path }) => typescript.test(path))),
  },
  {
    title: 'src/config.ts alone reads process.env',
    check: nowhereInCode(
      /^(?!src\/config\.ts$)(?:src|connectors|jobs|prisma)\/.*\.tsx?$/,
      /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*(?:\?\.\s*)?\[|\benv\b[^{}=;]*\}\s*=\s*process\b/g,
      readsEnvironment,
    ),
  },
  {
    title: 'src/config.ts alone imports env',
    check: eachImport(shipped, (path, { packageName = '', clause }) =>
      path !== 'src/config.ts' && /^(?:node:)?process$/.test(packageName) && /\benv\b/.test(clause)
        ? readsEnvironment
        : undefined,
    ),
  },
  {
    title: 'raw e-mails and phones are named in customer, identity and the demo alone',
    check: nowhereInCode(
      /^(?!src\/(?:customer|identity|cli\/demo))(?:src|connectors|jobs|prisma)\/.*\.tsx?$/,
      /\bRaw(?:Email|Phone)\b/g,
      'raw contact details stay in customer and identity (DESIGN §5.1). Keep to digests here.',
    ),
  },
  {
    title: 'time comes from the clock of src/infra',
    check: nowhereInCode(
      /^(?!src\/infra\/)(?:src|connectors|jobs|prisma)\/.*\.tsx?$/,
      /\bnew\s+Date\b(?!\s*\(\s*[^\s)])|(?<!\bnew\s+|[\w$.])Date\s*(?:\(|\.\s*now\b)|(?<![\w$.])set(?:Timeout|Interval|Immediate)\b/g,
      readsClock,
    ),
  },
  {
    title: 'timers are set by src/infra',
    check: eachImport(shipped, (path, { packageName = '' }) =>
      !path.startsWith('src/infra/') && /^(?:node:)?timers$/.test(packageName)
        ? readsClock
        : undefined,
    ),
  },
  {
    title: 'src/cli alone may write to the console',
    check: nowhereInCode(
      /^(?!src\/cli\/).*\.tsx?$/,
      /(?<![\w$.])console\s*(?:\?\.|\.)\s*\w+/g,
      'Log through src/infra, or let a door write to process.stdout.',
    ),
  },
  {
    title: 'names are kebab-case',
    check: eachFile(written, ({ path }) =>
      unkebab(path) === undefined
        ? undefined
        : `has "${unkebab(path)}" in its path. Write it in kebab-case.`,
    ),
  },
  {
    title: 'names say what a file is',
    check: eachFile(written, ({ path }) => {
      const vague = /(?<![a-z])(?:util|helper|manager|common)s?(?![a-z])/.exec(path)?.[0];
      return vague === undefined ? undefined : `is called "${vague}". Name what it is or does.`;
    }),
  },
  {
    title: `no file is longer than ${lineLimit} lines`,
    check: eachFile(written, ({ path, text }) => {
      const lines = text.replace(/\n$/, '').split('\n').length;
      return lines <= lineLimit || longTables.includes(path)
        ? undefined
        : `has ${lines} lines, ${lineLimit} at most. Split it by purpose.`;
    }),
  },
];

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** The first part of a path that is not kebab-case; folders of prisma/migrations keep Prisma's form. */
function unkebab(path: string): string | undefined {
  const parts = path.startsWith('prisma/migrations/') ? path.split('/').slice(3) : path.split('/');
  return parts.find((part) => !kebab.test(part));
}
