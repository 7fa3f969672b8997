/** Files that commands read and write, with errors that name them. */
import { open, readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { RekindleError } from '../errors.ts';

/** What `-` stands for. */
const STANDARD_INPUT = '-';

/** @throws RekindleError `file.unreadable` */
export async function openSource(file: string): Promise<Readable> {
  if (file === STANDARD_INPUT) return process.stdin;
  try {
    const handle = await open(file);
    // A folder opens too, and fails at the first read.
    if ((await handle.stat()).isDirectory()) await handle.readFile();
    return handle.createReadStream();
  } catch (error) {
    throw unusable(file, 'read', error);
  }
}

/** The whole of a file. @throws RekindleError `file.unreadable`; the signal's reason when aborted. */
export async function readText(file: string, signal: AbortSignal): Promise<string> {
  try {
    return file === STANDARD_INPUT
      ? await text(addAbortSignal(signal, process.stdin))
      : await readFile(file, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw unusable(file, 'read', error);
  }
}

export interface LineFile {
  write(line: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A file that only its owner may read, emptied first.
 *
 * @throws RekindleError `file.unreadable`
 */
export async function createLineFile(file: string): Promise<LineFile> {
  try {
    const handle = await open(file, 'w', 0o600);
    return {
      write: async (line) => void (await handle.write(`${line}\n`)),
      close: () => handle.close(),
    };
  } catch (error) {
    throw unusable(file, 'written', error);
  }
}

function unusable(file: string, verb: 'read' | 'written', error: unknown): RekindleError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  return new RekindleError('file.unreadable', `${file} cannot be ${verb} (${code}).`);
}
