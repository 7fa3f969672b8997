import { describe, expect, it } from 'vitest';
import { HOUR, NOW, TOKEN_PROBLEM, alertStage } from '../support/alert-stage.ts';
import type { AlertStage } from '../support/alert-stage.ts';

/** What is open, by its cause. */
async function open(on: AlertStage): Promise<string[]> {
  await on.raise();
  return (await on.list()).open.map(({ cause }) => cause).sort();
}

const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);

describe('an alert is opened and closed by what the database says of', () => {
  it('a run that failed: until one succeeds, and not by one that is cancelled or incomplete', async () => {
    const on = await alertStage([]);
    await on.addRun('lapsed-meta', { state: 'succeeded', hoursAgo: 30 });
    expect(await open(on)).toEqual([]);
    const failed = await on.addRun('lapsed-meta', {
      state: 'failed',
      hoursAgo: 20,
      problem: TOKEN_PROBLEM,
    });
    expect(await open(on)).toEqual(['run-failed:lapsed-meta']);
    expect((await on.list()).open).toMatchObject([
      {
        severity: 'urgent',
        runId: failed,
        sentence: `Run ${failed} of the sync lapsed-meta failed at 2026-11-21 13:01 UTC+09:00 and needs you: “Error validating access token: Session has expired.” (190/463)`,
        nextStep: 'Make a new token and set it. Then: rekindle run lapsed-meta',
        link: { kind: 'command', text: `See it with: rekindle runs show ${failed}` },
      },
    ]);
    for (const state of ['incomplete', 'cancelled', 'delivering']) {
      await on.addRun('lapsed-meta', { state, hoursAgo: 10 });
    }
    expect(await open(on)).toEqual(['run-failed:lapsed-meta']);
    const good = await on.addRun('lapsed-meta', { state: 'succeeded', hoursAgo: 1 });
    expect(await open(on)).toEqual([]);
    expect((await on.list()).closed).toMatchObject([
      {
        closedAt: NOW,
        recovery: `The sync lapsed-meta works again: run ${good} succeeded at 2026-11-22 08:01 UTC+09:00.`,
      },
    ]);
  });

  it('a run that is held: until another one ended otherwise', async () => {
    const on = await alertStage([]);
    const problem = {
      guardrail: 'would-shrink',
      message: 'It would.',
      members: 9,
      leaving: 5,
      wanted: 4,
    };
    await on.addRun('lapsed-meta', { state: 'held', hoursAgo: 3, problem });
    expect(await open(on)).toEqual(['run-held:lapsed-meta:would-shrink']);
    await on.addRun('lapsed-meta', { state: 'delivering', hoursAgo: 2 });
    expect(await open(on)).toEqual(['run-held:lapsed-meta:would-shrink']);
    await on.addRun('lapsed-meta', { state: 'cancelled', hoursAgo: 1 });
    expect(await open(on)).toEqual([]);
  });

  it('a run that is held by another guardrail than the one before: another matter', async () => {
    const on = await alertStage([]);
    const held = (guardrail: string, hoursAgo: number) =>
      on.addRun('lapsed-meta', {
        state: 'held',
        hoursAgo,
        problem: { guardrail, message: 'It would.', members: 9, leaving: 9, wanted: 0 },
      });
    await held('would-shrink', 3);
    expect(await open(on)).toEqual(['run-held:lapsed-meta:would-shrink']);
    await held('would-shrink', 2);
    expect(await open(on)).toEqual(['run-held:lapsed-meta:would-shrink']);
    await held('would-empty', 1);
    expect(await open(on)).toEqual(['run-held:lapsed-meta:would-empty']);
  });

  it('runs of erasures: nothing', async () => {
    const on = await alertStage([]);
    const erasure = { trigger: 'erasure', hoursAgo: 3 };
    for (const state of ['held', 'incomplete', 'incomplete', 'incomplete', 'failed']) {
      await on.addRun('lapsed-meta', { ...erasure, state, problem: TOKEN_PROBLEM });
    }
    expect(await open(on)).toEqual([]);
    await on.addRun('lapsed-meta', { state: 'failed', hoursAgo: 2 });
    await on.addRun('lapsed-meta', { ...erasure, state: 'succeeded' });
    expect(await open(on)).toEqual(['run-failed:lapsed-meta']);
  });

  it('runs that end incomplete: after three of them, or two days', async () => {
    const on = await alertStage([]);
    await on.addRun('lapsed-meta', { state: 'succeeded', hoursAgo: 9 });
    await on.addRun('lapsed-meta', { state: 'incomplete', hoursAgo: 8 });
    await on.addRun('lapsed-meta', { state: 'incomplete', hoursAgo: 7 });
    expect(await open(on)).toEqual([]);
    on.advance(41 * HOUR);
    expect(await open(on)).toEqual(['run-incomplete:lapsed-meta']);
    on.clock.set(NOW);
    expect(await open(on)).toEqual([]);
    await on.addRun('lapsed-meta', { state: 'incomplete', hoursAgo: 6, problem: TOKEN_PROBLEM });
    expect(await open(on)).toEqual(['run-incomplete:lapsed-meta']);
    await on.setting({ incompleteRuns: 4 });
    expect(await open(on)).toEqual([]);
  });

  it('a sync that a person paused: nothing, and that is said', async () => {
    const on = await alertStage([]);
    await on.addRun('lapsed-meta', { state: 'failed', hoursAgo: 3 });
    expect(await open(on)).toEqual(['run-failed:lapsed-meta']);
    await on.db.pool.query('UPDATE sync SET paused_at = now()');
    expect(await open(on)).toEqual([]);
    expect((await on.list()).closed).toMatchObject([
      { recovery: 'The sync lapsed-meta is paused; its alerts are closed until it goes on.' },
    ]);
  });

  it('schedules: the latest slot, an hour after it, while no run began since', async () => {
    const on = await alertStage([]);
    const slot = (hours: number, state: string, missed = 0) =>
      on.db.pool.query(
        `INSERT INTO schedule_slot (key, slot, state, missed, seen_at)
         SELECT 'sync:' || id, $1, $2, $3, $1 FROM sync`,
        [ago(hours), state, missed],
      );
    await slot(30, 'fired');
    expect(await open(on)).toEqual([]);
    await on.db.pool.query(`UPDATE sync SET schedule = '0 3 * * *'`);
    expect(await open(on)).toEqual(['schedule-missed:lapsed-meta']);
    await slot(20, 'skipped');
    expect(await open(on)).toEqual([]);
    await slot(0.9, 'late', 2);
    expect(await open(on)).toEqual([]);
    on.advance(HOUR);
    expect(await open(on)).toEqual(['schedule-missed:lapsed-meta']);
    expect((await on.list()).open).toMatchObject([
      {
        sentence:
          'The sync lapsed-meta was due at 2026-11-22 08:06 UTC+09:00 and no run has begun since. 2 earlier runs were missed as well.',
      },
    ]);
    await on.addRun('lapsed-meta', { state: 'planning', hoursAgo: 0.5 });
    expect(await open(on)).toEqual([]);
  });

  it('schedules: not while a run that began before the slot goes on', async () => {
    const on = await alertStage([]);
    await on.db.pool.query(`UPDATE sync SET schedule = '0 * * * *'`);
    await on.addRun('lapsed-meta', { state: 'delivering', hoursAgo: 3 });
    await on.db.pool.query(
      `INSERT INTO schedule_slot (key, slot, state, missed, seen_at)
       SELECT 'sync:' || id, $1, 'fired', 0, $1 FROM sync`,
      [ago(2)],
    );
    expect(await open(on)).toEqual([]);
    await on.db.pool.query(`UPDATE run SET state = 'succeeded', finished_at = $1`, [ago(1)]);
    expect(await open(on)).toEqual(['schedule-missed:lapsed-meta']);
  });

  it('schedules: a refresh of a segment whose syncs did not begin after it', async () => {
    const on = await alertStage([]);
    await on.db.pool.query(`UPDATE sync SET schedule = 'after-refresh'`);
    await on.addRun('lapsed-meta', { state: 'succeeded', hoursAgo: 30 });
    await on.db.pool.query(
      `INSERT INTO schedule_slot (key, slot, state, missed, seen_at)
       SELECT 'segment:' || id, $1, 'late', 1, $1 FROM segment`,
      [ago(2)],
    );
    expect(await open(on)).toEqual(['schedule-missed:lapsed-meta']);
    await on.addRun('lapsed-meta', { state: 'succeeded', hoursAgo: 1 });
    expect(await open(on)).toEqual([]);
  });

  it('erasures that are pending for more than a day: by the audience, and nobody is named', async () => {
    const on = await alertStage([]);
    const erase = async (customerId: string, hours: number, waits: boolean) => {
      const audience = await on.db.prisma.audience.findFirstOrThrow({ select: { id: true } });
      await on.db.prisma.erasure.create({
        data: {
          customerId,
          tombstone: Buffer.from(customerId),
          requestedAt: ago(hours),
          ...(waits
            ? {
                receipts: {
                  create: {
                    audienceId: audience.id,
                    state: 'waiting',
                    wasThere: true,
                    updatedAt: NOW,
                  },
                },
              }
            : {}),
        },
        select: { id: true },
      });
    };
    await erase('hanako@example.jp', 23, true);
    expect(await open(on)).toEqual([]);
    await erase('taro@example.jp', 30, true);
    await erase('jiro@example.jp', 25, true);
    await erase('saburo@example.jp', 26, false);
    expect(await open(on)).toEqual(['erasure-pending:', 'erasure-pending:lapsed-meta']);
    const listed = JSON.stringify(await on.list());
    expect(listed).not.toMatch(/taro|jiro|saburo/u);
    expect(listed).toContain(
      '2 erasures have been pending at the audience of the sync lapsed-meta',
    );
    await on.db.prisma.erasure.updateMany({ data: { finishedAt: NOW, customerId: null } });
    expect(await open(on)).toEqual([]);
  });

  it('what a list was found to be, until it is seen in order', async () => {
    const on = await alertStage([]);
    const verify = (hours: number, kind: string) =>
      on.db.pool.query(
        `INSERT INTO verification (audience_id, at, drift, findings, accepted_lower, accepted_upper, sound)
         SELECT id, $1, $2, $3, 0, 0, false FROM audience`,
        [
          ago(hours),
          kind === 'deleted',
          JSON.stringify([
            { kind, of: 'list', sentence: 'The list is gone.', nextStep: 'Make one.' },
          ]),
        ],
      );
    await verify(3, 'deleted');
    expect(await open(on)).toEqual(['drift:lapsed-meta']);
    await on.db.pool.query('UPDATE sync SET paused_at = now()');
    expect(await open(on)).toEqual([]);
    await on.db.pool.query('UPDATE sync SET paused_at = NULL');
    expect(await open(on)).toEqual(['drift:lapsed-meta']);
    expect((await on.list()).open).toMatchObject([
      { severity: 'urgent', nextStep: 'Make one.', sentence: expect.stringContaining('is gone.') },
    ]);
    // The platform did not say: nothing is known to be over.
    await verify(2, 'not-told');
    expect(await open(on)).toEqual(['drift:lapsed-meta']);
    await verify(1, 'as-expected');
    expect(await open(on)).toEqual([]);
    await verify(0, 'not-told');
    expect(await open(on)).toEqual([]);
  });

  it('what a list was found to be, for a week in which the platform does not say', async () => {
    const on = await alertStage([]);
    const verify = (days: number, drift: boolean, remoteId: string) =>
      on.db.pool.query(
        `INSERT INTO verification (audience_id, at, remote_id, drift, findings, accepted_lower, accepted_upper, sound)
         SELECT id, $1, $2, $3, $4, 0, 0, false FROM audience`,
        [
          ago(24 * days),
          remoteId,
          drift,
          JSON.stringify([
            {
              kind: drift ? 'smaller' : 'not-told',
              of: 'size',
              sentence: 'So.',
              nextStep: 'Look.',
            },
          ]),
        ],
      );
    await verify(8, true, '1');
    await verify(2, false, '1');
    expect(await open(on)).toEqual(['drift:lapsed-meta']);
    await verify(1, false, '1');
    expect(await open(on)).toEqual([]);
    await on.db.prisma.verification.deleteMany();
    await verify(3, true, '1');
    await verify(2, false, '2');
    expect(await open(on)).toEqual([]);
  });

  it('tokens: two weeks before their end', async () => {
    const on = await alertStage([]);
    const { id } = await on.db.prisma.destination.findFirstOrThrow({ select: { id: true } });
    const endsAt = new Date(NOW.getTime() + 15 * 24 * HOUR);
    await on.db.prisma.tokenReading.create({
      data: { destinationId: id, readAt: NOW, state: 'works', endsAt },
      select: { state: true },
    });
    expect(await open(on)).toEqual([]);
    on.advance(30 * HOUR);
    expect(await open(on)).toEqual(['token-expiring:meta-main']);
    await on.setting({ tokenDays: 7 });
    expect(await open(on)).toEqual([]);
  });
});

describe('an alert about runs that another takes the place of', () => {
  it.each(['failed', 'held'])('is closed without a word of recovery: %s', async (state) => {
    const on = await alertStage();
    await on.addRun('lapsed-meta', { state: 'succeeded', hoursAgo: 20 });
    for (const hoursAgo of [9, 8, 7]) {
      await on.addRun('lapsed-meta', { state: 'incomplete', hoursAgo });
    }
    await on.raise();
    on.advance(HOUR);
    await on.addRun('lapsed-meta', { state, hoursAgo: 1, problem: TOKEN_PROBLEM });
    await on.raise();
    const told = on.texts().join('\n');
    expect(told).not.toMatch(/Resolved|works again/u);
    expect(told).toContain('Closed: Runs stay incomplete: lapsed-meta');
    expect(told).toContain('has taken the place of this one.');
    const { id } = { id: await on.addRun('lapsed-meta', { state: 'succeeded', hoursAgo: 0 }) };
    on.advance(HOUR);
    await on.raise();
    expect(on.texts().at(-1)).toContain('Resolved: Run');
    if (state === 'failed') expect(on.texts().at(-1)).toContain(`works again: run ${id}`);
  });
});

it('a look that another one keeps waiting is left to the next, and what is due is told', async () => {
  const on = await alertStage();
  await on.addRun('lapsed-meta', { state: 'failed', hoursAgo: 1 });
  on.webhook.next.push({ status: 500 });
  await on.raise();
  on.advance(HOUR);
  const frozen = await on.db.pool.connect();
  await frozen.query('BEGIN');
  await frozen.query('LOCK TABLE alert IN SHARE ROW EXCLUSIVE MODE');
  expect(await on.raise()).toMatchObject({ opened: 0, closed: 0, open: 1 });
  await frozen.query('ROLLBACK');
  frozen.release();
  expect(on.texts()).toHaveLength(1);
});
