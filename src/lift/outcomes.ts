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
  last_entry: z.date(),
  waiting: z.int(),
});
type Row = z.infer<typeof Row>;

export interface Outcomes {
  /** The holdout share that these people entered under; 0 where nobody was ever held out. */
  readonly holdout: number;
  readonly treatment: Arm;
  readonly control: Arm;
  /** People whose window has not passed yet; counted in neither arm. */
  readonly waiting: number;
  /** People who entered under another holdout share; phases are not pooled. */
  readonly otherPhases: number;
}

/**
 * Outcomes of the latest phase that had a holdout: people who entered under one share. Pooling
 * phases of different shares would compare different mixes of people (Crook et al., KDD 2009).
 *
 * @param windowDays days after a person's entry within which a purchase counts
 */
export async function readOutcomes(
  client: Pick<ClientBase, 'query'>,
  options: { readonly syncId: string; readonly windowDays: number; readonly asOf: Date },
): Promise<Outcomes> {
  const result = await runSql(client, OUTCOMES, {
    sync_id: options.syncId,
    window_days: options.windowDays,
    as_of: options.asOf,
  });
  const rows = z.array(Row).parse(result.rows);
  const holdout = latestPhase(rows);
  const phase = rows.filter((row) => row.holdout === holdout);
  const arm = (name: Row['arm']): Arm => {
    const row = phase.find((candidate) => candidate.arm === name);
    return { assigned: row?.assigned ?? 0, converted: row?.converted ?? 0 };
  };
  return {
    holdout,
    treatment: arm('treatment'),
    control: arm('control'),
    waiting: phase.reduce((sum, row) => sum + row.waiting, 0),
    otherPhases: rows
      .filter((row) => row.holdout !== holdout)
      .reduce((sum, row) => sum + row.assigned + row.waiting, 0),
  };
}

function latestPhase(rows: readonly Row[]): number {
  const withHoldout = rows.filter((row) => row.holdout > 0);
  const [latest] = withHoldout.sort((a, b) => b.last_entry.getTime() - a.last_entry.getTime());
  return latest?.holdout ?? 0;
}
