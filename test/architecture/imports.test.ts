import { describe, expect, it } from 'vitest';
import { bareCode } from './bare-code.ts';
import { readImports } from './imports.ts';

function read(text: string, path = 'src/sync/run.ts') {
  return readImports({ path, text });
}

describe('bareCode', () => {
  it.each([
    ['a line comment', 'a(); // process.env', 'a();               '],
    ['a comment over two lines', 'a /* x\n y */ b', 'a     \n      b'],
    ['a comment that never ends', 'a /* x', 'a     '],
    ['a string', `a('it\\'s', "b")`, `a('     ', " ")`],
    ['a slash pair inside a string', `u('https://x'); b`, `u('         '); b`],
    ['a quote inside a comment', `// don't\nb`, `        \nb`],
    ['a template', 'a(`x\ny`)', 'a(` \n `)'],
    ['a nested template', 'a(`x${b(`y${c}z`)}w`) d', 'a(` ${b(` ${c} `)} `) d'],
    ['braces inside a template', 'a(`${{ b: {} }}x`) c', 'a(`${{ b: {} }} `) c'],
    ['a template inside braces', '{ a(`x${b}y`); } c(`z`)', '{ a(` ${b} `); } c(` `)'],
    ['an escaped template mark', 'a(`\\${b} \\` c`)', 'a(`          `)'],
    ['a regular expression with a quote', `a = /['"]\\/x/g; b`, `a = /         ; b`],
    ['a slash inside a character class', 'a = /[/]b/; c', 'a = /     ; c'],
    ['a regular expression after a word', 'return /`/.test(a)', 'return /  .test(a)'],
    ['a division', 'a / b / c; d', 'a / b / c; d'],
    ['a division after a bracket', '(a) / b; `x`', '(a) / b; ` `'],
    ['a division after a string', `'a' / b / c`, `' ' / b / c`],
    ['an apostrophe in JSX text', `<p>don't</p>\nprocess.env`, `<p>don'     \nprocess.env`],
    ['a closed JSX element', '<A b={c} /> && `d`', '<A b={c} /> && ` `'],
  ])('blanks %s and keeps every offset', (_, source, bare) => {
    expect(bareCode(source)).toBe(bare);
    expect(bare).toHaveLength(source.length);
  });
});

describe('readImports', () => {
  it('finds every way to ask for a module, in the order of the file', () => {
    const text = `
import a from './a.ts';
import { b,
  c } from "./b.ts";
import * as d from './d.ts';
import './e.ts';
export { f } from './f.ts';
export * from './g.ts';
const h = await import('./h.ts');
const i = require('./i.cts');
import j, { type k } from './j.ts';
const l = await import(\`./l.ts\`);
import{m}from'./m.ts'
`;
    expect(read(text).map(({ specifier, line }) => [specifier, line])).toEqual([
      ['./a.ts', 2],
      ['./b.ts', 4],
      ['./d.ts', 5],
      ['./e.ts', 6],
      ['./f.ts', 7],
      ['./g.ts', 8],
      ['./h.ts', 9],
      ['./i.cts', 10],
      ['./j.ts', 11],
      ['./l.ts', 12],
      ['./m.ts', 13],
    ]);
  });

  it('tells an import that loads nothing from one that loads', () => {
    const text = `
import type { A } from './a.ts';
export type { B } from './b.ts';
import type C from './c.ts';
export type * from './d.ts';
import { type E } from './e.ts';
import type from './f.ts';
export { g } from './g.ts';
`;
    expect(read(text).map(({ typeOnly }) => typeOnly)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('passes over what only looks like an import', () => {
    const text = `
// import a from './a.ts';
/* export * from './b.ts' */
const text = "import c from './c.ts'";
const code = \`import d from './d.ts'\`;
export const from = 'e';
loader.import('./f.ts');
const url = import.meta.url;
export type G = 'g';
export function h(from: string) { return 'h'; }
requireScope('i');
Array.from('j');
`;
    expect(read(text)).toEqual([]);
  });

  it('resolves a relative import from the root and names packages as package.json does', () => {
    const text = `
import a from '../customer/index.ts';
import b from './plan.ts';
import c from '../../connectors/meta/index.ts';
import d from 'pg';
import e from '@prisma/client/runtime/x.js';
import f from 'lodash/fp.js';
import g from 'node:fs/promises';
`;
    expect(read(text).map(({ target, packageName }) => target ?? packageName)).toEqual([
      'src/customer/index.ts',
      'src/sync/plan.ts',
      'connectors/meta/index.ts',
      'pg',
      '@prisma/client',
      'lodash',
      'node:fs',
    ]);
  });

  it('admits that it cannot follow a computed or absolute import', () => {
    const text = `
await import(name);
await import(\`./\${name}.ts\`);
await import('/srv/a.ts');
await import('file:///srv/a.ts');
await import('#inside');
`;
    const found = read(text);
    expect(found).toHaveLength(5);
    for (const { target, packageName } of found) {
      expect([target, packageName]).toEqual([undefined, undefined]);
    }
  });
});
