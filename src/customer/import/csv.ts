/** CSV lines to records. The grammar is csv-parse's; what is ours is that one bad line stays one. */
import { parse } from 'csv-parse/sync';
import { RekindleError } from '../../errors.ts';
import type { Shape, Target } from './columns.ts';
import { framer } from './frames.ts';
import type { Frame } from './frames.ts';
import { readHeader } from './header.ts';
import type { Line } from './lines.ts';
import { faulty } from './records.ts';
import type { ParsedRecord } from './records.ts';
import { fault } from './rejects.ts';

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * Reads CSV with a header line: commas, or the semicolons or tabs of the header line. Blank lines
 * are left out. A record that cannot be read is given with its fault.
 *
 * @throws RekindleError `input.invalid` or `input.encoding` when the header line cannot be used.
 */
export async function* csvRecords<Field extends string>(
  blocks: AsyncIterable<readonly Line[]>,
  shape: Shape<Field>,
  columns: Readonly<Record<string, string>>,
): AsyncGenerator<ParsedRecord<Field>[]> {
  let layout: { delimiter: string; targets: readonly Target<Field>[] } | undefined;
  const { push, end } = framer();

  function read(frames: readonly Frame[]): ParsedRecord<Field>[] {
    let records = frames.filter(isFilled);
    if (layout === undefined) {
      const [header, ...others] = records;
      if (header === undefined) return [];
      const { delimiter, names } = splitHeader(header);
      layout = { delimiter, targets: readHeader(names, shape, columns) };
      records = others;
    }
    return parseFrames(records, layout.delimiter, layout.targets);
  }

  for await (const block of blocks) yield read(block.flatMap(push));
  yield read(end());
  if (layout === undefined) {
    throw new RekindleError(
      'input.invalid',
      'The file is empty. A CSV file starts with a line of column names.',
    );
  }
}

function isFilled(frame: Frame): boolean {
  return frame.length > 1 || frame[0].text.trim() !== '';
}

/**
 * Parses many frames at once. Where one of them fails the whole, halves are tried, down to the one
 * that is at fault; of its lines, those that are records by themselves are still read.
 */
function parseFrames<Field extends string>(
  frames: readonly Frame[],
  delimiter: string,
  targets: readonly Target<Field>[],
): ParsedRecord<Field>[] {
  const [frame, ...others] = frames;
  if (frame === undefined) return [];
  const rows = parseText(frames.map(textOf).join('\n'), delimiter);
  if (rows?.length === frames.length) {
    return frames.map((frame, index) => toRecord(frame, rows[index] ?? [], targets));
  }
  if (others.length > 0) {
    const middle = frames.length >> 1;
    return [
      ...parseFrames(frames.slice(0, middle), delimiter, targets),
      ...parseFrames(frames.slice(middle), delimiter, targets),
    ];
  }
  if (frame.length === 1) return [faulty(frame[0], frame[0].fault ?? 'quotes')];
  return frame
    .map((line): Frame => [line])
    .filter(isFilled)
    .flatMap((line) => parseFrames([line], delimiter, targets));
}

function toRecord<Field extends string>(
  frame: Frame,
  values: readonly string[],
  targets: readonly Target<Field>[],
): ParsedRecord<Field> {
  const line = frame[0].number;
  const raw = textOf(frame);
  const broken = frame.find((part) => part.fault !== undefined)?.fault;
  if (broken !== undefined) return { line, raw, content: fault(broken) };
  if (values.length !== targets.length) return { line, raw, content: fault('column-count') };
  return { line, raw, content: { ok: true, targets, values } };
}

/** The rows of a text, or undefined where the quotes in it are wrong. */
function parseText(text: string, delimiter: string): string[][] | undefined {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      trim: true,
    });
  } catch {
    return undefined;
  }
}

function textOf(frame: Frame): string {
  return frame.length === 1 ? frame[0].text : frame.map((line) => line.text).join('\n');
}

function splitHeader(frame: Frame): { delimiter: string; names: string[] } {
  const text = textOf(frame);
  if (frame.some((line) => line.fault === 'encoding')) {
    throw new RekindleError(
      'input.encoding',
      'The header line is not in the encoding that was named. Try --encoding shift_jis or utf-8.',
    );
  }
  if (text.includes('\r')) {
    throw new RekindleError(
      'input.invalid',
      'The file ends its lines the way old Macintosh computers did (CR). Save it with LF or CRLF.',
    );
  }
  let best: { delimiter: string; names: string[] } | undefined;
  for (const delimiter of DELIMITERS) {
    const names = parseText(text, delimiter)?.[0] ?? [];
    if (names.length > (best?.names.length ?? 0)) best = { delimiter, names };
  }
  if (best === undefined || frame[0].fault !== undefined) {
    throw new RekindleError(
      'input.invalid',
      'The first line cannot be read as column names: check its quotes and its line end.',
    );
  }
  return best;
}
