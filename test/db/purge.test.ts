/** What the daily purge deletes, and what it leaves. */
import { expect, it } from 'vitest';
import { purgeOld } from '../../src/services/purge.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY);

it('slots that newer ones follow or whose sync is gone, and causes long over', async () => {
  const on = await stage();
  await on.apply(everyoneTo('x'));
  const sync = await on.db.prisma.sync.findFirstOrThrow({ select: { id: true, segmentId: true } });
  const kept = [
    [`sync:${sync.id}`, 400],
    [`segment:${sync.segmentId}`, 40],
    ['chore:settle', 1],
    ['chore:settle', 0],
  ] as const;
  const gone = [
    [`sync:${sync.id}`, 500],
    ['chore:settle', 32],
    ['sync:00000000-0000-4000-8000-000000000000', 1],
    ['segment:00000000-0000-4000-8000-000000000000', 1],
  ] as const;
  for (const [key, days] of [...kept, ...gone]) {
    const slot = daysAgo(days);
    await on.db.prisma.scheduleSlot.create({ data: { key, slot, state: 'fired', seenAt: slot } });
  }
  const alert = async (cause: string, closedAt: Date | null) =>
    on.db.prisma.alert.create({
      data: {
        cause,
        kind: 'run-failed',
        severity: 'urgent',
        objectKind: 'sync',
        openedAt: daysAgo(900),
        closedAt,
        sentence: 'It failed.',
        nextStep: 'Look.',
        recovery: closedAt === null ? null : 'It is over.',
      },
    });
  await alert('open since long', null);
  await alert('over since a day', daysAgo(1));
  await alert('long over', daysAgo(184));

  expect(await purgeOld(on.context)).toBe(gone.length + 1);

  const slots = await on.db.prisma.scheduleSlot.findMany({ select: { key: true, slot: true } });
  const left = slots.map(({ key, slot }) => `${key} ${slot.toISOString()}`).sort();
  expect(left).toEqual(kept.map(([key, days]) => `${key} ${daysAgo(days).toISOString()}`).sort());
  const alerts = await on.db.prisma.alert.findMany({ orderBy: { id: 'asc' } });
  expect(alerts.map(({ cause }) => cause)).toEqual(['open since long', 'over since a day']);
  expect(await purgeOld(on.context)).toBe(0);
});

it('notes of changes that no plan can go on from, though no plan looks at them', async () => {
  const on = await stage();
  await on.db.pool.query(`
    INSERT INTO customer_change (changed_by, everybody, customer_ids, noted_at)
    SELECT pg_current_xact_id()::text::bigint, false, ARRAY['p-1'], clock_timestamp() - days * interval '1 day'
    FROM unnest(ARRAY[9, 30, 6]) AS days`);
  expect(await purgeOld(on.context)).toBe(2);
  expect((await on.db.pool.query('SELECT 1 FROM customer_change')).rowCount).toBe(1);
});
