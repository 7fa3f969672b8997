/** Bytes to lines of text, in memory that does not grow with the file. */
import type { Readable } from 'node:stream';
import { RekindleError } from '../../errors.ts';
import type { ImportOptions } from './options.ts';

export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Without its line end. Of a line with a fault, as much as could be read. */
  readonly text: string;
  readonly fault?: 'encoding' | 'line-too-long';
}

/** Longest line, in bytes; also the longest record that spans lines. */
export const MAX_LINE = 1_048_576;
const PIECE = 65_536;
const NEWLINE = 0x0a;
/** Ctrl-Z, the end of a text file to DOS; Japanese core systems still write it. */
const DOS_END = 0x1a;

/**
 * Reads a stream as lines, some hundred at a time. A line that is not valid in the encoding, or
 * holds a NUL character (which PostgreSQL cannot store), comes with the fault `encoding`; nothing
 * is replaced in silence. In UTF-8 and Shift_JIS a newline byte is always a newline, so lines can be
 * cut before they are decoded.
 *
 * @throws RekindleError `input.encoding` when the stream is UTF-16.
 */
export async function* readLines(
  source: Readable,
  encoding: ImportOptions['encoding'],
): AsyncGenerator<Line[]> {
  const decode = decoder(encoding);
  let rest: Buffer = Buffer.alloc(0);
  let number = 1;
  let tooLong: string | undefined;

  for await (const bytes of pieces(source)) {
    const joined = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    if (number === 1) refuseUtf16(joined);
    const lines: Line[] = [];
    let start = 0;
    if (tooLong !== undefined) {
      const end = joined.indexOf(NEWLINE);
      if (end === -1) continue;
      lines.push({ number, text: tooLong, fault: 'line-too-long' });
      number += 1;
      start = end + 1;
      tooLong = undefined;
    }
    const end = joined.lastIndexOf(NEWLINE) + 1;
    if (end > start) {
      for (const line of decode(joined.subarray(start, end - 1), number)) lines.push(line);
      number = (lines.at(-1)?.number ?? number) + 1;
    }
    rest = joined.subarray(end);
    if (rest.length > MAX_LINE) {
      tooLong = beginning(rest, encoding);
      rest = Buffer.alloc(0);
    }
    if (lines.length > 0) yield lines;
  }

  if (tooLong !== undefined) yield [{ number, text: tooLong, fault: 'line-too-long' }];
  else if (rest.length > 0 && !(rest.length === 1 && rest[0] === DOS_END)) {
    yield decode(rest, number);
  }
}

/** Cuts large chunks, so that a source that hands over megabytes does not decide our memory. */
async function* pieces(source: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }
}

/** Decodes a block of lines at once where all is well, and line by line where something is not. */
function decoder(encoding: ImportOptions['encoding']) {
  const strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder(encoding, { ignoreBOM: true });

  function decodeOne(bytes: Buffer, number: number): Line {
    if (bytes.length > MAX_LINE) {
      return { number, text: beginning(bytes, encoding), fault: 'line-too-long' };
    }
    const text = strictly(bytes);
    if (text !== undefined) return { number, text: withoutEnds(text, number) };
    return { number, text: withoutEnds(lenient.decode(bytes), number), fault: 'encoding' };
  }

  function strictly(bytes: Buffer): string | undefined {
    try {
      const text = strict.decode(bytes);
      return text.includes('\0') ? undefined : text;
    } catch {
      return undefined;
    }
  }

  return (block: Buffer, first: number): Line[] => {
    const text = block.length > MAX_LINE ? undefined : strictly(block);
    if (text !== undefined) {
      return text.split('\n').map((line, index) => {
        const number = first + index;
        return { number, text: withoutEnds(line, number) };
      });
    }
    return cut(block).map((bytes, index) => decodeOne(bytes, first + index));
  };
}

function cut(block: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, start)) {
    lines.push(block.subarray(start, end));
    start = end + 1;
  }
  lines.push(block.subarray(start));
  return lines;
}

/** Drops the carriage return of a Windows line end, and the byte order mark of the first line. */
function withoutEnds(line: string, number: number): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return number === 1 && text.startsWith('\u{FEFF}') ? text.slice(1) : text;
}

function beginning(bytes: Buffer, encoding: ImportOptions['encoding']): string {
  return new TextDecoder(encoding).decode(bytes.subarray(0, 1000));
}

function refuseUtf16(bytes: Buffer): void {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark !== 'fffe' && mark !== 'feff') return;
  throw new RekindleError(
    'input.encoding',
    'The file is UTF-16 (what Excel calls Unicode text). Save it as "CSV UTF-8" and import that.',
  );
}
