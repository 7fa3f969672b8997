/** Lives a random history on a machine, and looks at what came of it. */
import { expect } from 'vitest';
import { RekindleError } from '../../src/errors.ts';
import { cancelRun } from '../../src/services/cancel-run.ts';
import type { ServiceContext } from '../../src/services/context.ts';
import { continueErasures, eraseCustomer } from '../../src/services/erase-customer.ts';
import { pauseSync } from '../../src/services/pause-sync.ts';
import { runSync } from '../../src/services/run-sync.ts';
import type { RunInput } from '../../src/services/run-sync.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { runApproved } from './approve.ts';
import type { Platform } from './engine.ts';
import type { History, Round, Trouble } from './history.ts';
import type { Machine } from './machine.ts';
import { digestSet } from './people.ts';
import { REFUSALS, UPLOADS } from './platform-answers.ts';
import { clearAway } from './clear-away.ts';
import { expectRunsToAddUp } from './run-figures.ts';
import { forget, newShop, wanted } from './shop.ts';
import type { Shop } from './shop.ts';
import { configure, happen } from './shop-events.ts';
import { goOn, tend } from './tended-runs.ts';
import { tracesOf } from './traces.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOLDOUT = 0.2;
/** Enough for what was under way to be answered, mended, and answered again. */
const QUIET_DAYS = 4;

interface Scene {
  readonly machine: Machine;
  readonly platform: Platform;
  readonly shop: Shop;
  /** The name of its list on the platform. */
  readonly list: string;
}

let lists = 0;

/**
 * @throws what `expect` throws where the list is not the wanted set after a run that ended well,
 *   where figures do not add up, or where something is left to be done after quiet days.
 */
export async function liveHistory(
  machine: Machine,
  platform: Platform,
  { number, segment, guarded, rounds, tended }: History,
): Promise<void> {
  const { on } = machine;
  machine.endWith(null);
  await clearAway(on.db);
  // Every history begins at midnight, so that days count the same in each.
  on.advance(DAY - (on.clock.now().getTime() % DAY));
  const sync = `history-${number}`;
  const shop = newShop({ opened: on.clock.now(), sync, holdout: HOLDOUT, segment });
  const scene = { machine, platform, shop, list: `list-${(lists += 1)}` };
  try {
    await configure(on.context, shop, { platform, list: scene.list, guarded });
    for (const round of rounds) await live(scene, round);
    if (tended) await tend(machine, sync);
    await settle(scene);
    await expectNothingLeft(scene);
  } finally {
    on.server.calm();
    // Whoever looks for a list by its name looks through all of them.
    const emulator = on.emulators.find((candidate) => candidate.platform === platform);
    for (const { id } of emulator?.audiences() ?? []) emulator?.deleteAudience(id);
  }
}

async function live(scene: Scene, round: Round): Promise<void> {
  const { machine, platform, shop } = scene;
  const { on } = machine;
  const { changes, erased, trouble, anew, approves, end, stop } = round;
  if (end?.from === 'changes') machine.endWith(end);
  await goOn(machine, shop.sync);
  await happen(machine, shop, changes);
  if (end?.from === 'run') machine.endWith(end);
  if (end?.from === 'upload') machine.endBehindUpload(end);
  makeTrouble(scene, trouble);
  // From the request on nobody uploads the person, whatever becomes of the erasure itself.
  if (erased !== null && forget(shop, erased)) {
    await machine.getDone((context) => eraseCustomer(context, { customer: erased }));
  }
  if (stop !== null) machine.atUpload(stop.upload, () => interfere(on.context, shop, stop.how));
  const before = await standing(scene);
  // Meta lets nobody near a list that it has not worked off, which a slow round gives no time to.
  const can = platform === 'google' || (platform === 'meta' && trouble !== 'slow');
  const whole = can ? ('replace' as const) : ('again' as const);
  const input = { sync: shop.sync, asOf: before.asOf, list: anew ? whole : ('changes' as const) };
  const { value: run } = await machine.act((context) => runIfPossible(context, input, approves));
  machine.atUpload(0, null);
  machine.endBehindUpload(null);
  expectNobodyElse(scene, before);
  on.server.calm();
  if (trouble !== 'slow') await passTime(scene);
  machine.endWith(null);
  if (run === undefined || trouble === 'slow') return;
  // Meta cannot write a list anew with nobody on it, and says so.
  const isPlain = trouble === 'none' && end === null && stop === null;
  if (isPlain && run.state !== 'held' && run.problem?.['code'] !== 'replace-empty') {
    expect(run.state).toBe(run.waiting > 0 ? 'incomplete' : 'succeeded');
  }
  if (approves) expect(run.state).not.toBe('held');
  expectExact(scene, run, before);
}

/** Runs on days when nothing happens and all goes well, until one has everything done. */
async function settle(scene: Scene): Promise<void> {
  const { machine, shop } = scene;
  const { on } = machine;
  await goOn(machine, shop.sync);
  for (let day = 1; ; day += 1) {
    // By then nothing can come any more of requests that nobody knows of.
    on.advance(2 * DAY);
    const before = await standing(scene);
    const input = { sync: shop.sync, asOf: before.asOf, list: 'changes' as const };
    const run = await machine.getDone((context) => runIfPossible(context, input, true));
    expectNobodyElse(scene, before);
    await passTime(scene);
    if (run !== undefined) expectExact(scene, run, before);
    if (run?.state === 'succeeded' && before.isSteady) return;
    expect(day, 'something is left to be done').toBeLessThan(QUIET_DAYS);
  }
}

/** Time in which platforms work, and erasures go on. */
async function passTime({ machine }: Scene): Promise<void> {
  machine.on.advance(HOUR);
  await machine.getDone((context) => continueErasures(context));
  machine.on.advance(HOUR);
}

interface Standing {
  readonly asOf: Date;
  readonly members: readonly string[];
  /** Whether nobody who asked to be forgotten still counts among those whom a segment ranks. */
  readonly isSteady: boolean;
}

async function standing({ machine, platform, shop, list }: Scene): Promise<Standing> {
  const { on } = machine;
  const now = { asOf: on.clock.now(), members: on.members(platform, list) };
  if (shop.erased.size === 0) return { ...now, isSteady: true };
  const { rowCount } = await on.db.pool.query('SELECT 1 FROM erasure WHERE finished_at IS NULL');
  return { ...now, isSteady: rowCount === 0 };
}

/** Whom a run is to have on the list; null where that hangs on those whose erasure is under way. */
function wantedKeys({ platform, shop }: Scene, at: Standing): string[] | null {
  if (!at.isSteady && shop.segment.template !== 'everyone') return null;
  return digestSet(wanted(shop, at.asOf), platform);
}

/** Rule 2, however a run ended; seen on X, where nothing of an earlier run comes later. */
function expectNobodyElse(scene: Scene, before: Standing): void {
  const { machine, platform, list } = scene;
  const keys = wantedKeys(scene, before);
  if (platform !== 'x' || keys === null) return;
  const may = new Set([...before.members, ...keys]);
  const uploaded = machine.on.members(platform, list).filter((key) => !may.has(key));
  expect(uploaded, 'uploaded and not wanted').toEqual([]);
}

/** Rule 3. */
function expectExact(scene: Scene, run: RunDetails, at: Standing): void {
  const keys = wantedKeys(scene, at);
  if (run.state !== 'succeeded' || keys === null) return;
  expect(scene.machine.on.members(scene.platform, scene.list)).toEqual(keys);
}

async function expectNothingLeft({ machine, shop }: Scene): Promise<void> {
  const { db } = machine.on;
  await expectRunsToAddUp(db);
  if (shop.erased.size === 0) return;
  const { rows } = await db.pool.query('SELECT id FROM erasure WHERE finished_at IS NULL');
  expect(rows, 'erasures that are not through').toEqual([]);
  expect(await tracesOf(db, `(?:${[...shop.erased].join('|')})`)).toEqual([]);
}

/** Undefined where the platform still works on what the list was to be before. */
async function runIfPossible(
  context: ServiceContext,
  input: Omit<RunInput, 'approved'>,
  approves: boolean,
): Promise<RunDetails | undefined> {
  try {
    return approves
      ? await runApproved(context, input)
      : await runSync(context, { ...input, approved: false });
  } catch (error) {
    if (error instanceof RekindleError && error.code === 'run.impossible') return undefined;
    throw error;
  }
}

/** A person stops what is under way, if it may be stopped. */
async function interfere(
  context: ServiceContext,
  { sync }: Shop,
  how: 'pause' | 'cancel',
): Promise<void> {
  if (how === 'pause') {
    await pauseSync(context, { sync });
    return;
  }
  const { rows } = await context.db.pool.query<{ id: string; mode: string }>(
    `SELECT id, mode FROM run WHERE state = 'delivering' AND mode <> 'replace' AND stop IS NULL`,
  );
  for (const { id } of rows) await cancelRun(context, { run: BigInt(id) });
}

function makeTrouble({ machine, platform }: Scene, trouble: Trouble): void {
  const { server } = machine.on;
  const where = { platform, path: UPLOADS[platform] };
  switch (trouble) {
    case 'answers lost':
      server.inject({ kind: 'lose-answer', ...where, times: 7 });
      // Where a platform tells what became of an upload, it does not do so every time.
      server.inject({ kind: 'html', platform, path: '/sessions', times: 3 });
      break;
    case 'down':
      server.inject({ kind: 'answer', ...where, status: 503, body: '', times: 5 });
      break;
    case 'refused':
      server.inject({ kind: 'answer', ...where, ...REFUSALS[platform] });
      break;
    case 'none':
    case 'slow':
      break;
  }
}
