/** One record to one row of suppressions, as it is staged. */
import type { Shape } from './columns.ts';
import { arrayLiteral } from './copy.ts';
import type { StagedRow } from './copy.ts';
import { readCountry } from './country.ts';
import { readMoment } from './moments.ts';
import type { Moment } from './moments.ts';
import { readNote } from './note.ts';
import type { Values } from './records.ts';
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';
import { readKind, readSubject } from './suppression-subject.ts';
import type { SuppressionKeys, SuppressionSubject } from './suppression-subject.ts';
import { plain, sortValues, textOf } from './values.ts';

const FIELDS = ['kind', 'value', 'reason', 'until', 'country'] as const;
export type SuppressionField = (typeof FIELDS)[number];

export const SUPPRESSION_SHAPE: Shape<SuppressionField> = {
  subject: 'suppressions',
  fields: FIELDS,
  required: ['kind', 'value'],
  contacts: false,
};

/** The columns of the staging table, in the order of the cells. */
export const SUPPRESSION_CELLS = [
  'line',
  'kind',
  'customer_id',
  'digest',
  'more',
  'reason',
  'until_exactly',
  'until_locally',
] as const;

/** The cells of a record. Of its value they hold digests, or the id of a customer. */
export function suppressionRow(
  line: number,
  content: Values<SuppressionField>,
  keysOf: SuppressionKeys,
  defaultCountry: string | undefined,
): StagedRow | Fault {
  const { fields } = sortValues(content);
  const kindText = textOf(fields.kind);
  if (kindText === '') return fault('kind-missing', 'kind');
  const kind = readKind(kindText);
  if (kind === undefined) return fault('kind-unreadable', 'kind');
  const country = readCountry(fields.country) || defaultCountry;
  const subject = readSubject(kind, fields.value, country ?? null, keysOf);
  if (!subject.ok) return subject;
  const until = readEnd(fields.until);
  if (until !== null && !until.ok) return until;
  return { ok: true, cells: suppressionCells(line, subject, readNote(fields.reason, null), until) };
}

/** @param reason null for none said. @param until null for ever. */
export function suppressionCells(
  line: number,
  subject: SuppressionSubject,
  reason: string | null,
  until: Pick<Moment, 'at' | 'exact'> | null,
): StagedRow['cells'] {
  const isCustomer = subject.kind === 'customer';
  return [
    String(line),
    subject.kind,
    isCustomer ? subject.customerId : null,
    isCustomer ? null : byteLiteral(subject.digest),
    arrayLiteral(isCustomer ? [] : subject.more.map(byteLiteral)),
    reason,
    until?.exact === true ? until.at : null,
    until?.exact === false ? until.at : null,
  ];
}

/** Null for ever. A day without a time stands for its end: "until the 31st" holds on the 31st. */
function readEnd(value: unknown): Moment | Fault | null {
  const text = textOf(value);
  if (text === '') return isEmpty(value) ? null : fault('date-unreadable', 'until');
  const moment = readMoment('until', text);
  if (!moment.ok || /[:時]/u.test(plain(text))) return moment;
  return { ...moment, at: moment.at.replace('00:00:00.000', '23:59:59.999') };
}

/** A list or an object is no empty value. */
function isEmpty(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** PostgreSQL's hex form of bytes. */
function byteLiteral(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}
