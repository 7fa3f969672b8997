/** A journal that outlives the process: a file of one JSON object a line. */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Journal, JournalEvent } from './emulator.ts';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * A journal in a file, written before the emulator answers. A line that a killed process left
 * unfinished was never answered, so it is passed over. A replay holds one line at a time, since a
 * journal may outgrow the longest string that there is (512 MB), and parses the lines of its
 * platform alone.
 */
export function fileJournal(path: string): Journal & { close(): void } {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a');
  // Ends a half-written last line, so that the next event starts on its own.
  if (fstatSync(file).size > 0) appendFileSync(file, '\n');
  return {
    append(platform, event) {
      appendFileSync(file, `${startOf(platform)}${JSON.stringify(event)}}\n`);
    },
    *replay(platform) {
      const start = Buffer.from(startOf(platform));
      for (const line of linesOf(path)) {
        if (!line.subarray(0, start.length).equals(start)) continue;
        const event = parseLine(line.toString('utf8'));
        if (event !== undefined) yield event;
      }
    },
    close() {
      closeSync(file);
    },
  };
}

/** How the lines of a platform begin; what follows is the event and a closing brace. */
function startOf(platform: string): string {
  return `{"platform":${JSON.stringify(platform)},"event":`;
}

/** The lines of a file without their ends; no character of UTF-8 has a newline's byte inside it. */
function* linesOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    let begun: Buffer[] = [];
    for (;;) {
      const memory = Buffer.allocUnsafe(CHUNK_BYTES);
      const chunk = memory.subarray(0, readSync(file, memory, 0, CHUNK_BYTES, null));
      if (chunk.length === 0) break;
      let from = 0;
      for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
        const rest = chunk.subarray(from, to);
        yield begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
        begun = [];
        from = to + 1;
      }
      if (from < chunk.length) begun.push(chunk.subarray(from));
    }
    if (begun.length > 0) yield Buffer.concat(begun);
  } finally {
    closeSync(file);
  }
}

const JournalLine = z.object({ event: z.looseObject({ type: z.string(), at: z.string() }) });

function parseLine(line: string): JournalEvent | undefined {
  try {
    return JournalLine.parse(JSON.parse(line)).event;
  } catch {
    return undefined;
  }
}
