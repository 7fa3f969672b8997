/** A run as lists show it. */
import { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client.ts';
import { ERASURE_TRIGGER, OPT_OUT_TRIGGER, RUN_STATES } from '../sync/index.ts';
import type { RunState } from '../sync/index.ts';

export { ERASURE_TRIGGER, OPT_OUT_TRIGGER };

export const RUN_COLUMNS = {
  id: true,
  state: true,
  trigger: true,
  mode: true,
  approves: true,
  asOf: true,
  startedAt: true,
  finishedAt: true,
  inSegment: true,
  unreachable: true,
  noConsent: true,
  suppressed: true,
  erased: true,
  purchased: true,
  timeUp: true,
  coolingDown: true,
  inGroup: true,
  enoughAudiences: true,
  heldOutGlobal: true,
  heldOut: true,
  wanted: true,
  unchanged: true,
  waiting: true,
  added: true,
  changed: true,
  removed: true,
  problem: true,
  sync: { select: { name: true } },
} as const satisfies Prisma.RunSelect;

type RunRow = Prisma.RunGetPayload<{ select: typeof RUN_COLUMNS }>;

export const RunProblem = z.looseObject({ message: z.string(), nextStep: z.string().optional() });

export interface RunSummary extends Omit<RunRow, 'id' | 'state' | 'sync' | 'problem' | 'approves'> {
  readonly id: string;
  readonly sync: string;
  readonly state: RunState;
  /** The held run whose figures a person approved for this one. */
  readonly approves: string | null;
  /** What stopped or held it, and what to do. */
  readonly problem: z.infer<typeof RunProblem> | null;
}

export function runSummary({ id, state, sync, problem, approves, ...figures }: RunRow): RunSummary {
  return {
    id: String(id),
    sync: sync.name,
    state: z.enum(RUN_STATES).parse(state),
    problem: problem === null ? null : RunProblem.parse(problem),
    approves: approves === null ? null : String(approves),
    ...figures,
  };
}
