/** Reads X's error bodies leniently: X shows only some of their shapes in its docs. */
import { z } from 'zod';
import { placesOf } from './error-places.ts';

const ErrorItem = z.object({
  code: z.string(),
  message: z.string().optional(),
  parameter: z.string().optional(),
});
type ErrorItem = z.infer<typeof ErrorItem>;

const ErrorBody = z.object({
  errors: z.unknown().optional(),
  operation_errors: z.unknown().optional(),
});

/** One error of a body: X's code and what it said. `value` and `details` are left behind. */
export interface PlatformError {
  readonly code: string;
  readonly message: string | undefined;
}

/** An error of the operation at a place of the request. */
export interface OperationError extends PlatformError {
  readonly position: number;
}

/** What a body says is wrong. */
export interface SaidErrors {
  /** Every error that could be read: those of the request, then those of its operations. */
  readonly all: readonly PlatformError[];
  /** The first error of each operation that has one, where it is sure which operations these are. */
  readonly placed: readonly OperationError[];
}

/** The value of a JSON text, or undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The errors of a body that answers a request of so many operations. X's docs say that an index in
 * `operation_errors` is the index of the operation and show no JSON (unconfirmed); a client that ran
 * against X reads a list of lists (sprinklr-inc/twitter4j-ads). An object with a `code` is found in
 * any nesting; operations are named only where their places are sure.
 */
export function readErrors(body: unknown, operations: number): SaidErrors {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) return { all: [], placed: [] };
  const { errors, operation_errors: inside } = parsed.data;
  return {
    all: [
      ...itemsIn(errors).map((item) => shape(item, '')),
      ...itemsIn(inside).map((item) => shape(item, IN_OPERATION)),
    ],
    placed: placedIn(inside, operations),
  };
}

const IN_OPERATION = 'in an operation, ';

/** Levels of nesting that are looked into: more than any shape has, and no body can exhaust us. */
const DEEPEST = 8;

function itemsIn(value: unknown, depth = 0): ErrorItem[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  const { data } = ErrorItem.safeParse(value);
  if (data !== undefined) return [data];
  return Object.values(value).flatMap((each) => itemsIn(each, depth + 1));
}

function placedIn(inside: unknown, operations: number): OperationError[] {
  const first = new Map<number, OperationError>();
  for (const { position, value } of placesOf(inside, operations)) {
    const [item] = itemsIn(value);
    if (item === undefined || first.has(position)) continue;
    first.set(position, { position, ...shape(item, IN_OPERATION) });
  }
  return Array.from(first.values()).toSorted((one, other) => one.position - other.position);
}

function shape(item: ErrorItem, where: string): PlatformError {
  const parameter = item.parameter === undefined ? '' : `parameter ${item.parameter}, `;
  const said = `${where}${parameter}${item.message ?? ''}`.replace(/, $/, '');
  return { code: item.code, message: said === '' ? undefined : said };
}
