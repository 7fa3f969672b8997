/** Reads X's error bodies leniently: X shows only some of their shapes in its docs. */
import { z } from 'zod';

const ErrorItem = z.object({
  code: z.string(),
  message: z.string().optional(),
  parameter: z.string().optional(),
});

const ErrorBody = z.object({
  errors: z.unknown().optional(),
  operation_errors: z.unknown().optional(),
});

/** The first error of a body: X's code and what it said. `value` and `details` are left behind. */
export interface PlatformError {
  readonly code: string;
  readonly message: string | undefined;
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
 * The first error under `errors`, else under `operation_errors`. No page of X shows the shape of
 * the second (unconfirmed), so any nesting of arrays around objects with a `code` is read.
 */
export function firstError(body: unknown): PlatformError | undefined {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) return undefined;
  return (
    shape(firstItem(parsed.data.errors), '') ??
    shape(firstItem(parsed.data.operation_errors), 'in an operation, ')
  );
}

function firstItem(value: unknown): z.infer<typeof ErrorItem> | undefined {
  if (Array.isArray(value)) {
    for (const inner of value) {
      const found = firstItem(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return ErrorItem.safeParse(value).data;
}

function shape(
  item: z.infer<typeof ErrorItem> | undefined,
  where: string,
): PlatformError | undefined {
  if (item === undefined) return undefined;
  const parameter = item.parameter === undefined ? '' : `parameter ${item.parameter}, `;
  const said = `${where}${parameter}${item.message ?? ''}`.replace(/, $/, '');
  return { code: item.code, message: said === '' ? undefined : said };
}
