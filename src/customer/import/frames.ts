/** Lines to frames: the lines that one CSV record spans, because a quoted value holds newlines. */
import { MAX_LINE } from './lines.ts';
import type { Line } from './lines.ts';

/** One line, or several that only make a record together. Never empty. */
export type Frame = readonly [Line, ...Line[]];

const MAX_LINES = 1000;

/**
 * Groups lines as they come. In CSV every quote opens, closes or is one of an escaped pair, so a
 * line with an odd number of quotes begins a record of several lines or ends one. A quote that is
 * never closed would swallow the rest of the file: after 1000 lines or 1 MiB its line is given as
 * a frame of its own, for the parser to refuse, and the lines after it start afresh.
 */
export function framer(): { readonly push: (line: Line) => Frame[]; readonly end: () => Frame[] } {
  let open: Line[] = [];
  let size = 0;

  function push(line: Line): Frame[] {
    const [first, ...others] = open;
    const odd = line.fault !== 'line-too-long' && hasOddQuotes(line.text);
    if (first === undefined) {
      if (!odd) return [[line]];
      open = [line];
      size = line.text.length;
      return [];
    }
    if (odd) {
      open = [];
      return [[first, ...others, line]];
    }
    open.push(line);
    size += line.text.length;
    return open.length > MAX_LINES || size > MAX_LINE ? giveUp() : [];
  }

  function giveUp(): Frame[] {
    const [first, ...others] = open;
    open = [];
    return first === undefined ? [] : [[first], ...others.flatMap(push)];
  }

  function end(): Frame[] {
    const frames: Frame[] = [];
    while (open.length > 0) frames.push(...giveUp());
    return frames;
  }

  return { push, end };
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}
