/** Progress of long work: a bar on a terminal, a plain line at the end in a pipe. On stderr. */
import { SingleBar } from 'cli-progress';
import { count } from './output.ts';

export interface Progress {
  /** `total` 0 while it is not known. */
  update(done: number, total: number): void;
  stop(): void;
}

/** @param what what is counted, e.g. "Importing customers" */
export function progress(what: string): Progress {
  return process.stderr.isTTY ? bar(what) : quiet(what);
}

/** Nothing to see: for `--json`, where stdout and stderr belong to a program. */
export const noProgress: Progress = { update() {}, stop() {} };

/** A line about what is going on, for a person. On stderr. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function bar(what: string): Progress {
  let single: SingleBar | undefined;
  return {
    update(done, total) {
      if (single === undefined) {
        single = createBar(what, total > 0);
        single.start(Math.max(total, done), done);
        return;
      }
      single.setTotal(Math.max(total, done));
      single.update(done);
    },
    stop() {
      single?.stop();
    },
  };
}

/** Where the total is not known, a bar would always look full: then the count alone. */
function createBar(what: string, totalIsKnown: boolean): SingleBar {
  return new SingleBar({
    stream: process.stderr,
    format: `${what.padEnd(34)} ${totalIsKnown ? '{bar} {value}/{total}' : '{value}'}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    formatValue: (value, _options, type) =>
      type === 'value' || type === 'total' ? count(value) : String(value),
  });
}

function quiet(what: string): Progress {
  let last = 0;
  return {
    update(done) {
      last = done;
    },
    stop() {
      if (last > 0) process.stderr.write(`${what}: ${count(last)}\n`);
    },
  };
}
