/** Rule 8: what a run may not do without asking. */
import type { Connector } from '../../connectors/connector.ts';
import type { PlanFigures } from '../membership/index.ts';
import type { RunMode } from './record.ts';
import type { Sync } from './sync.ts';

export type Guardrail =
  'would-empty' | 'would-shrink' | 'would-grow' | 'below-minimum' | 'unanswered';

/** The figures of a plan by which it is held and approved. */
export interface HeldFigures {
  readonly members: number;
  readonly leaving: number;
  readonly wanted: number;
}

/** Why a plan is held, with the figures that tripped it and, where there is another way out, that. */
export interface Hold extends HeldFigures {
  readonly guardrail: Guardrail;
  readonly message: string;
  readonly nextStep?: string;
}

/** What one sync may do without asking. */
export interface Guardrails {
  /** Share of the members (0..1) that may leave in one run. */
  readonly maxShrink: number;
  /** How many times as large one run may make the audience; null where any size goes. */
  readonly maxGrowth: number | null;
  /** People below which a list is not begun, by whose rule; null where any number goes. */
  readonly minimum: { readonly people: number; readonly platform: string } | null;
}

/** The guardrails of a sync on the platform that it goes to. */
export function guardrailsOf(
  sync: Pick<Sync, 'maxShrink' | 'maxGrowth' | 'allowSmall'>,
  { limits, title }: Pick<Connector, 'limits' | 'title'>,
): Guardrails {
  return {
    maxShrink: sync.maxShrink,
    maxGrowth: sync.maxGrowth,
    minimum: sync.allowSmall ? null : { people: limits.minimumAudience, platform: title },
  };
}

/**
 * What holds a plan, or null. A list is not written anew while the platform works on requests about
 * people who are to be on it: what it finishes last would count.
 */
export function holdOf(figures: PlanFigures, guardrails: Guardrails, mode: RunMode): Hold | null {
  const { wanted, waiting } = figures;
  if (mode === 'replace' && waiting > 0) {
    return holding(
      figures,
      'unanswered',
      `The list cannot be written anew yet: the platform still works on an earlier request about ${waiting} people.`,
    );
  }
  if (mode === 'replace' && wanted === 0) {
    return holding(figures, 'would-empty', 'The run would write the list anew with nobody on it.');
  }
  return tripped(figures, guardrails);
}

/** The figures of a plan by whose run another list is begun: nobody is on it who could leave. */
export function onNewList(figures: PlanFigures): PlanFigures {
  return { ...figures, members: 0, leaving: 0 };
}

/** The first guardrail that a plan trips, or null. What takes people off comes first. */
export function tripped(figures: PlanFigures, guardrails: Guardrails): Hold | null {
  return figures.members === 0
    ? belowMinimum(figures, guardrails)
    : (shrinking(figures, guardrails) ?? growing(figures, guardrails));
}

function shrinking(figures: PlanFigures, { maxShrink }: Guardrails): Hold | null {
  const { members, leaving, wanted } = figures;
  if (wanted === 0) {
    return holding(
      figures,
      'would-empty',
      `The run would empty the audience: all ${members} members would leave.`,
    );
  }
  if (leaving <= members * maxShrink) return null;
  const share = ((leaving / members) * 100).toFixed(1);
  return holding(
    figures,
    'would-shrink',
    `The run would take ${leaving} of ${members} members off (${share} %, more than ${Number((maxShrink * 100).toFixed(2))} %).`,
  );
}

/**
 * A smaller audience counts as so large when its growth is looked at: the first days of a segment
 * triple a list of a few hundred by themselves, while a rule that lost a condition reaches thousands.
 */
const GROWTH_FROM = 1000;

function growing(figures: PlanFigures, { maxGrowth }: Guardrails): Hold | null {
  const { members, wanted } = figures;
  if (maxGrowth === null || wanted <= Math.max(members, GROWTH_FROM) * maxGrowth) return null;
  const times = Number((wanted / members).toFixed(1));
  return holding(
    figures,
    'would-grow',
    `The run would make the audience ${times} times as large: ${wanted} people are wanted where ${members} are (more than ${maxGrowth} times).`,
  );
}

/**
 * Only a list with nobody on it is held: no ad is shown to one so small, and it singles people out.
 * One that runs already stands as it was approved, or came down to it since people left, and whoever
 * leaves must come off whatever the platform's minimum is.
 */
function belowMinimum(figures: PlanFigures, { minimum }: Guardrails): Hold | null {
  const { wanted, removed } = figures;
  // Nobody is there, and still somebody may be: removals that did not land are tried again.
  if (minimum === null || wanted === 0 || wanted >= minimum.people || removed > 0) return null;
  return {
    ...holding(
      figures,
      'below-minimum',
      `${wanted} people are wanted, fewer than the ${minimum.people} whom ${minimum.platform} has to know before it shows ads to a list; one so small also singles people out.`,
    ),
    nextStep:
      'Choose a larger segment; to begin the list all the same, run again with --approve, or write "allowSmall: true" for the sync.',
  };
}

function holding(
  { members, leaving, wanted }: PlanFigures,
  guardrail: Guardrail,
  message: string,
): Hold {
  return { guardrail, message, members, leaving, wanted };
}
