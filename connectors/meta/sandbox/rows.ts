/** How the Meta emulator reads the rows of an upload: which cells are keys, and which are wrong. */
import type { KeyKind } from '../../../src/identity/types.ts';
import { refusal } from './answers.ts';

/** Columns by which people are found one by one, and how a value of each has to look. */
const KEYS: Readonly<Record<string, { readonly kind: KeyKind; readonly looks: RegExp }>> = {
  EMAIL: { kind: 'email', looks: /^[0-9a-f]{64}$/ },
  PHONE: { kind: 'phone', looks: /^[0-9a-f]{64}$/ },
  // Lowercase with hyphens, not hashed.
  MADID: { kind: 'mobile_id', looks: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ },
  // Any stable id of the advertiser's, not hashed.
  EXTERN_ID: { kind: 'external_id', looks: /\S/ },
};
/** Columns that only together tell who somebody is, all hashed. */
const PROFILE = 'GEN DOBY DOBM DOBD LN FN FI CT ST ZIP COUNTRY'.split(' ');
const PROFILE_VALUE = /^[0-9a-f]{64}$/;

/** Limited data use, and what each of its cells may be. */
const OPTIONS: Readonly<Record<string, (cell: Cell, states: readonly number[]) => boolean>> = {
  DATA_PROCESSING_OPTIONS: (cell) =>
    Array.isArray(cell) && (cell.length === 0 || (cell.length === 1 && cell[0] === 'LDU')),
  DATA_PROCESSING_OPTIONS_COUNTRY: (cell) => cell === 0 || cell === 1,
  // 1000 is California, 0 lets Meta look; how Meta takes a number it does not know is not documented.
  DATA_PROCESSING_OPTIONS_STATE: (cell, states) =>
    typeof cell === 'number' && states.includes(cell),
};

const EMPTY_DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export type Cell = string | number | readonly string[];

/** A row that Meta would take. */
export interface TakenRow {
  readonly keys: readonly { readonly kind: KeyKind; readonly value: string }[];
  /** Whether it says more of the person than keys. */
  readonly isProfiled: boolean;
}

export interface ReadRows {
  readonly taken: readonly TakenRow[];
  /** Of each row that counts as an invalid entry, its first wrong value; blank for a blank row. */
  readonly invalid: readonly string[];
}

/**
 * The columns of a schema without the old suffix of its single-column form.
 *
 * @throws GraphRefusal for a column that is unknown, named twice (not documented, so refused), or
 *   out of place: limited data use is documented for adding alone.
 */
export function readSchema(schema: string | readonly string[], removes: boolean): string[] {
  const columns = [schema].flat().map((column) => column.replace(/_SHA256$/, ''));
  const unknown = columns.find(
    (column) => !(column in KEYS) && !(column in OPTIONS) && !PROFILE.includes(column),
  );
  if (unknown !== undefined) throw refusal.parameter(`Unknown schema key ${unknown}`);
  if (new Set(columns).size < columns.length) throw refusal.parameter('A schema key is repeated');
  const options = columns.filter((column) => column in OPTIONS);
  if (options.length > 0 && (removes || !options.includes('DATA_PROCESSING_OPTIONS'))) {
    throw refusal.parameter(`${options[0]} is not expected here`);
  }
  return columns;
}

/** What rows are judged by beside how they look. */
interface Rules {
  /** Keys that count as malformed, whatever they look like. */
  readonly refused: ReadonlySet<string>;
  /** The numbers of US states that limited data use knows. */
  readonly states: readonly number[];
}

/**
 * @throws GraphRefusal for rows that do not fit the schema, and for a hashed blank.
 */
export function readRows(
  rows: readonly (readonly Cell[])[],
  columns: readonly string[],
  { refused, states }: Rules,
): ReadRows {
  // That such a row fails the whole request is not confirmed for every client; it is the strict way.
  if (rows.some((row) => row.length !== columns.length)) {
    throw refusal.parameter('Data is missing or does not match schema');
  }
  const taken: TakenRow[] = [];
  const invalid: string[] = [];
  for (const row of rows) {
    const values = row.flatMap((cell, position) => valueOf(cell, columns[position] ?? '', states));
    const wrong = values.find(
      ({ column, value }) =>
        refused.has(value) || !(KEYS[column]?.looks ?? PROFILE_VALUE).test(value),
    );
    if (wrong !== undefined || values.length === 0) invalid.push(wrong?.value ?? '');
    else {
      const keys = values.flatMap(({ column, value }) => {
        const kind = KEYS[column]?.kind;
        return kind === undefined ? [] : [{ kind, value }];
      });
      taken.push({ keys, isProfiled: keys.length < values.length });
    }
  }
  return { taken, invalid };
}

/** What a cell tells of the person: nothing where it is blank or an option. */
function valueOf(
  cell: Cell,
  column: string,
  states: readonly number[],
): { column: string; value: string }[] {
  const isOption = OPTIONS[column];
  if (isOption !== undefined) {
    // How Meta answers to other values is not documented; a connector has no reason to send them.
    if (!isOption(cell, states)) throw refusal.parameter(`Invalid value of ${column}`);
    return [];
  }
  if (!isText(cell)) throw refusal.parameter(`The value of ${column} is no text`);
  // Meta would take this digest; sent at all, it is a blank that a connector hashed by mistake.
  if (cell === EMPTY_DIGEST) {
    throw refusal.parameter('A blank was hashed: send "" for an unknown value');
  }
  return cell === '' ? [] : [{ column, value: cell }];
}

function isText(cell: Cell): cell is string {
  return typeof cell === 'string';
}
