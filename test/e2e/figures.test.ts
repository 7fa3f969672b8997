import { describe, expect, it } from 'vitest';
import { applyConfiguration } from '../../src/services/apply-configuration.ts';
import { computeLift } from '../../src/services/compute-lift.ts';
import { readMatch } from '../../src/services/read-match.ts';
import { DAY, crowd, engine } from '../support/engine.ts';
import { bring } from '../support/people.ts';
import { NOW, everyoneTo } from '../support/stage.ts';
import { whileHoldingSync } from '../support/hold-sync.ts';

describe('the accepted people of a match rate', () => {
  it('are a range while nobody knows whether a batch arrived', async () => {
    const people = crowd(20);
    const on = await engine('x', people.slice(0, 10));
    await on.run();
    await bring(on.context, people.slice(10));
    on.loseAnswers(5);
    await on.run();
    const match = await readMatch(on.context, { sync: on.sync });
    expect(match.accepted).toEqual({ lower: 10, upper: 20 });
  });
});

describe('members that a platform forgets', () => {
  it('are sent again before it does', async () => {
    const on = await engine('x', crowd(10));
    await on.run();
    on.clock.set(new Date(NOW.getTime() + 340 * DAY));
    expect(await on.run()).toMatchObject({ added: 0, unchanged: 10 });
    on.clock.set(new Date(NOW.getTime() + 351 * DAY));
    expect(await on.run()).toMatchObject({ added: 10, unchanged: 0 });
  });
});

describe('a kind of key that a platform forgets sooner', () => {
  it.each([
    ['', { added: 0, unchanged: 10 }],
    [', external_id', { added: 10, unchanged: 0 }],
  ])('has its people sent again in time where a sync sends it (%j)', async (kind, figures) => {
    const on = await engine('meta', crowd(10));
    await on.apply(everyoneTo('meta').replace('[email, phone]', `[email, phone${kind}]`));
    await on.run();
    on.clock.set(new Date(NOW.getTime() + 61 * DAY));
    expect(await on.run()).toMatchObject(figures);
  });
});

describe('somebody with more keys to take off than a row holds', () => {
  it('leaves by several rows, each within the limits', async () => {
    const on = await engine('meta', crowd(3));
    const emails = (batch: string) =>
      on.db.pool.query(
        `UPDATE customer SET emails = $1, contact_version = contact_version + 1, identity_stale = true
         WHERE customer_id = 'p-0'`,
        [[1, 2].map((n) => `${batch}-${n}@example.jp`)],
      );
    await emails('first');
    await on.run();
    for (const batch of ['second', 'third']) {
      await emails(batch);
      on.loseAnswers(10);
      expect((await on.run()).state).toBe('incomplete');
      on.server.calm();
    }
    await on.suppress('p-0');
    const run = await on.run(true);
    expect(run).toMatchObject({ state: 'succeeded', removed: 1 });
    expect(run.batches).toMatchObject([{ operation: 'remove', rows: 2, accepted: 2 }]);
    expect(on.members('meta')).toHaveLength(4);
  });
});

describe('lift', () => {
  it('is that of the latest phase with a holdout, also when there is none any more', async () => {
    const on = await engine('meta', crowd(400), ', holdout: 50%');
    await on.run();
    await on.apply(everyoneTo('meta', ', holdout: 0%'));
    await bring(on.context, [{ id: 'late', email: 'late@example.jp' }]);
    await on.run();
    const asOf = new Date(NOW.getTime() + 28 * DAY);
    on.clock.set(asOf);
    const { lift, otherPhases } = await computeLift(on.context, {
      sync: on.sync,
      asOf,
      windowDays: 28,
    });
    expect(lift.holdoutShare).toBe(0.5);
    expect(lift.treatment.assigned + lift.control.assigned).toBe(400);
    expect(otherPhases).toBe(1);
  });
});

describe('a sync that is running', () => {
  it('cannot be moved to another destination meanwhile', async () => {
    const on = await engine('meta', crowd(3));
    const moved = everyoneTo('meta').replace('meta-main', 'x-main');
    const apply = () =>
      applyConfiguration(on.context, { text: moved, file: 'moved.yaml', dryRun: false });
    const { id } = await on.db.prisma.sync.findUniqueOrThrow({
      where: { name: on.sync },
      select: { id: true },
    });
    await whileHoldingSync(on.db, id, () =>
      expect(apply()).rejects.toThrow('while a run of "everyone-meta" is under way'),
    );
    await on.run();
    await expect(apply()).rejects.toThrow('already holds the audience');
  });
});
