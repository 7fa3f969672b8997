/** One record to one row of purchases, as it is staged. */
import { hash } from 'node:crypto';
import type { Shape } from './columns.ts';
import { arrayLiteral } from './copy.ts';
import type { StagedRow } from './copy.ts';
import { readMoment } from './moments.ts';
import { readNumber } from './numbers.ts';
import type { Values } from './records.ts';
import { fault } from './rejects.ts';
import type { Fault } from './rejects.ts';
import { plain, readId, sortValues, textOf } from './values.ts';

const FIELDS = [
  'purchase_id',
  'customer_id',
  'purchased_at',
  'amount',
  'currency',
  'quantity',
  'category',
] as const;
export type PurchaseField = (typeof FIELDS)[number];

export const PURCHASE_SHAPE: Shape<PurchaseField> = {
  subject: 'purchases',
  fields: FIELDS,
  required: ['customer_id', 'purchased_at', 'amount'],
  contacts: false,
};

/** The columns of the staging table, in the order of the cells. */
export const PURCHASE_CELLS = [
  'line',
  'customer_id',
  'purchase_id',
  'derived',
  'at_exactly',
  'at_locally',
  'amount',
  'currency',
  'quantity',
  'category',
  'attributes',
  'cleared',
] as const;

/** DECIMAL(16,4) and DECIMAL(12,3), less one digit that rounding may add. */
const AMOUNT_DIGITS = 11;
const QUANTITY_DIGITS = 8;

/**
 * The cells of a record: null where the record does not name the column, '' where it names it and
 * holds nothing.
 */
export function purchaseRow(
  line: number,
  content: Values<PurchaseField>,
  defaultCurrency: string | undefined,
): StagedRow | Fault {
  const { fields, attributes, cleared } = sortValues(content);
  const customer = readId('customer_id', fields.customer_id);
  if (!customer.ok) return customer;
  if (customer.id === '') return fault('id-missing', 'customer_id');
  const purchase = readId('purchase_id', fields.purchase_id);
  if (!purchase.ok) return purchase;
  const when = textOf(fields.purchased_at);
  if (when === '') return fault('date-missing', 'purchased_at');
  const moment = readMoment('purchased_at', when);
  if (!moment.ok) return moment;
  const currency = 'currency' in fields ? readCurrency(fields.currency) : null;
  const amount = readAmount(textOf(fields.amount), currency || defaultCurrency);
  if (!amount.ok) return amount;
  const quantity = 'quantity' in fields ? readQuantity(textOf(fields.quantity)) : undefined;
  if (quantity !== undefined && !quantity.ok) return quantity;
  return {
    ok: true,
    cells: [
      String(line),
      customer.id,
      purchase.id === '' ? `auto-${fingerprint(content)}` : purchase.id,
      purchase.id === '' ? 't' : 'f',
      moment.exact ? moment.at : null,
      moment.exact ? null : moment.at,
      amount.value,
      currency,
      quantity?.value ?? null,
      'category' in fields ? textOf(fields.category) : null,
      attributes,
      arrayLiteral(cleared),
    ],
  };
}

type Decimal = { readonly ok: true; readonly value: string } | Fault;

function readAmount(text: string, currency: string | undefined): Decimal {
  if (text === '') return fault('amount-missing', 'amount');
  const number = readNumber(text, AMOUNT_DIGITS);
  if (!number.ok) return fault(`amount-${number.problem}`, 'amount');
  const contradicts = currency !== undefined && number.currencies?.includes(currency) === false;
  return contradicts ? fault('amount-currency', 'amount') : number;
}

function readQuantity(text: string): Decimal {
  if (text === '') return { ok: true, value: '' };
  const number = readNumber(text, QUANTITY_DIGITS);
  return number.ok ? number : fault(`quantity-${number.problem}`, 'quantity');
}

/** Three letters; what is not, counts as empty. */
function readCurrency(value: unknown): string {
  const code = plain(textOf(value)).toUpperCase();
  return /^[A-Z]{3}$/.test(code) ? code : '';
}

/**
 * 128 bits over all values as they are written, so that neither the order of the columns, nor an
 * empty column more, nor the defaults of the import make another purchase of the same line.
 */
function fingerprint(content: Values<PurchaseField>): string {
  const named: [string, string][] = [];
  for (const [index, target] of content.targets.entries()) {
    if (target.kind !== 'field' && target.kind !== 'attribute') continue;
    const value = content.values[index];
    const text =
      typeof value === 'object' && value !== null ? JSON.stringify(value) : textOf(value);
    if (text !== '') named.push([`${target.kind} ${target.name}`, text]);
  }
  named.sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify(named), 'hex').slice(0, 32);
}
