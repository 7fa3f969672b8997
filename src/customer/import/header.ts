/** The first line of a CSV file. */
import { RekindleError } from '../../errors.ts';
import { knownNames, resolver, slot } from './columns.ts';
import type { Shape, Target } from './columns.ts';

/**
 * The meaning of each column of the file.
 *
 * @throws RekindleError `input.invalid` when a required column is missing, one is there twice, or
 *   the mapping names one that the file does not have.
 */
export function readHeader<Field extends string>(
  names: readonly string[],
  shape: Shape<Field>,
  columns: Readonly<Record<string, string>>,
): Target<Field>[] {
  const found = new Set(names.map((name) => name.trim()));
  const lost = Object.entries(columns).find(([, theirs]) => !found.has(theirs.trim()));
  if (lost !== undefined) {
    const [ours, theirs] = lost;
    throw invalid(
      `--columns maps ${ours} to ${theirs}, which the file does not have. ${listed(names)}`,
    );
  }

  const targets = names.map(resolver(shape, columns));
  const slots = new Set<string>();
  for (const [index, target] of targets.entries()) {
    if (target.kind === 'nothing') continue;
    if (slots.has(slot(target))) {
      throw invalid(
        `The file has the column ${shown(names[index] ?? '')} twice. Rename or remove one. ${listed(names)}`,
      );
    }
    slots.add(slot(target));
  }

  const missing = shape.required.filter((name) => !slots.has(slot({ kind: 'field', name })));
  if (missing.length > 0) {
    const mapping = missing.map((name) => `${name}=THEIRS`).join(',');
    throw invalid(
      `The file has no column for ${missing.join(', ')}. ${listed(names)} Map them with --columns ${mapping}; known are ${knownNames(shape)}.`,
    );
  }
  const { alternatives } = shape;
  const has = (name: Field): boolean => slots.has(slot({ kind: 'field', name }));
  if (alternatives !== undefined && !alternatives.some((names) => names.every(has))) {
    const sets = alternatives.map((set) => set.join(' and ')).join(', nor for ');
    throw invalid(
      `The file has no column for ${sets}. ${listed(names)} Map them with --columns OURS=THEIRS; known are ${knownNames(shape)}.`,
    );
  }
  return targets;
}

function listed(names: readonly string[]): string {
  return `Columns found: ${names.map(shown).join(', ')}.`;
}

/** A file without a header has a person on its first line, who must not end up in a message. */
export function shown(name: string): string {
  const text = name.trim();
  if (text === '') return '(no name)';
  return /@|\d{5}|[-\d]{8}/.test(text.normalize('NFKC')) || text.length > 60
    ? '(looks like a value, not a name)'
    : text;
}

function invalid(message: string): RekindleError {
  return new RekindleError('input.invalid', message);
}
