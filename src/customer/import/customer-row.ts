/** One record to one row of customers, as it is staged. */
import { CONTACTS } from './columns.ts';
import type { Contact, Shape } from './columns.ts';
import { arrayLiteral } from './copy.ts';
import type { StagedRow } from './copy.ts';
import { readCountry } from './country.ts';
import type { Values } from './records.ts';
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';
import { readId, sortValues, textOf } from './values.ts';
import type { ContactValue } from './values.ts';

const TEXTS = [
  'first_name',
  'last_name',
  'city',
  'region',
  'postal_code',
  'birth_date',
  'gender',
  'external_id',
] as const;
const FIELDS = ['customer_id', 'country', ...TEXTS] as const;
export type CustomerField = (typeof FIELDS)[number];

export const CUSTOMER_SHAPE: Shape<CustomerField> = {
  subject: 'customers',
  fields: FIELDS,
  required: ['customer_id'],
  contacts: true,
};

/** The columns of the staging table, in the order of the cells. */
export const CUSTOMER_CELLS = [
  'line',
  'customer_id',
  ...CONTACTS.map((contact) => `${contact}s`),
  'country',
  ...TEXTS,
  'attributes',
  'cleared',
] as const;

/**
 * The cells of a record: null where the record does not name the column, '' (of lists `{}`) where
 * it names it and holds nothing. Only the id can make a record fail.
 */
export function customerRow(line: number, content: Values<CustomerField>): StagedRow | Fault {
  const { fields, contacts, attributes, cleared } = sortValues(content);
  const id = readId('customer_id', fields.customer_id);
  if (!id.ok) return id;
  if (id.id === '') return fault('id-missing', 'customer_id');
  return {
    ok: true,
    cells: [
      String(line),
      id.id,
      ...CONTACTS.map((contact) => contactCell(contact, contacts)),
      'country' in fields ? readCountry(fields.country) : null,
      ...TEXTS.map((name) => (name in fields ? textOf(fields[name]) : null)),
      attributes,
      arrayLiteral(cleared),
    ],
  };
}

/** All values of a contact's columns, in the order of their numbers, each once. */
function contactCell(contact: Contact, contacts: readonly ContactValue[]): string | null {
  const found = contacts.filter(({ name }) => name === contact);
  if (found.length === 0) return null;
  if (found.length > 1) found.sort((a, b) => a.order - b.order);
  const texts = new Set<string>();
  for (const { value } of found) {
    for (const part of Array.isArray(value) ? value : [value]) texts.add(textOf(part));
  }
  texts.delete('');
  return arrayLiteral([...texts]);
}
