/** Reads X's error bodies leniently: X shows only some of their shapes in its docs. */
import { z } from 'zod';

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
 * against X reads a list of lists (sprinklr-inc/twitter4j-ads). Any nesting of arrays around objects
 * with a `code` is read, but operations are named only where the list has a place for each of them.
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
    placed: isParallel(inside, operations) ? placedIn(inside) : [],
  };
}

const IN_OPERATION = 'in an operation, ';

function itemsIn(value: unknown): ErrorItem[] {
  if (Array.isArray(value)) return value.flatMap(itemsIn);
  const { data } = ErrorItem.safeParse(value);
  return data === undefined ? [] : [data];
}

// A flat list that is all errors may be one without places, and as long as the request by chance.
function isParallel(inside: unknown, operations: number): inside is readonly unknown[] {
  if (!Array.isArray(inside) || inside.length !== operations) return false;
  const isFlat = inside.every((place) => !Array.isArray(place) && itemsIn(place).length > 0);
  return !isFlat || operations === 1;
}

function placedIn(inside: readonly unknown[]): OperationError[] {
  return inside.flatMap((place, position) =>
    itemsIn(place)
      .slice(0, 1)
      .map((item) => ({ position, ...shape(item, IN_OPERATION) })),
  );
}

function shape(item: ErrorItem, where: string): PlatformError {
  const parameter = item.parameter === undefined ? '' : `parameter ${item.parameter}, `;
  const said = `${where}${parameter}${item.message ?? ''}`.replace(/, $/, '');
  return { code: item.code, message: said === '' ? undefined : said };
}
