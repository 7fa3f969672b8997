/** Which of our columns a column of theirs is. */
import { RekindleError } from '../../errors.ts';

/** What a person may have several of, in columns `email`, `email_2`, … or in one list. */
export const CONTACTS = ['email', 'phone', 'mobile_id', 'x_handle', 'x_id'] as const;
export type Contact = (typeof CONTACTS)[number];

/** What a value of the file is to us. */
export type Target<Field extends string> =
  | { readonly kind: 'field'; readonly name: Field }
  | { readonly kind: 'contact'; readonly name: Contact; readonly order: number }
  | { readonly kind: 'attribute'; readonly name: string }
  /** A column without a name. */
  | { readonly kind: 'nothing' };

/** The columns that an import knows. */
export interface Shape<Field extends string> {
  readonly subject: 'customers' | 'purchases' | 'consents' | 'suppressions';
  readonly fields: readonly Field[];
  readonly required: readonly Field[];
  /** Sets of columns of which a file has to have one whole. */
  readonly alternatives?: readonly (readonly Field[])[];
  /** Whether the numbered columns of CONTACTS are known. */
  readonly contacts: boolean;
}

/**
 * Gives the meaning of a column name of theirs. A mapping decides first; else our own name does,
 * whatever its case and with spaces or hyphens for underscores (`Customer ID`); any other column is
 * an attribute. A column whose name is ours but which the mapping fills from elsewhere is one too.
 *
 * @throws RekindleError `input.invalid` when the mapping names a column that we do not have, or
 *   gives one of theirs to two of ours.
 */
export function resolver<Field extends string>(
  shape: Shape<Field>,
  columns: Readonly<Record<string, string>>,
): (theirs: string) => Target<Field> {
  const mapped = new Map<string, Target<Field>>();
  for (const [ours, theirs] of Object.entries(columns)) {
    const target = known(shape, ours);
    if (target === undefined) {
      throw new RekindleError(
        'input.invalid',
        `--columns names ${ours}, which is no column of ${shape.subject}. Known: ${knownNames(shape)}.`,
      );
    }
    if (mapped.has(theirs.trim())) {
      throw new RekindleError(
        'input.invalid',
        `--columns gives the file's column ${theirs.trim()} to two of ours. Map each at most once.`,
      );
    }
    mapped.set(theirs.trim(), target);
  }
  const taken = new Set([...mapped.values()].map(slot));
  return (theirs) => {
    const name = theirs.trim();
    if (name === '') return { kind: 'nothing' };
    const byMapping = mapped.get(name);
    if (byMapping !== undefined) return byMapping;
    const own = known(shape, name.toLowerCase().replaceAll(/[\s-]+/g, '_'));
    return own === undefined || taken.has(slot(own)) ? { kind: 'attribute', name } : own;
  };
}

/** Our names, for messages. */
export function knownNames(shape: Shape<string>): string {
  const contacts = shape.contacts ? CONTACTS.flatMap((name) => [name, `${name}_2`, '…']) : [];
  return [...shape.fields, ...contacts].join(', ');
}

/** Two columns with the same slot would overwrite each other. */
export function slot(target: Target<string>): string {
  return target.kind === 'contact'
    ? `${target.name}_${target.order}`
    : `${target.kind} ${target.kind === 'nothing' ? '' : target.name}`;
}

function known<Field extends string>(shape: Shape<Field>, name: string): Target<Field> | undefined {
  const field = shape.fields.find((candidate) => candidate === name);
  if (field !== undefined) return { kind: 'field', name: field };
  if (!shape.contacts) return undefined;
  const [, kind, order] = CONTACT_COLUMN.exec(name) ?? [];
  const contact = CONTACTS.find((candidate) => candidate === kind);
  return contact && { kind: 'contact', name: contact, order: Number(order ?? 1) };
}

const CONTACT_COLUMN = new RegExp(`^(${CONTACTS.join('|')})(?:s|_([1-9]\\d{0,2}))?$`);
