import { RekindleError } from '../../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file is in the place of a folder',
  ENOTDIR: 'a file is in the place of a folder',
};

/** The error of everything in this folder: one sentence, then the way out. */
export function embeddedFailure(message: string, cause?: unknown): RekindleError {
  return new RekindleError('database.embedded', message, { cause });
}

/** True when `error` is a system error with one of these codes (`ENOENT`, `EEXIST`, …). */
export function hasCode(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/**
 * Runs `work` and turns a refusal of the disk (permission, space, read-only) into a sentence that
 * names the path; any other error passes as it is.
 */
export async function explainingDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!hasCode(error, ...Object.keys(REASONS))) throw error;
    const reason = REASONS[error.code ?? ''] ?? error.message;
    throw embeddedFailure(
      `The embedded database cannot use ${error.path ?? folder}: ${reason}. ` +
        'Give Rekindle access to it, set REKINDLE_HOME to another folder, or set DATABASE_URL.',
      error,
    );
  }
}
