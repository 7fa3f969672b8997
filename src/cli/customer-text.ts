/** A person and an erasure as lines that a person reads. */
import type { ErasureReceipt, ErasureReport } from '../services/erasure-report.ts';
import type { CustomerView } from '../services/show-customer.ts';
import { count, countOf } from './output.ts';

type Stay = CustomerView['audiences'][number];

export function describeErasure({
  state,
  customer,
  requestedAt,
  finishedAt,
  receipts,
}: ErasureReport): string[] {
  const who = customer === null ? 'A customer' : customer;
  const title =
    state === 'done'
      ? `${who} was erased: asked ${moment(requestedAt)}, done ${finishedAt === null ? '' : moment(finishedAt)}.`
      : `The erasure of ${who}, asked ${moment(requestedAt)}, is pending: nothing is deleted before every platform has answered. rekindle erase --pending tries again.`;
  const was = receipts.filter((receipt) => receipt.state !== 'clear');
  const clear = receipts.length - was.length;
  return [
    title,
    ...was.map(describeReceipt),
    ...(clear > 0 ? [`  ${countOf(clear, 'audience')} had nothing of this person.`] : []),
  ];
}

function describeReceipt(receipt: ErasureReceipt): string {
  const place = `  ${receipt.platform} ${receipt.account}, audience "${receipt.audience}" (${receipt.sync}):`;
  const shared =
    receipt.keysShared === 0
      ? ''
      : `, ${count(receipt.keysShared)} stay for others there who carry them`;
  if (receipt.state === 'waiting') {
    const why = receipt.problem === null ? 'not tried yet' : receipt.problem.message;
    const next = receipt.problem?.nextStep === undefined ? '' : ` ${receipt.problem.nextStep}`;
    return `${place} waiting: ${why}${next}`;
  }
  const requests =
    receipt.requestIds.length === 0 ? '' : `, request ${receipt.requestIds.join(', ')}`;
  const removed =
    receipt.keysRemoved === null
      ? 'taken off by a run'
      : `${countOf(receipt.keysRemoved, 'key')} taken off`;
  const done = receipt.state === 'gone' ? 'the list is no more, as a person has seen' : removed;
  return `${place} ${done}${shared}${requests}, ${moment(receipt.updatedAt)}`;
}

export function describeCustomer(view: CustomerView): string[] {
  const { customer, unusable, suppressions, experiments, audiences } = view;
  const values: readonly (readonly [string, readonly string[] | string | null])[] = [
    ['E-mail', customer.emails],
    ['Phone', customer.phones],
    ['Name', [customer.lastName, customer.firstName].filter((name) => name !== null).join(' ')],
    [
      'Address',
      [customer.postalCode, customer.region, customer.city, customer.country]
        .filter((part) => part !== null)
        .join(' '),
    ],
    ['Born', customer.birthDate],
    ['Gender', customer.gender],
    ['Mobile id', customer.mobileIds],
    ['X handle', customer.xHandles],
    ['X id', customer.xIds],
    ['External id', customer.externalId],
  ];
  const bought = customer.purchases;
  return [
    `Customer ${customer.customerId}, known since ${day(customer.createdAt)}`,
    ...(view.erasureRequestedAt === null
      ? []
      : [`  Asked to be forgotten on ${moment(view.erasureRequestedAt)}; the erasure is pending.`]),
    ...values.flatMap(([name, value]) => {
      const text = value === null || typeof value === 'string' ? value : value.join(', ');
      return text === null || text === '' ? [] : [`  ${name}: ${text}`];
    }),
    `  Other attributes: ${JSON.stringify(customer.attributes)}`,
    `  ${countOf(bought.length, 'purchase')}${bought[0] === undefined ? '' : `, the first on ${day(bought[0].purchasedAt)}, the last on ${day(bought.at(-1)?.purchasedAt ?? bought[0].purchasedAt)}`} (each with --json)`,
    ...list('Values that no platform can be sent', unusable),
    ...list(
      'Consent now',
      customer.consents.map(
        ({ purpose, status, at, source }) =>
          `${purpose}: ${status} since ${moment(at)} (${source})`,
      ),
      'nothing is recorded',
    ),
    ...list(
      'Suppressed',
      suppressions.map(
        ({ subject, reason, until, since, expired }) =>
          `by ${subject} since ${moment(since)}${until === null ? '' : ` until ${moment(until)}`}${expired ? ', which is over' : ''}: ${reason}`,
      ),
    ),
    ...list(
      'Experiments',
      experiments.map(({ sync, arm, enteredAt }) => `${sync}: ${arm} since ${moment(enteredAt)}`),
    ),
    ...list('Audiences', audiences.map(describeStay), 'on none, and was on none'),
  ];
}

const STATES: Readonly<Record<Stay['state'], string>> = {
  on: 'on it',
  refused: 'refused by the platform',
  perhaps: 'sent, not known whether it arrived',
  planned: 'to be sent',
  leaving: 'being taken off; on it',
  was: 'was on it',
};

function describeStay(stay: Stay): string {
  const until = stay.until === null ? '' : ` until ${moment(stay.until)} (${stay.reason ?? ''})`;
  const granted = [
    ...(stay.consent.adUserData ? ['ad_user_data'] : []),
    ...(stay.consent.adPersonalization ? ['ad_personalization'] : []),
  ];
  const consent = granted.length === 0 ? 'no recorded consent' : `${granted.join(' and ')} granted`;
  const keys = Object.entries(stay.keys).map(([kind, number]) => `${number} ${kind}`);
  return `${stay.platform} "${stay.audience}" (${stay.sync}): ${STATES[stay.state]} since ${moment(stay.since)}${until}, under ${consent}${keys.length === 0 ? '' : `, by ${keys.join(' and ')}`}`;
}

function list(title: string, lines: readonly string[], none?: string): string[] {
  if (lines.length === 0) return none === undefined ? [] : [`  ${title}: ${none}`];
  return [`  ${title}:`, ...lines.map((line) => `    ${line}`)];
}

function moment(at: Date): string {
  return at.toISOString();
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
