/** Who is in a segment, counted customer by customer as the definitions of the templates say it. */
const DAY = 86_400_000;

export type ModelSegment =
  | { readonly template: 'everyone' }
  | {
      readonly template: 'loyal';
      readonly minRecencyScore: number;
      readonly minFrequencyScore: number;
    }
  | { readonly template: 'lapsed'; readonly gapMultiple: number };

/** Whole days; `span` lies between the first and the last of `days` distinct purchase days. */
interface Buyer {
  readonly id: string;
  readonly recency: number;
  readonly days: number;
  readonly span: number;
}

/**
 * @param purchases moments by customer; of people who are no customers they do not count
 */
export function inSegment(
  segment: ModelSegment,
  customers: Iterable<string>,
  purchases: ReadonlyMap<string, readonly Date[]>,
  asOf: Date,
): Set<string> {
  const ids = [...customers];
  if (segment.template === 'everyone') return new Set(ids);
  const buyers = ids.flatMap((id) => buyerOf(id, purchases.get(id) ?? [], asOf));
  const isIn =
    segment.template === 'loyal'
      ? loyal(buyers, segment.minRecencyScore, segment.minFrequencyScore)
      : lapsed(buyers, segment.gapMultiple);
  return new Set(buyers.filter(isIn).map(({ id }) => id));
}

function buyerOf(id: string, moments: readonly Date[], asOf: Date): Buyer[] {
  const dayOf = (moment: Date) => Math.floor(moment.getTime() / DAY);
  const days = [...new Set(moments.filter((moment) => moment <= asOf).map(dayOf))];
  if (days.length === 0) return [];
  const last = Math.max(...days);
  return [{ id, recency: dayOf(asOf) - last, days: days.length, span: last - Math.min(...days) }];
}

function loyal(buyers: readonly Buyer[], recency: number, frequency: number) {
  const score = (worse: readonly Buyer[]) => 1 + Math.floor((5 * worse.length) / buyers.length);
  return (buyer: Buyer): boolean =>
    score(buyers.filter((other) => other.recency > buyer.recency)) >= recency &&
    score(buyers.filter((other) => other.days < buyer.days)) >= frequency;
}

function lapsed(buyers: readonly Buyer[], gapMultiple: number) {
  const gaps = buyers.filter(({ days }) => days > 1).map(({ days, span }) => span / (days - 1));
  const typical = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return ({ recency, days, span }: Buyer): boolean =>
    recency * days > gapMultiple * (typical + span);
}
