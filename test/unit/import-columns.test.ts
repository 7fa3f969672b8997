import { describe, expect, it } from 'vitest';
import { resolver } from '../../src/customer/import/columns.ts';
import { CUSTOMER_SHAPE } from '../../src/customer/import/customer-row.ts';
import { readHeader } from '../../src/customer/import/header.ts';
import { PURCHASE_SHAPE } from '../../src/customer/import/purchase-row.ts';

const header = (names: string[], columns: Record<string, string> = {}) =>
  readHeader(names, CUSTOMER_SHAPE, columns);

describe('columns of a file', () => {
  it('are ours by name, whatever their case and separators', () => {
    expect(header(['Customer ID', 'E-mail', 'EMAIL_2', 'postal-code', ''])).toEqual([
      { kind: 'field', name: 'customer_id' },
      { kind: 'attribute', name: 'E-mail' },
      { kind: 'contact', name: 'email', order: 2 },
      { kind: 'field', name: 'postal_code' },
      { kind: 'nothing' },
    ]);
  });

  it('are ours by mapping first, which leaves the column of that name an attribute', () => {
    expect(header(['id', 'customer_id'], { customer_id: 'id' })).toEqual([
      { kind: 'field', name: 'customer_id' },
      { kind: 'attribute', name: 'customer_id' },
    ]);
  });

  it('give one error for the whole file when a required one is missing', () => {
    expect(() => readHeader(['who', 'date', 'amount'], PURCHASE_SHAPE, {})).toThrow(
      /no column for customer_id, purchased_at\. Columns found: who, date, amount\. .*--columns customer_id=THEIRS,purchased_at=THEIRS/,
    );
  });

  it('give an error when one is there twice or a mapping leads nowhere', () => {
    expect(() => header(['customer_id', 'email', 'Email'])).toThrow(/the column Email twice/);
    expect(() => header(['customer_id', 'x', 'x'])).toThrow(/the column x twice/);
    expect(() => header(['customer_id'], { email: 'mail' })).toThrow(
      /maps email to mail, which the file does not have\. Columns found: customer_id\./,
    );
    expect(() => resolver(CUSTOMER_SHAPE, { emial: 'mail' })).toThrow(/names emial/);
    expect(() => resolver(CUSTOMER_SHAPE, { email: 'm', phone: 'm' })).toThrow(/two of ours/);
  });

  it('never show the person on the first line of a file without a header', () => {
    const attempt = () =>
      header(['c1', 'taro@example.jp', '090-1234-5678', '０９０１２３４５６７８']);
    expect(attempt).toThrow(/looks like a value/);
    expect(attempt).not.toThrow(/taro|1234|１２３/);
  });
});
