/** NDJSON lines to records: one JSON object a line. */
import { RekindleError } from '../../errors.ts';
import { resolver } from './columns.ts';
import type { Shape, Target } from './columns.ts';
import type { Line } from './lines.ts';
import { faulty } from './records.ts';
import type { ParsedRecord } from './records.ts';

/** Lines may invent keys without end; what they mean is remembered for so many. */
const REMEMBERED = 1000;
const MAX_DEPTH = 32;

/**
 * Reads one JSON object a line. Each line has the columns that it names. Blank lines are left out;
 * a line that cannot be read is given with its fault.
 *
 * @throws RekindleError `input.invalid` when the file is one JSON array, or the mapping is wrong.
 */
export async function* ndjsonRecords<Field extends string>(
  blocks: AsyncIterable<readonly Line[]>,
  shape: Shape<Field>,
  columns: Readonly<Record<string, string>>,
): AsyncGenerator<ParsedRecord<Field>[]> {
  const resolve = remembering(resolver(shape, columns));
  let started = false;
  for await (const block of blocks) {
    const lines = block.filter((line) => line.text.trim() !== '');
    if (!started && lines[0]?.text.trimStart().startsWith('[')) {
      throw new RekindleError(
        'input.invalid',
        'The file is a JSON array. Write one object a line without the brackets (jq -c ".[]" does).',
      );
    }
    started ||= lines.length > 0;
    yield lines.map((line) => toRecord(line, resolve));
  }
}

function toRecord<Field extends string>(
  line: Line,
  resolve: (theirs: string) => Target<Field>,
): ParsedRecord<Field> {
  if (line.fault !== undefined) return faulty(line, line.fault);
  const object = parseObject(line.text);
  if (object === undefined || isDeeper(object, MAX_DEPTH)) return faulty(line, 'json');
  // Only an escape can bring in what the decoder would have refused.
  if (line.text.includes('\\u') && !isStorable(object)) return faulty(line, 'encoding');
  return {
    line: line.number,
    raw: line.text,
    content: {
      ok: true,
      targets: Object.keys(object).map(resolve),
      values: Object.values(object),
    },
  };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether values nest deeper than so many levels; the database refuses some thousands. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}

function remembering<T>(resolve: (name: string) => T): (name: string) => T {
  const seen = new Map<string, T>();
  return (name) => {
    const known = seen.get(name);
    if (known !== undefined) return known;
    const target = resolve(name);
    if (seen.size < REMEMBERED) seen.set(name, target);
    return target;
  };
}
