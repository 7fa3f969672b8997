/** Computes the lift of every experiment and keeps it, for its course to be seen. */
import type { Prisma } from '../../prisma/generated/client.ts';
import { computeLift } from './compute-lift.ts';
import type { ServiceContext } from './context.ts';

/** The days after entry in which purchases count; what `lift` takes where nobody says otherwise. */
export const WINDOW_DAYS = 28;

/** Gives the syncs whose lift was computed: those that have people in both arms. */
export async function keepLifts(context: ServiceContext): Promise<string[]> {
  const { db, surroundings } = context;
  const syncs = await db.prisma.sync.findMany({
    where: { holdout: { gt: 0 } },
    orderBy: { name: 'asc' },
    select: { id: true, name: true },
  });
  const computed: string[] = [];
  for (const { id, name } of syncs) {
    surroundings.signal.throwIfAborted();
    const now = surroundings.clock.now();
    const result = await computeLift(context, { sync: name, asOf: now, windowDays: WINDOW_DAYS });
    if (result.lift.treatment.assigned + result.lift.control.assigned === 0) continue;
    const lift: Prisma.InputJsonObject = JSON.parse(JSON.stringify(result.lift));
    await db.prisma.liftReading.create({
      data: { syncId: id, computedAt: now, windowDays: WINDOW_DAYS, lift },
      select: { syncId: true },
    });
    computed.push(name);
  }
  return computed;
}
