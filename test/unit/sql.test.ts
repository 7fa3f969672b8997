import type { QueryResult } from 'pg';
import { describe, expect, it } from 'vitest';
import { runSql, statement } from '../../src/infra/sql.ts';

describe('a statement', () => {
  it('numbers its parameters in the order they come, the same name always the same', () => {
    expect(statement('SELECT :b, :a, :b WHERE x = :a_2')).toEqual({
      text: 'SELECT $1, $2, $1 WHERE x = $3',
      names: ['b', 'a', 'a_2'],
    });
  });

  it.each([
    ['a cast', `SELECT now()::date, '{}'::text[]`],
    ['a line comment', 'SELECT 1 -- at :moment\n'],
    ['a comment at the end', 'SELECT 1 -- at :moment'],
    ['a block comment', 'SELECT /* at\n :moment */ 1'],
    ['quoted text', `SELECT 'at :moment'`],
    ['quoted text with quotes in it', `SELECT 'it''s :late'`],
    ['a quoted name', 'SELECT ":odd ""name"""'],
  ])('leaves %s alone', (_, text) => {
    expect(statement(text)).toEqual({ text, names: [] });
  });

  it('finds a parameter behind each of them', () => {
    const { text, names } = statement(
      `SELECT 'a:b', ":c", :d::text -- :e\n, /* it's */ :f, 'it''s', :g`,
    );
    expect(names).toEqual(['d', 'f', 'g']);
    expect(text).toBe(`SELECT 'a:b', ":c", $1::text -- :e\n, /* it's */ $2, 'it''s', $3`);
  });

  it('is text alone where it has no parameters', () => {
    expect(statement('SELECT 1')).toEqual({ text: 'SELECT 1', names: [] });
  });
});

describe('running a statement', () => {
  it('hands the values over in the order of their numbers', async () => {
    const { client, calls } = recorder();
    await runSql(client, statement('SELECT :b, :a, :b'), { a: 1, b: null });
    expect(calls).toEqual([['SELECT $1, $2, $1', [null, 1]]]);
  });

  it.each([
    ['misses one', { a: 1 }, 'missing [b], unknown []'],
    ['has one too many', { a: 1, b: 2, c: 3 }, 'missing [], unknown [c]'],
    ['has another', { a: 1, c: 3 }, 'missing [b], unknown [c]'],
  ])('is refused before it is sent when the caller %s', async (_, params, says) => {
    const { client, calls } = recorder();
    await expect(runSql(client, statement('SELECT :a, :b'), params)).rejects.toThrow(says);
    expect(calls).toEqual([]);
  });

  it('does not take what every object has for a parameter', async () => {
    const { client } = recorder();
    await expect(runSql(client, statement('SELECT :constructor'), {})).rejects.toThrow(
      'missing [constructor]',
    );
  });
});

/** A client that writes down what it is asked. */
function recorder() {
  const calls: unknown[][] = [];
  const client: Parameters<typeof runSql>[0] = {
    query: (...args: unknown[]) => {
      calls.push(args);
      const nothing: QueryResult = { command: '', rowCount: 0, oid: 0, fields: [], rows: [] };
      return Promise.resolve(nothing) as never;
    },
  };
  return { client, calls };
}
