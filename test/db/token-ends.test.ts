import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../connectors/connector.ts';
import type { Check } from '../../connectors/connector.ts';
import { raiseAlerts } from '../../src/services/raise-alerts.ts';
import { readTokenEnds } from '../../src/services/read-token-ends.ts';
import { testDestination } from '../../src/services/test-destination.ts';
import { keepTokenEnd, tokenEnd } from '../../src/services/token-reading.ts';
import { NOW, stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';

const DAY = 86_400_000;

const stored = (on: Stage) =>
  on.db.prisma.tokenReading.findMany({
    orderBy: { destination: { name: 'asc' } },
    select: { state: true, endsAt: true, readAt: true, destination: { select: { name: true } } },
  });

describe('the ends of tokens', () => {
  it('are asked of every platform, and kept for half a day', async () => {
    const on = await stage();
    const asked = await readTokenEnds(on.context);
    expect(asked.map(({ destination }) => destination)).toEqual([
      'google-main',
      'meta-main',
      'x-main',
    ]);
    for (const { end } of asked) expect(end).not.toBeNull();
    expect(await stored(on)).toMatchObject(
      ['google-main', 'meta-main', 'x-main'].map((name) => ({
        readAt: NOW,
        destination: { name },
      })),
    );
    expect(await readTokenEnds(on.context)).toEqual([]);
    on.advance(DAY / 2);
    expect(await readTokenEnds(on.context)).toHaveLength(3);
  });

  it('keep their last answer where a platform does not give one now', async () => {
    const on = await stage();
    await readTokenEnds(on.context);
    const endsAt = new Date(NOW.getTime() + 10 * DAY);
    await on.db.prisma.tokenReading.updateMany({ data: { state: 'works', endsAt } });
    on.advance(DAY);
    for (const platform of ['meta', 'google', 'x']) {
      on.server.inject({ kind: 'html', platform, path: '/', times: 50 });
    }
    const asked = await readTokenEnds(on.context);
    expect(asked.map(({ end }) => end)).toEqual([null, null, null]);
    expect(await stored(on)).toMatchObject([{ endsAt }, { endsAt }, { endsAt }]);
    const { opened } = await raiseAlerts(on.context, { settings: { language: 'en' } });
    expect(opened).toBe(3);
  });
});

it('an alert about a token is over at the next look once the destination was tested', async () => {
  const on = await stage();
  const raise = () => raiseAlerts(on.context, { settings: { language: 'en' } });
  await readTokenEnds(on.context);
  await on.db.prisma.tokenReading.updateMany({
    where: { destination: { name: 'meta-main' } },
    data: { state: 'ended', endsAt: NOW },
  });
  expect(await raise()).toMatchObject({ opened: 1 });
  await testDestination(on.context, { destination: 'meta-main' });
  expect(await raise()).toMatchObject({ closed: 1 });
});

it('an end that is not told now leaves what was known of it', async () => {
  const on = await stage();
  const { id } = await on.db.prisma.destination.findUniqueOrThrow({
    where: { name: 'meta-main' },
    select: { id: true },
  });
  const known = { state: 'works', endsAt: new Date(NOW.getTime() + DAY) } as const;
  await keepTokenEnd(on.context, id, known);
  on.advance(DAY / 2);
  await keepTokenEnd(on.context, id, { state: 'unknown', endsAt: null });
  const readAt = new Date(NOW.getTime() + DAY / 2);
  expect(await stored(on)).toMatchObject([{ ...known, readAt }]);
});

describe('the end that checks tell of', () => {
  const checks = (expiry: Partial<Check>, credentials = true): Check[] =>
    CHECKS.map((name): Check => {
      if (name === 'token expiry') return { name, ...expiry } as Check;
      return name === 'credentials' && !credentials
        ? { name, ok: false, cause: 'no', fix: 'no' }
        : { name, ok: true };
    });

  it.each([
    [{ ok: true, detail: 'The token works until 2026-12-01.' }, 'works', '2026-12-01'],
    [{ ok: true, detail: 'The refresh token ends on 2027-01-31; sign in.' }, 'works', '2027-01-31'],
    [{ ok: true, detail: 'The token has no end.' }, 'works', null],
    [{ ok: true }, 'works', null],
    [{ ok: false, cause: 'The token ended on 2026-11-01.', fix: '' }, 'ended', '2026-11-01'],
    [{ ok: false, cause: 'The token is not valid.', fix: '' }, 'ended', null],
    [{ ok: null, detail: 'It does not tell.' }, 'unknown', null],
  ] as const)('%j', (expiry, state, day) => {
    const endsAt = day === null ? null : new Date(`${day}T00:00:00Z`);
    expect(tokenEnd(checks(expiry))).toEqual({ state, endsAt });
  });

  it('is none where the checks did not get that far', () => {
    expect(tokenEnd(checks({ ok: null, detail: 'Not judged.' }, false))).toBeNull();
  });
});
