import { beforeAll, describe, expect, it } from 'vitest';
import { runSync } from '../../src/services/run-sync.ts';
import { planSync } from '../../src/services/plan-sync.ts';
import { suppress } from '../../src/services/suppress.ts';
import { armOf } from '../support/arm.ts';
import { bring, digestSet } from '../support/people.ts';
import type { TestPerson } from '../support/people.ts';
import { NOW, everyoneTo, stage } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';

const HOUR = 3_600_000;

describe.each(['meta', 'google', 'x'])('a sync to %s', (platform) => {
  const sync = `everyone-${platform}`;
  const taro: TestPerson = { id: 'taro', email: 'taro@example.jp', phone: '+819012345678' };
  const hanako: TestPerson = { id: 'hanako', email: 'hanako@example.jp', phone: '+819012345678' };
  const jiro: TestPerson = { id: 'jiro', email: 'jiro@example.jp' };
  const others = Array.from({ length: 20 }, (_, n): TestPerson => ({
    id: `other-${n}`,
    email: `other-${n}@example.jp`,
    phone: `+8190000000${String(n + 1).padStart(2, '0')}`,
  }));
  let on: Stage;
  const run = () => runSync(on.context, { sync, asOf: NOW, approved: false });
  const members = () => {
    on.advance(HOUR);
    return on.members(platform);
  };

  beforeAll(async () => {
    on = await stage();
    await on.apply(everyoneTo(platform));
    await bring(on.context, [taro, hanako, ...others]);
  });

  it('puts exactly the wanted people on the list', async () => {
    const first = await run();
    expect(first).toMatchObject({ state: 'succeeded', wanted: 22, added: 22, removed: 0 });
    expect(members()).toEqual(digestSet([taro, hanako, ...others], platform));
  });

  it('adds and removes nobody when nothing changed', async () => {
    const again = await run();
    expect(again).toMatchObject({ state: 'succeeded', unchanged: 22, added: 0, removed: 0 });
    expect(again.batches).toEqual([]);
  });

  it('adds the one who is new', async () => {
    await bring(on.context, [jiro]);
    expect(await run()).toMatchObject({ wanted: 23, unchanged: 22, added: 1, removed: 0 });
    expect(members()).toEqual(digestSet([taro, hanako, jiro, ...others], platform));
  });

  it('takes a changed address off and puts the new one on', async () => {
    const moved = { ...jiro, email: 'jiro.new@example.jp' };
    await bring(on.context, [moved]);
    expect(await run()).toMatchObject({ unchanged: 22, added: 1, changed: 1, removed: 0 });
    expect(members()).toEqual(digestSet([taro, hanako, moved, ...others], platform));
  });

  it('takes off the one who said no, but not the phone that somebody else still has', async () => {
    await bring(on.context, [jiro]);
    await run();
    await suppress(on.context, { kind: 'email', value: 'Ｔaro@EXAMPLE.jp ' });
    expect(await run()).toMatchObject({ suppressed: 1, wanted: 22, added: 0, removed: 1 });
    expect(members()).toEqual(digestSet([hanako, jiro, ...others], platform));
  });

  it('is held when it would empty or shrink the list too much, and sends nothing', async () => {
    const before = members();
    for (const { id } of others) await suppress(on.context, { kind: 'customer', value: id });
    const plan = await planSync(on.context, { sync, asOf: NOW });
    const held = await run();
    expect(plan.hold).toMatchObject({ guardrail: 'would-shrink', members: 22, leaving: 20 });
    expect(held).toMatchObject({ state: 'held', wanted: 2, removed: 20, batches: [] });
    expect(held.problem?.message).toContain('20 of 22');
    expect(members()).toEqual(before);
  });

  it('does what was held once a person approves', async () => {
    const approved = await runSync(on.context, { sync, asOf: NOW, approved: true });
    expect(approved).toMatchObject({ state: 'succeeded', removed: 20 });
    expect(members()).toEqual(digestSet([hanako, jiro], platform));
  });
});

describe('a holdout', () => {
  it('logs both arms at first entry, sends the treatment alone, and keeps an arm for good', async () => {
    const on = await stage();
    await on.apply(everyoneTo('meta', ', holdout: 50%'));
    const people = Array.from({ length: 200 }, (_, n): TestPerson => ({
      id: `p-${n}`,
      email: `p-${n}@example.jp`,
    }));
    await bring(on.context, people);
    const sync = 'everyone-meta';
    const dry = await planSync(on.context, { sync, asOf: NOW });
    expect(await on.db.prisma.assignment.count()).toBe(0);
    const first = await runSync(on.context, { sync, asOf: NOW, approved: false });
    const treated = people.filter(
      ({ id }) => armOf('sync:everyone-meta:v1', id, 0.5) === 'treatment',
    );
    expect(first.heldOut).toBe(200 - treated.length);
    const { leaving: _leaving, members: _members, ...figures } = dry.figures;
    expect(first).toMatchObject(figures);
    expect(on.members('meta')).toEqual(digestSet(treated, 'meta'));

    await on.apply(everyoneTo('meta', ', holdout: 0%'));
    const second = await runSync(on.context, { sync, asOf: NOW, approved: false });
    expect(second).toMatchObject({ heldOut: first.heldOut, added: 0, removed: 0 });

    const arms = await on.db.prisma.assignment.groupBy({ by: ['arm'], _count: { _all: true } });
    expect(arms.reduce((sum, arm) => sum + arm._count._all, 0)).toBe(200);
  });
});
