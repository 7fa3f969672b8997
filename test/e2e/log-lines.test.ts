/** What a run writes to the log while its platform fails in every way that it can. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLog } from '../../src/infra/log.ts';
import { hearEvents } from '../../src/services/hear-events.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { DAY, PLATFORMS, crowd } from '../support/engine.ts';
import { bring, sha256 } from '../support/people.ts';
import { UPLOADS } from '../support/platform-answers.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';

const Line = z.looseObject({
  level: z.int(),
  event: z.string(),
  sync: z.string().optional(),
  platform: z.string().optional(),
  run: z.string().optional(),
  batch: z.string().optional(),
});
type Line = z.infer<typeof Line>;

const PEOPLE = crowd(30);
const WARN = 40;

/** A first run, one whose uploads fail, one whose answers are lost, and one that takes people off. */
async function runsOn(platform: (typeof PLATFORMS)[number]) {
  const on = await stage(NOW, { leaps: true });
  await on.apply(everyoneTo(platform));
  await bring(on.context, PEOPLE.slice(0, 20));
  let text = '';
  const log = createLog('debug', { write: (line) => void (text += line) });
  const heard = {
    ...on.context,
    log,
    surroundings: { ...on.context.surroundings, onEvent: hearEvents({ log }) },
  };
  const runs: { readonly id: string; readonly state: string }[] = [];
  const run = async (): Promise<void> => {
    const { id, state } = await runSync(heard, {
      sync: `everyone-${platform}`,
      asOf: on.clock.now(),
      approved: false,
    });
    runs.push({ id, state });
    on.advance(DAY);
  };
  const path = UPLOADS[platform];
  await run();
  await bring(on.context, PEOPLE.slice(20, 25));
  on.server.inject({ kind: 'says', platform, path, mishap: 'throttled', times: 1 });
  on.server.inject({ kind: 'html', platform, path, status: 502, times: 2 });
  await run();
  await bring(on.context, PEOPLE.slice(25));
  on.server.inject({ kind: 'lose-answer', platform, path, times: 50 });
  on.server.inject({ kind: 'html', platform, path: '/sessions', times: 50 });
  await run();
  on.server.calm();
  await suppress(on.context, { kind: 'customer', value: 'p-0', reason: 'asked' });
  on.server.inject({ kind: 'says', platform, path, mishap: 'forbidden', times: 1 });
  await run();
  on.server.calm();
  await run();
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Line.parse(JSON.parse(line)));
  return { on, runs, lines, text };
}

const ofRun = (lines: readonly Line[], run: string | undefined): readonly Line[] =>
  lines.filter((line) => line.run === run);

describe.each(PLATFORMS)('the log of runs on %s that fail', (platform) => {
  it('names the run on every line, and the batch on every line about one', async () => {
    const { runs, lines, text, on } = await runsOn(platform);
    expect(runs.map(({ state }) => state)).toEqual([
      'succeeded',
      'succeeded',
      'incomplete',
      'failed',
      'succeeded',
    ]);

    const known = new Set(runs.map(({ id }) => id));
    const batches = await on.db.prisma.batch.findMany({ select: { id: true, runId: true } });
    const runOfBatch = new Map(batches.map(({ id, runId }) => [String(id), String(runId)]));
    // Only what is asked before there is a run has none.
    const without = lines.filter(({ run }) => run === undefined);
    expect(without.filter(({ event }) => event !== 'request-ended')).toEqual([]);
    for (const { run, sync, platform: of } of lines) {
      expect({ sync, of }).toEqual({ sync: `everyone-${platform}`, of: platform });
      if (run !== undefined) expect(known).toContain(run);
    }
    for (const { event, run, batch } of lines) {
      expect(batch !== undefined, event).toBe(event.startsWith('batch-'));
      if (batch !== undefined) expect(runOfBatch.get(batch)).toBe(run);
    }

    const levels = runs.map(({ id }) => {
      const end = ofRun(lines, id).filter(({ event }) => event === 'run-ended');
      expect(end).toHaveLength(1);
      return end[0]?.level;
    });
    expect(levels).toEqual([30, 30, WARN, 50, 30]);
    const events = (run: number): string[] => ofRun(lines, runs[run]?.id).map(({ event }) => event);
    expect(events(0)).toEqual(
      expect.arrayContaining(['run-planned', 'batch-sent', 'batch-answered', 'run-ended']),
    );
    expect(events(1)).toContain('batch-retried');
    expect(events(2)).toContain('batch-failed');
    expect(events(3)).toContain('batch-failed');

    const secrets = [
      ...PEOPLE.flatMap(({ email = '', phone = '' }) => [
        email,
        sha256(email),
        phone,
        phone.slice(3),
        sha256(phone),
        sha256(phone.slice(1)),
      ]),
      ...Object.values(on.secrets),
    ];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/[0-9a-f]{64}/u);
  });
});
