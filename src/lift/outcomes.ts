/** What people of both arms did within their window, counted in the database. */
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { loadSql, runSql } from '../infra/sql.ts';
import type { Arm } from './wilson.ts';

const OUTCOMES = loadSql(import.meta.url, 'outcomes.sql');

const Row = z.object({
  holdout: z.number(),
  arm: z.enum(['treatment', 'control']),
  assigned: z.int(),
  converted: z.int(),
  waiting: z.int(),
});

export interface Outcomes {
  readonly treatment: Arm;
  readonly control: Arm;
  /** People whose window has not passed yet; counted in neither arm. */
  readonly waiting: number;
  /** People who entered under another holdout share; phases are not pooled. */
  readonly otherPhases: number;
}

/**
 * Outcomes of the people who entered under the share `holdout`.
 *
 * @param windowDays days after a person's entry within which a purchase counts
 */
export async function readOutcomes(
  client: Pick<ClientBase, 'query'>,
  options: {
    readonly syncId: string;
    readonly holdout: number;
    readonly windowDays: number;
    readonly asOf: Date;
  },
): Promise<Outcomes> {
  const result = await runSql(client, OUTCOMES, {
    sync_id: options.syncId,
    window_days: options.windowDays,
    as_of: options.asOf,
  });
  const rows = z.array(Row).parse(result.rows);
  const phase = rows.filter((row) => row.holdout === options.holdout);
  const others = rows.filter((row) => row.holdout !== options.holdout);
  const arm = (name: 'treatment' | 'control'): Arm => {
    const row = phase.find((candidate) => candidate.arm === name);
    return { assigned: row?.assigned ?? 0, converted: row?.converted ?? 0 };
  };
  return {
    treatment: arm('treatment'),
    control: arm('control'),
    waiting: phase.reduce((sum, row) => sum + row.waiting, 0),
    otherPhases: others.reduce((sum, row) => sum + row.assigned + row.waiting, 0),
  };
}
