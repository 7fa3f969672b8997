/** What happens in a shop: to the shop as the test knows it, and by a process to the database. */
import { Readable } from 'node:stream';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { importConsents } from '../../src/services/import-consents.ts';
import { importPurchases } from '../../src/services/import-purchases.ts';
import { suppress } from '../../src/services/suppress.ts';
import type { Platform } from './engine.ts';
import type { Change } from './history.ts';
import type { Machine } from './machine.ts';
import { bring } from './people.ts';
import type { ModelSegment } from './segment-model.ts';
import type { Shop } from './shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Changes of the same kind come in one file, people before what they did. */
export async function happen(
  machine: Machine,
  shop: Shop,
  happened: readonly Change[],
): Promise<void> {
  const changes = happened.toSorted((one, other) => ORDER[one.what] - ORDER[other.what]);
  for (let next = 0; next < changes.length;) {
    const kind = kindOf(changes[next]);
    const length = changes.slice(next).findIndex((change) => kindOf(change) !== kind);
    const together = changes.slice(next, length === -1 ? undefined : next + length);
    const deed = deedOf(shop, together);
    if (deed !== null) await machine.getDone(deed);
    next += together.length;
  }
}

const ORDER = { import: 0, buy: 1, deny: 2, grant: 2, suppress: 3, segment: 4 };

const FILES = { import: 'people', buy: 'purchases', deny: 'answers', grant: 'answers' };

function kindOf(change: Change | undefined): string | Change | undefined {
  if (change === undefined || change.what === 'suppress' || change.what === 'segment')
    return change;
  return FILES[change.what];
}

type DeedOf = (context: ServiceContext) => Promise<unknown>;

/** Changes the shop at once; what it gives does the same to the database, as often as it is done. */
function deedOf(shop: Shop, changes: readonly Change[]): DeedOf | null {
  const [first] = changes;
  if (first === undefined) return null;
  switch (first.what) {
    case 'import':
      return comings(shop, changes);
    case 'buy':
      return purchases(shop, changes);
    case 'deny':
    case 'grant':
      return answers(shop, changes);
    case 'suppress': {
      shop.suppressed.add(first.email);
      // In another spelling than the one it is imported in.
      const value = ` ${first.email.toUpperCase()} `;
      return (context) => suppress(context, { kind: 'email', value, reason: 'asked' });
    }
    case 'segment': {
      shop.segment = first.segment;
      shop.edits += 1;
      const text = segmentLines(shop);
      return (context) => applyConfiguration(context, { text, file: 'test.yaml', dryRun: false });
    }
  }
}

/** Whoever is named in a file is a customer from then on; of whoever was erased, nothing is taken in. */
function isKnown(shop: Shop, id: string): boolean {
  if (shop.erased.has(id)) return false;
  shop.customers.add(id);
  return true;
}

function comings(shop: Shop, changes: readonly Change[]): DeedOf {
  const people = changes.flatMap((change) => (change.what === 'import' ? [change.person] : []));
  for (const person of people) {
    if (isKnown(shop, person.id)) shop.people.set(person.id, person);
  }
  return (context) => bring(context, people);
}

function purchases(shop: Shop, changes: readonly Change[]): DeedOf {
  const lines = changes.flatMap((change) => {
    if (change.what !== 'buy') return [];
    const { id } = change;
    return change.daysAgo.map((days) => {
      const at = new Date(shop.opened.getTime() - days * DAY - HOUR);
      if (isKnown(shop, id)) shop.purchases.set(id, [...(shop.purchases.get(id) ?? []), at]);
      return {
        purchase_id: `order-${(shop.orders += 1)}`,
        customer_id: id,
        purchased_at: at.toISOString(),
        amount: 100,
      };
    });
  });
  return (context) => importPurchases(context, ...file(lines));
}

function answers(shop: Shop, changes: readonly Change[]): DeedOf {
  const lines = changes.flatMap((change) => {
    if (change.what !== 'deny' && change.what !== 'grant') return [];
    const status = change.what === 'deny' ? ('denied' as const) : ('granted' as const);
    if (isKnown(shop, change.id)) shop.answers.set(change.id, status);
    shop.saidTimes += 1;
    const at = new Date(shop.opened.getTime() - DAY + shop.saidTimes * 1000).toISOString();
    return ['ad_user_data', 'ad_personalization'].map((purpose) => {
      return { customer_id: change.id, purpose, status, at, source: 'test' };
    });
  });
  return (context) => importConsents(context, ...file(lines));
}

function file(lines: readonly object[]) {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const options = {
    file: 'test',
    format: 'ndjson' as const,
    encoding: 'utf-8' as const,
    columns: {},
    timezone: 'UTC',
  };
  return [Readable.from([text]), options] as const;
}

/** The sync of a history, to a list that nobody had before. */
export async function configure(
  context: ServiceContext,
  shop: Shop,
  to: { readonly platform: Platform; readonly list: string; readonly guarded: boolean },
): Promise<void> {
  shop.destination = `destination: ${to.platform}-main, audience: ${to.list}, identifiers: [email, phone], allowSmall: true, holdout: ${shop.holdout}, maxShrink: ${to.guarded ? 0.3 : 1}`;
  await applyConfiguration(context, {
    text: segmentLines(shop),
    file: 'test.yaml',
    dryRun: false,
  });
}

/** The segment is edited in place, or another takes its place, by turns. */
function segmentLines({ segment, sync, destination, edits }: Shop): string {
  const name = `people-${Math.floor(edits / 2) % 2}`;
  const { template, ...params }: ModelSegment = segment;
  return `
segments: [{ name: ${name}, template: ${template}, params: ${JSON.stringify(params)} }]
syncs: [{ name: ${sync}, segment: ${name}, ${destination} }]
`;
}
