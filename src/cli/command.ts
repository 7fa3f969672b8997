/** The frame of every command: parse time, open the app, print the result, set the exit code. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { RekindleError } from '../errors.ts';
import { parseAsOf } from '../infra/clock.ts';
import { withApp } from './app.ts';
import type { App, AppOptions } from './app.ts';
import { describeError, errorJson, print, printError, toJson } from './output.ts';

export interface Outcome {
  /** What `--json` prints; undefined where the command has printed it already. */
  readonly json: unknown;
  /** What a person reads. */
  readonly text: string;
  /** False where the command did what it should and the news is bad, such as a failed run. */
  readonly ok?: boolean;
  /** True where Ctrl-C is the way to end it. */
  readonly interrupted?: boolean;
}

/** The exit code of an ended Ctrl-C, as shells count it. */
export const INTERRUPTED = 130;

/** Runs a command that needs the database. */
export async function command(
  program: Command,
  options: AppOptions & { readonly asOf?: string | undefined },
  work: (app: App, flags: { json: boolean; asOf: Date }) => Promise<Outcome>,
): Promise<void> {
  await report(program, async (json) => {
    const asOf =
      options.asOf === undefined ? undefined : readAsOf(options.asOf, loadConfig().timezone);
    const { database } = program.opts<{ database?: string }>();
    return withApp(
      {
        ...options,
        ...(database === undefined ? {} : { embedded: { name: database, create: false } }),
      },
      (app) => work(app, { json, asOf: asOf ?? app.context.surroundings.clock.now() }),
    );
  });
}

/** Runs any command: prints its outcome or its error, and sets the exit code. */
export async function report(
  program: Command,
  work: (json: boolean) => Promise<Outcome>,
): Promise<void> {
  const json = program.opts<{ json?: boolean }>().json === true;
  try {
    const outcome = await work(json);
    const text = json ? toJson(outcome.json) : outcome.text;
    if (text !== '') print(text);
    const code = outcome.ok === false ? 1 : 0;
    process.exitCode = outcome.interrupted === true ? INTERRUPTED : code;
  } catch (error) {
    if (json) print(errorJson(error));
    else printError(describeError(error));
    process.exitCode =
      error instanceof RekindleError && error.code === 'interrupted' ? INTERRUPTED : 1;
  }
}

/** @throws RekindleError `input.invalid` where the text is no date. */
export function readAsOf(text: string, timezone: string): Date {
  const at = parseAsOf(text, timezone);
  if (at === undefined) {
    throw new RekindleError(
      'input.invalid',
      `"${text}" is not a moment: write a date such as 2026-11-21 (the end of that day in ${timezone}) or a time such as 2026-11-21T03:00:00+09:00.`,
    );
  }
  return at;
}

export const AS_OF_HELP = 'look at purchases up to this moment: a date (its end) or a timestamp';
