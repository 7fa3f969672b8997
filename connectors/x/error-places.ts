/** Which operations of a request the entries of X's `operation_errors` are of. */
import { z } from 'zod';

/** What stands in `operation_errors` for the operation at a place of the request. */
export interface Place {
  readonly position: number;
  readonly value: unknown;
}

const Fields = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof Fields>;

/** The names under which an entry may say of which operation it is; X shows none (unconfirmed). */
const INDEX_NAMES = ['index', 'operation_index'] as const;

/**
 * The entries whose operations are sure: each says its index, or they are a map by index, or a list
 * with a place for every operation. One index that cannot be right makes all of them unsure.
 */
export function placesOf(inside: unknown, operations: number): readonly Place[] {
  const list = unwrapped(inside);
  if (!Array.isArray(list)) return placesInMap(list, operations);
  const parallel = isParallel(list, operations);
  const places: Place[] = [];
  for (const [at, entry] of list.entries()) {
    for (const fields of objectsIn(entry)) {
      const position = indexOf(fields);
      if (position === undefined) continue;
      // An index inside of a place for an operation may count something else.
      const contradicts = parallel && Array.isArray(entry) && position !== at;
      if (contradicts || !isIn(position, operations)) return [];
      places.push({ position, value: fields });
    }
  }
  if (places.length > 0) return places;
  return parallel ? list.map((value: unknown, position) => ({ position, value })) : [];
}

/** The list in an object of nothing but `errors`, or what there is; one entry is a list of one. */
function unwrapped(inside: unknown): unknown {
  const { data } = Fields.safeParse(inside);
  if (data === undefined) return inside;
  const keys = Object.keys(data);
  if (keys.length === 1 && Array.isArray(data['errors'])) return data['errors'];
  return indexOf(data) === undefined ? inside : [inside];
}

/** A map by index: every key of it has to be one. */
function placesInMap(map: unknown, operations: number): Place[] {
  const entries = Object.entries(Fields.safeParse(map).data ?? {}).map(([key, value]) => ({
    position: numberIn(key),
    value,
  }));
  return entries.every(({ position }) => isIn(position, operations)) ? entries : [];
}

// A flat list that is all errors may be one without places, and as long as the request by chance.
function isParallel(list: readonly unknown[], operations: number): boolean {
  if (list.length !== operations) return false;
  return operations === 1 || !list.every(isError);
}

function isError(entry: unknown): boolean {
  return typeof Fields.safeParse(entry).data?.['code'] === 'string';
}

function objectsIn(entry: unknown): Fields[] {
  const entries: unknown[] = Array.isArray(entry) ? entry.flat(4) : [entry];
  return entries.flatMap((each) => {
    const { data } = Fields.safeParse(each);
    return data === undefined ? [] : [data];
  });
}

/** The index that an entry says; no number where what it says is none, or two. */
function indexOf(fields: Fields): number | undefined {
  const said = INDEX_NAMES.flatMap((name) => fields[name] ?? []).map(numberIn);
  const [first] = said;
  return said.every((each) => each === first) ? first : Number.NaN;
}

function numberIn(value: unknown): number {
  return /^\d{1,6}$/.test(String(value)) ? Number(value) : Number.NaN;
}

function isIn(position: number, operations: number): boolean {
  return position >= 0 && position < operations;
}
