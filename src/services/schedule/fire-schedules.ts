/** What is due by the clock: every slot of a schedule becomes one job, whoever sees it first. */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { enqueue, isQueued } from '../../../jobs/queue.ts';
import { inTransaction } from '../../infra/db.ts';
import { loadSql, runSql } from '../../infra/sql.ts';
import { nextSlot, slotsBetween } from '../../sync/index.ts';
import type { Passed } from '../../sync/index.ts';
import type { ServiceContext } from '../context.ts';
import { CHORES } from './chores.ts';
import { delayOf } from './jitter.ts';
import { queueRun } from './queue-run.ts';

const SCHEDULES = loadSql(import.meta.url, 'schedules.sql');
const TAKE_SLOT = loadSql(import.meta.url, 'take-slot.sql');

const Schedule = z.object({
  kind: z.enum(['sync', 'segment']),
  id: z.string(),
  name: z.string(),
  line: z.string(),
  timezone: z.string(),
  since: z.date(),
  paused: z.boolean(),
});

/** One thing that starts by the clock. */
interface Timed {
  readonly key: string;
  readonly line: string;
  readonly timezone: string;
  /** Slots up to here are seen to. */
  readonly since: Date;
  readonly paused: boolean;
  readonly start: (client: PoolClient, slot: Slot) => Promise<unknown>;
}

interface Slot {
  readonly at: Date;
  readonly delaySeconds: number;
}

/** A slot that is seen later than this was missed: no worker was there. */
const LATE_MS = 10 * 60_000;

/**
 * Looks at all schedules once. Of the slots that passed since the last look, the latest starts; those
 * before it are counted as missed. Any number of workers may look at the same time.
 *
 * @param options.now by a clock that all workers share: slots of one that is ahead would be seen to
 *   before they come
 * @param options.spreadSeconds longest time by which a start is held back, so that what comes round
 *   together does not start together
 */
export async function fireSchedules(
  context: ServiceContext,
  { now, spreadSeconds }: { readonly now: Date; readonly spreadSeconds: number },
): Promise<void> {
  for (const timed of await allTimed(context, now)) {
    // One that cannot be reckoned or started keeps no other from it.
    try {
      const passed = slotsBetween(timed.line, timed.timezone, { since: timed.since, now });
      if (passed !== null) await fire(context, timed, passed, { now, spreadSeconds });
    } catch (error) {
      context.log.error({ schedule: timed.key, err: error }, 'a schedule could not be kept');
    }
  }
}

async function fire(
  { db, log }: ServiceContext,
  timed: Timed,
  { latest, count }: Passed,
  { now, spreadSeconds }: { readonly now: Date; readonly spreadSeconds: number },
): Promise<void> {
  const isLate = now.getTime() - latest.getTime() > LATE_MS;
  const seen = isLate || count > 1 ? 'late' : 'fired';
  const state = timed.paused ? 'skipped' : seen;
  // Of the slots that passed, this one is made up for; it is missed itself where it comes late.
  const missed = timed.paused ? 0 : count - 1 + (isLate ? 1 : 0);
  const after = nextSlot(timed.line, timed.timezone, latest);
  const delaySeconds = delayOf(timed.key, after.getTime() - latest.getTime(), spreadSeconds);
  const isOurs = await inTransaction(db, async (client) => {
    const slot = { key: timed.key, slot: latest, state, missed, now };
    const { rowCount } = await runSql(client, TAKE_SLOT, slot);
    if (rowCount !== 1) return false;
    if (!timed.paused) await timed.start(client, { at: latest, delaySeconds });
    return true;
  });
  if (isOurs)
    log.info({ schedule: timed.key, slot: latest, state, missed }, 'a schedule came round');
}

async function allTimed(context: ServiceContext, now: Date): Promise<Timed[]> {
  const { db, timezone } = context;
  const { rows: slots } = await db.pool.query<{ key: string; slot: Date }>(
    'SELECT key, max(slot) AS slot FROM schedule_slot GROUP BY key',
  );
  const seen = new Map(slots.map(({ key, slot }) => [key, slot]));
  const { rows } = await runSql(db.pool, SCHEDULES, { timezone });
  const configured = rows.map((row): Timed => {
    const { kind, id, name, line, since, ...schedule } = Schedule.parse(row);
    const key = `${kind}:${id}`;
    return {
      ...schedule,
      key,
      line,
      since: later(since, seen.get(key)),
      start: (client, { at, delaySeconds }) =>
        kind === 'sync'
          ? queueRun(db, client, {
              syncId: id,
              trigger: `schedule:${at.toISOString()}`,
              delaySeconds,
            })
          : enqueue(db, client, 'refresh-segment', {
              data: { segment: name },
              key: id,
              delaySeconds,
            }),
    };
  });
  const chores = CHORES.map(({ job, line }): Timed => {
    const key = `chore:${job}`;
    return {
      key,
      line,
      timezone,
      // New here, it begins with the slot of this minute.
      since: later(new Date(now.getTime() - 60_000), seen.get(key)),
      paused: false,
      start: async (client) => {
        if (await isQueued(db, client, job, {})) return;
        await enqueue(db, client, job, { data: {}, key: job });
      },
    };
  });
  return [...configured, ...chores];
}

function later(one: Date, other: Date | undefined): Date {
  return other !== undefined && other > one ? other : one;
}
