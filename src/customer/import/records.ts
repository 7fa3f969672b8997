/** What both file formats are read into: one record a line, its values beside their meaning. */
import type { Target } from './columns.ts';
import type { Line } from './lines.ts';
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';

export interface Values<Field extends string> {
  readonly ok: true;
  /** One for each value, in the order of the file. */
  readonly targets: readonly Target<Field>[];
  readonly values: readonly unknown[];
}

export interface ParsedRecord<Field extends string> {
  readonly line: number;
  readonly raw: string;
  readonly content: Values<Field> | Fault;
}

/** The record of a line that cannot be read. */
export function faulty(line: Line, code: Parameters<typeof fault>[0]): ParsedRecord<never> {
  return { line: line.number, raw: line.text, content: fault(code) };
}
