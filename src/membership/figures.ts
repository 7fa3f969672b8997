/** The figures of a plan, in people. */
import { z } from 'zod';

/** People by standing. */
export type Standings = ReadonlyMap<string, number>;

export function sum(people: Standings): number {
  return [...people.values()].reduce((total, count) => total + count, 0);
}

/** Those of rule 7 add up. */
export interface PlanFigures {
  readonly inSegment: number;
  readonly unreachable: number;
  readonly noConsent: number;
  readonly suppressed: number;
  /** Forgotten on request; their erasure is not through yet. */
  readonly erased: number;
  /** On the audience, and bought something since: they leave. */
  readonly purchased: number;
  /** On the audience for as long as the contact policy allows: they leave. */
  readonly timeUp: number;
  /** Left, and may not come back yet. */
  readonly coolingDown: number;
  /** On the audience of a sync of the same group that goes before this one. */
  readonly inGroup: number;
  /** On as many audiences of syncs that go before this one as the contact policy allows. */
  readonly enoughAudiences: number;
  readonly heldOutGlobal: number;
  readonly heldOut: number;
  readonly wanted: number;
  readonly unchanged: number;
  /** Left as they are until the platform has answered an earlier request about them. */
  readonly waiting: number;
  /** New people, people with changed keys, and people whose last batch did not land. */
  readonly added: number;
  /** Of `added`: people whose keys changed. */
  readonly changed: number;
  /** People taken off, removals that did not land before included. */
  readonly removed: number;
  /** People the ledger had on the audience before, and those of them who would leave now. */
  readonly members: number;
  readonly leaving: number;
}

export const ChangeCounts = z.object({
  waiting: z.int(),
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  left: z.int(),
  leaving: z.int(),
  gone: z.int(),
});
export type ChangeCounts = z.infer<typeof ChangeCounts>;

export const NO_CHANGE: ChangeCounts = {
  waiting: 0,
  added: 0,
  changed: 0,
  removed: 0,
  left: 0,
  leaving: 0,
  gone: 0,
};

/** Standings by the names that the database has for them. */
const STANDINGS = {
  unreachable: 'unreachable',
  no_consent: 'noConsent',
  suppressed: 'suppressed',
  erased: 'erased',
  purchased: 'purchased',
  time_up: 'timeUp',
  cooling_down: 'coolingDown',
  in_group: 'inGroup',
  enough_audiences: 'enoughAudiences',
  held_out_global: 'heldOutGlobal',
  held_out: 'heldOut',
  eligible: 'wanted',
} as const satisfies Record<string, keyof PlanFigures>;

export function figuresOf(
  standings: Standings,
  { waiting, added, changed, removed, leaving }: ChangeCounts,
  members: number,
): PlanFigures {
  const of = (standing: keyof typeof STANDINGS): number => standings.get(standing) ?? 0;
  const wanted = of('eligible');
  return {
    inSegment: sum(standings),
    unreachable: of('unreachable'),
    noConsent: of('no_consent'),
    suppressed: of('suppressed'),
    erased: of('erased'),
    purchased: of('purchased'),
    timeUp: of('time_up'),
    coolingDown: of('cooling_down'),
    inGroup: of('in_group'),
    enoughAudiences: of('enough_audiences'),
    heldOutGlobal: of('held_out_global'),
    heldOut: of('held_out'),
    wanted,
    unchanged: wanted - added - waiting,
    waiting,
    added,
    changed,
    removed,
    members,
    leaving,
  };
}

/** The people of a plan by standing, as it was given its figures. */
export function standingsOf(figures: PlanFigures): Record<string, number> {
  return Object.fromEntries(
    Object.entries(STANDINGS).map(([standing, figure]) => [standing, figures[figure]]),
  );
}
