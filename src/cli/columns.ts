/** `--columns ours=theirs,…` */
import { RekindleError } from '../errors.ts';

/** @throws RekindleError `input.invalid` where a pair is not `ours=theirs`. */
export function readColumns(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1 || equals === pair.length - 1) {
        throw new RekindleError(
          'input.invalid',
          `--columns takes ours=theirs with commas between; "${pair}" is not one.`,
        );
      }
      return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
    }),
  );
}
