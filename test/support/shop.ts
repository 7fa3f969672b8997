/** What a shop knows of its people, kept by a test beside the database, and whom it wants on a list. */
import { armOf } from './arm.ts';
import type { TestPerson } from './people.ts';
import { inSegment } from './segment-model.ts';
import type { ModelSegment } from './segment-model.ts';

export interface Shop {
  /** Where the segment's and the consents' moments are counted from. */
  readonly opened: Date;
  readonly sync: string;
  readonly holdout: number;
  segment: ModelSegment;
  /** Everybody it knows of, if only from what they bought or allowed. */
  readonly customers: Set<string>;
  /** Those whose details it has. */
  readonly people: Map<string, TestPerson>;
  readonly purchases: Map<string, Date[]>;
  readonly answers: Map<string, 'granted' | 'denied'>;
  /** E-mail addresses. */
  readonly suppressed: Set<string>;
  /** The ids that nobody may have again. */
  readonly erased: Set<string>;
  /** How often somebody said something, how many orders there were, how often the segment changed. */
  saidTimes: number;
  orders: number;
  edits: number;
  /** Where its sync goes, as the configuration says it. */
  destination: string;
}

export function newShop(begun: Pick<Shop, 'opened' | 'sync' | 'holdout' | 'segment'>): Shop {
  return {
    ...begun,
    customers: new Set(),
    people: new Map(),
    purchases: new Map(),
    answers: new Map(),
    suppressed: new Set(),
    erased: new Set(),
    saidTimes: 0,
    orders: 0,
    edits: 0,
    destination: '',
  };
}

/** Rule 2, person by person. */
export function wanted(shop: Shop, asOf: Date): TestPerson[] {
  const { people, purchases, answers, suppressed, sync, holdout } = shop;
  const segment = inSegment(shop.segment, shop.customers, purchases, asOf);
  return [...people.values()].filter(({ id, email, phone, country }) => {
    if (!segment.has(id)) return false;
    if (email === undefined && phone === undefined) return false;
    if (answers.get(id) === 'denied') return false;
    if (country === 'DE' && answers.get(id) !== 'granted') return false;
    if (email !== undefined && suppressed.has(email)) return false;
    return armOf(`sync:${sync}:v1`, id, holdout) === 'treatment';
  });
}

/** Takes somebody out of everything but the ids that nobody may have again; whether there was anybody. */
export function forget(shop: Shop, id: string): boolean {
  if (!shop.customers.delete(id)) return false;
  shop.erased.add(id);
  shop.people.delete(id);
  shop.answers.delete(id);
  shop.purchases.delete(id);
  return true;
}
