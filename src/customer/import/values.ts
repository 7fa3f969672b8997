/** Single values of a record. */
import type { Contact } from './columns.ts';
import type { Values } from './records.ts';
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';

const MAX_ID = 200;

/** A value as text, trimmed: '' where there is none, or it is a list or an object. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/**
 * NFKC turns full-width letters, digits and signs into the plain ones; what is plain ASCII already
 * is given back as it is.
 */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKC').trim();
}

/** An id as text. A JSON number that lost digits in reading is refused rather than guessed. */
export function readId(column: string, value: unknown): { ok: true; id: string } | Fault {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return fault('id-inexact', column);
  }
  const id = textOf(value);
  if (id.length > MAX_ID) return fault('id-too-long', column);
  // Ids go into the ledger, reports and logs, where no raw address may be.
  if (/[@＠]/u.test(id)) return fault('id-is-address', column);
  return { ok: true, id };
}

/** One value, or list of values, of the columns of a contact. */
export interface ContactValue {
  readonly name: Contact;
  readonly order: number;
  readonly value: unknown;
}

/** The values of a record, sorted by what they are to us. */
export interface Sorted<Field extends string> {
  /** Our own columns; a column that the record does not name is not there. */
  readonly fields: Partial<Record<Field, unknown>>;
  readonly contacts: readonly ContactValue[];
  /** JSON of the attributes that have a value. */
  readonly attributes: string;
  /** The names of those that have none. */
  readonly cleared: readonly string[];
}

export function sortValues<Field extends string>(content: Values<Field>): Sorted<Field> {
  const fields: Partial<Record<Field, unknown>> = {};
  const contacts: ContactValue[] = [];
  const kept: [string, unknown][] = [];
  const cleared: string[] = [];
  content.targets.forEach((target, index) => {
    const value = content.values[index];
    if (target.kind === 'field') fields[target.name] = value;
    else if (target.kind === 'contact')
      contacts.push({ name: target.name, order: target.order, value });
    else if (target.kind === 'attribute') {
      const trimmed = typeof value === 'string' ? value.trim() : value;
      if (trimmed === '' || trimmed === null || trimmed === undefined) cleared.push(target.name);
      else kept.push([target.name, trimmed]);
    }
  });
  const attributes = kept.length === 0 ? '{}' : JSON.stringify(Object.fromEntries(kept));
  return { fields, contacts, attributes, cleared };
}
