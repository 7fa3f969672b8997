/** One record to one row of consents, as it is staged: the answers of one customer at one moment. */
import type { Shape } from './columns.ts';
import { PURPOSES, readPurpose, readStatus } from './consent-words.ts';
import type { Purpose, Status } from './consent-words.ts';
import { arrayLiteral } from './copy.ts';
import type { StagedRow } from './copy.ts';
import { readMoment } from './moments.ts';
import type { Moment } from './moments.ts';
import { readNote } from './note.ts';
import type { Values } from './records.ts';
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';
import { readId, sortValues, textOf } from './values.ts';
import type { Sorted } from './values.ts';

const FIELDS = ['customer_id', 'purpose', 'status', ...PURPOSES, 'at', 'source'] as const;
export type ConsentField = (typeof FIELDS)[number];

export const CONSENT_SHAPE: Shape<ConsentField> = {
  subject: 'consents',
  fields: FIELDS,
  required: ['customer_id', 'at'],
  alternatives: [['purpose', 'status'], ...PURPOSES.map((purpose) => [purpose] as const)],
  contacts: false,
};

/** The columns of the staging table, in the order of the cells. */
export const CONSENT_CELLS = [
  'line',
  'customer_id',
  'purposes',
  'statuses',
  'at_exactly',
  'at_locally',
  'source',
] as const;

const NO_SOURCE = 'import';

/**
 * The cells of a record. A line answers for the purpose that it names, and for each purpose that
 * has a column of its own; an empty one of those says nothing. One answer that cannot be read
 * refuses the line.
 */
export function consentRow(
  line: number,
  content: Values<ConsentField>,
  isToCome: (moment: Moment) => boolean,
): StagedRow | Fault {
  const { fields } = sortValues(content);
  const customer = readId('customer_id', fields.customer_id);
  if (!customer.ok) return customer;
  if (customer.id === '') return fault('id-missing', 'customer_id');
  const answers = readAnswers(fields);
  if (!answers.ok) return answers;
  const when = textOf(fields.at);
  if (when === '') return fault('date-missing', 'at');
  const moment = readMoment('at', when);
  if (!moment.ok) return moment;
  if (isToCome(moment)) return fault('date-to-come', 'at');
  return {
    ok: true,
    cells: [
      String(line),
      customer.id,
      arrayLiteral(answers.said.map(([purpose]) => purpose)),
      arrayLiteral(answers.said.map(([, status]) => status)),
      moment.exact ? moment.at : null,
      moment.exact ? null : moment.at,
      readNote(fields.source, NO_SOURCE),
    ],
  };
}

type Fields = Sorted<ConsentField>['fields'];

interface Answers {
  readonly ok: true;
  readonly said: readonly (readonly [Purpose, Status])[];
}

function readAnswers(fields: Fields): Answers | Fault {
  const named = readNamed(fields);
  if (named !== undefined && !named.ok) return named;
  const said = named === undefined ? [] : [...named.said];
  for (const purpose of PURPOSES) {
    const text = textOf(fields[purpose]);
    if (text === '') {
      // A list or an object is no empty cell: it may hold a no.
      if (typeof fields[purpose] === 'object' && fields[purpose] !== null) {
        return fault('status-unreadable', purpose);
      }
      continue;
    }
    const status = readStatus(text);
    if (status === undefined) return fault('status-unreadable', purpose);
    said.push([purpose, status]);
  }
  return { ok: true, said };
}

/** The answer of `purpose` and `status`; undefined for a line that has columns of purposes alone. */
function readNamed(fields: Fields): Answers | Fault | undefined {
  const name = textOf(fields.purpose);
  const text = textOf(fields.status);
  if (name === '') {
    const saysElsewhere = text === '' && PURPOSES.some((purpose) => purpose in fields);
    return saysElsewhere ? undefined : fault('purpose-missing', 'purpose');
  }
  const purpose = readPurpose(name);
  if (purpose === undefined) return fault('purpose-unreadable', 'purpose');
  if (purpose === 'ambiguous') return fault('purpose-ambiguous', 'purpose');
  if (text === '') return fault('status-missing', 'status');
  const status = readStatus(text);
  if (status === undefined) return fault('status-unreadable', 'status');
  return { ok: true, said: [[purpose, status]] };
}
