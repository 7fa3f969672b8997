/** What the database tests of `do-not-reach` share: one destination, a platform, and its calls. */
import { beforeEach } from 'vitest';
import { findConnector } from '../../connectors/registry.ts';
import { createBudgets, readyConnector } from '../../src/delivery/index.ts';
import { fixedClock } from '../../src/infra/clock.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { shareSuppressions } from '../../src/services/share-suppressions.ts';
import { configurationContext } from './configuration-context.ts';
import { testDatabase } from './database.ts';
import { doNotReachPlatform, STAND_BY_MS } from './do-not-reach-platform.ts';
import { sha256 } from './people.ts';

export const db = await testDatabase();
export const NOW = new Date('2026-11-21T00:00:00Z');
export const DAY_MS = 86_400_000;
export const clock = fixedClock(NOW);
export const advance = (days: number): void =>
  clock.set(new Date(clock.now().getTime() + days * DAY_MS));

export let on: ReturnType<typeof doNotReachPlatform>;
/** What happens while an account stands by, which takes no time. */
let meanwhile: () => Promise<unknown>;

/** As a process of its own has it, which knows nothing of the budgets of those before. */
export function context(): ServiceContext {
  const base = configurationContext(db, NOW);
  const patient = {
    ...clock,
    async sleep(ms: number, signal?: AbortSignal): Promise<void> {
      if (ms !== STAND_BY_MS) return clock.sleep(ms, signal);
      await meanwhile();
    },
  };
  const budgets = createBudgets({ clock: patient, paced: false, patienceMs: STAND_BY_MS });
  const surroundings = { ...base.surroundings, clock: patient, budgets, secret: () => 'secret' };
  return { ...base, random: () => 0, surroundings };
}

export const call = (approved = true, more: { destination?: string; again?: boolean } = {}) =>
  shareSuppressions(
    context(),
    { destination: 'x-main', approved, ...more },
    (destination, surroundings) => ({
      ...readyConnector(destination, surroundings),
      connector: on.connector,
    }),
  );

export const email = (value: string) => ({ kind: 'email', value }) as const;
export const phone = (value: string) => ({ kind: 'phone', value }) as const;
export const [TARO, HANAKO, TARO_PHONE] = ['taro@example.jp', 'hanako@example.jp', '+819011112222'];
export const GMAIL = 'taro.y@gmail.com';
export const digests = (...values: string[]): string[] => values.map(sha256).sort();
export const held = (): string[] => [...on.held].sort();
export const rows = () =>
  db.prisma.doNotReach.findMany({ select: { confirmed: true, sentAt: true } });
export const trail = () =>
  db.prisma.audit.findMany({
    where: { verb: 'share-suppressions' },
    orderBy: { id: 'asc' },
    select: { objectKind: true, objectName: true, actor: true, after: true },
  });

export async function destination(name: string, account = '18ce54d4x5t', id = 'x'): Promise<void> {
  const needed = Object.keys(findConnector(id)?.settings.credentials.shape ?? {});
  const credentials = Object.fromEntries(needed.map((each) => [each, '$T_SECRET']));
  await db.prisma.destination.create({
    data: { name, platform: id, account, credentials, createdAt: NOW, updatedAt: NOW },
    select: { id: true },
  });
}

/** A platform on which nothing has happened yet. */
export function renew(): void {
  on = doNotReachPlatform();
  meanwhile = async () => {};
}

export function whileStandingBy(happens: () => Promise<unknown>): void {
  meanwhile = happens;
}

beforeEach(async () => {
  await db.pool.query(
    'TRUNCATE suppression, audit, customer, identity, consent, do_not_reach, destination CASCADE',
  );
  clock.set(NOW);
  renew();
  await destination('x-main');
});
