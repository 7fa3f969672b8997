/** Rows as the schema and data of Meta's payload. Source: Custom Audiences guide, `users` edge. */
import { PROFILE_COLUMNS } from '../../src/identity/types.ts';
import type { ProfileColumn } from '../../src/identity/types.ts';
import { KEY_COLUMNS } from './rows.ts';
import type { KeyColumn, WireRow } from './rows.ts';

/**
 * A schema that names its columns in a list, and rows in that order. It is a list for one column
 * too: Meta locks an audience to the kind of schema of its first upload.
 */
export interface Table {
  readonly schema: readonly string[];
  readonly data: readonly (readonly Cell[])[];
}
type Cell = string | number | readonly string[];

/** Always named, so that most requests share one schema. */
const ALWAYS: readonly KeyColumn[] = ['EMAIL', 'PHONE'];

/** Limited data use for people of single US states, said per row. */
const LIMITED_USE_COLUMNS = [
  'DATA_PROCESSING_OPTIONS',
  'DATA_PROCESSING_OPTIONS_COUNTRY',
  'DATA_PROCESSING_OPTIONS_STATE',
] as const;

/** Meta's number for the United States; 0 in its place would let Meta look for the country. */
const UNITED_STATES = 1;

/**
 * The table of a request: columns that no row fills are left out, in one order always; a value that
 * is not known is blank.
 */
export function tableOf(rows: readonly WireRow[]): Table {
  const filled = new Set<KeyColumn | ProfileColumn>(ALWAYS);
  let isLimited = false;
  for (const { keys, profile, limitedUseState } of rows) {
    for (const column of KEY_COLUMNS) if (keys[column] !== undefined) filled.add(column);
    for (const column in profile) if (isProfileColumn(column)) filled.add(column);
    isLimited ||= limitedUseState !== undefined;
  }
  return table(
    rows,
    KEY_COLUMNS.filter((column) => filled.has(column)),
    PROFILE_COLUMNS.filter((column) => filled.has(column)),
    isLimited,
  );
}

function isProfileColumn(column: string): column is ProfileColumn {
  return PROFILE_COLUMNS.some((known) => known === column);
}

/**
 * The table of a part of a replacement. The schema of a session's first batch binds all that
 * follow, whatever people they hold, so it names every column there is.
 */
export function fullTableOf(rows: readonly WireRow[]): Table {
  return table(rows, KEY_COLUMNS, PROFILE_COLUMNS, true);
}

function table(
  rows: readonly WireRow[],
  keys: readonly KeyColumn[],
  profile: readonly ProfileColumn[],
  isLimited: boolean,
): Table {
  return {
    schema: [...keys, ...profile, ...(isLimited ? LIMITED_USE_COLUMNS : [])],
    data: rows.map((row) => {
      const cells: Cell[] = [];
      for (const column of keys) cells.push(row.keys[column] ?? '');
      for (const column of profile) cells.push(row.profile[column] ?? '');
      if (isLimited) cells.push(...limitedUse(row));
      return cells;
    }),
  };
}

/**
 * The three cells of limited data use. An empty list of options says no to it; country and state
 * then mean nothing, and are the number for "not given".
 */
function limitedUse({ limitedUseState }: WireRow): Cell[] {
  return limitedUseState === undefined ? [[], 0, 0] : [['LDU'], UNITED_STATES, limitedUseState];
}
