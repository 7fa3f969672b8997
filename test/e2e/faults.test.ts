import { describe, expect, it } from 'vitest';
import { runSync } from '../../src/services/run-sync.ts';
import { readMatch } from '../../src/services/read-match.ts';
import { bring, digestSet } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';
import { REFUSALS, UPLOADS } from '../support/platform-answers.ts';

const HOUR = 3_600_000;

const PEOPLE = Array.from({ length: 30 }, (_, n): TestPerson => ({
  id: `p-${n}`,
  email: `p-${n}@example.jp`,
  phone: `+8190000000${String(n + 1).padStart(2, '0')}`,
}));

async function staged(
  platform: string,
): Promise<Stage & { run: () => ReturnType<typeof runSync> }> {
  const on = await stage();
  await on.apply(everyoneTo(platform));
  await bring(on.context, PEOPLE);
  const sync = `everyone-${platform}`;
  return { ...on, run: () => runSync(on.context, { sync, asOf: NOW, approved: false }) };
}

describe.each(['meta', 'google', 'x'] as const)('on %s', (platform) => {
  const path = UPLOADS[platform];

  it('a lost answer is sent again, and the list is exact', async () => {
    const on = await staged(platform);
    on.server.inject({ kind: 'lose-answer', platform, path });
    const run = await on.run();
    expect(run).toMatchObject({ state: 'succeeded', added: 30 });
    // Meta is asked what became of it, and knows.
    expect(run.batches).toMatchObject([{ attempts: platform === 'meta' ? 1 : 2 }]);
    on.advance(HOUR);
    expect(on.members(platform)).toEqual(digestSet(PEOPLE, platform));
  });

  it('a platform that is down all the time leaves the run incomplete, and the next run mends it', async () => {
    const on = await staged(platform);
    on.server.inject({ kind: 'answer', platform, path, status: 503, body: 'down', times: 5 });
    const down = await on.run();
    expect(down.state).toBe('incomplete');
    expect(down.delivery).toMatchObject({ accepted: 0, rejected: 0, unknown: 30, notSent: 0 });
    const up = await on.run();
    expect(up).toMatchObject({ state: 'succeeded', added: 30, unchanged: 0 });
    on.advance(HOUR);
    expect(on.members(platform)).toEqual(digestSet(PEOPLE, platform));
  });

  it('a refused request counts its rows as rejected and asks for a person', async () => {
    const on = await staged(platform);
    on.server.inject({ kind: 'answer', platform, path, ...REFUSALS[platform] });
    const run = await on.run();
    expect(run.state).toBe('failed');
    expect(run.delivery).toMatchObject({ accepted: 0, rejected: 30, unknown: 0, notSent: 0 });
    expect(run.batches[0]?.problem).toMatchObject({ kind: 'invalid', healsItself: false });
    expect(run.problem?.nextStep).toMatch(/\w/u);
  });

  it('a token that is no longer taken stops the run with a next step, and nothing counts as sent', async () => {
    const on = await staged(platform);
    const secret = on.context.surroundings.secret;
    const context = {
      ...on.context,
      surroundings: { ...on.context.surroundings, secret: (name: string) => `${secret(name)}x` },
    };
    const sync = `everyone-${platform}`;
    const refused = await runSync(context, { sync, asOf: NOW, approved: false });
    expect(refused.state).toBe('failed');
    expect(refused.problem?.nextStep).toMatch(/\w/u);
    expect(refused.delivery).toMatchObject({ accepted: 0, rejected: 0, unknown: 0, notSent: 30 });
    expect(await on.run()).toMatchObject({ state: 'succeeded', added: 30 });
  });

  it('what an interrupted run did not send, the next one does', async () => {
    const on = await staged(platform);
    const controller = new AbortController();
    const context = on.abortable(controller.signal);
    const cut = runSync(context, {
      sync: `everyone-${platform}`,
      asOf: NOW,
      approved: false,
      onProgress: () => controller.abort(new Error('interrupted')),
    });
    await expect(cut).rejects.toThrow('interrupted');
    const next = await on.run();
    expect(next).toMatchObject({ state: 'succeeded', unchanged: 0, added: 30 });
    on.advance(HOUR);
    expect(on.members(platform)).toEqual(digestSet(PEOPLE, platform));
  });
});

describe('answers that come later', () => {
  it('are unknown until Google has worked through them, then accepted', async () => {
    const on = await staged('google');
    const run = await on.run();
    expect(run.delivery).toMatchObject({ accepted: 0, unknown: 30 });
    const early = await readMatch(on.context, { sync: 'everyone-google' });
    expect(early).toMatchObject({ pending: 30, rate: { known: false } });
    on.advance(HOUR);
    on.clock.set(new Date(NOW.getTime() + HOUR));
    const late = await readMatch(on.context, { sync: 'everyone-google' });
    expect(late).toMatchObject({ pending: 0, accepted: { lower: 30, upper: 30 } });
  });
});
