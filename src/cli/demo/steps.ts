/** The demo's steps, each one service asked and its figures given back. */
import type { Emulator } from '../../../connectors/sandbox/emulator.ts';
import { applyConfiguration } from '../../services/apply-configuration.ts';
import { computeLift } from '../../services/compute-lift.ts';
import type { ServiceContext } from '../../services/context.ts';
import { importCustomers } from '../../services/import-customers.ts';
import { importPurchases } from '../../services/import-purchases.ts';
import { readMatch } from '../../services/read-match.ts';
import type { SyncMatch } from '../../services/read-match.ts';
import type { Progress } from '../progress.ts';
import { DEMO_SEED } from './accounts.ts';
import { DEMO_SYNCS, DEMO_YAML } from './configuration.ts';
import type { DemoSync } from './configuration.ts';
import { LIFT_WINDOW_DAYS } from './purchase-log.ts';
import type { DemoSyncReport, ImportCounts } from './report.ts';
import { ndjson } from './source.ts';
import type { DemoSource } from './source.ts';
import { adPurchases, trueLift } from './world/index.ts';

export async function bringCustomers(
  context: ServiceContext,
  source: DemoSource,
  bar: Progress,
): Promise<ImportCounts> {
  return importCustomers(context, source.customers(), {
    file: 'demo',
    format: 'ndjson',
    encoding: 'utf-8',
    columns: {},
    timezone: context.timezone,
    signal: context.surroundings.signal,
    onProgress: ({ read }) => bar.update(read, source.customerIds.length),
  });
}

export async function bringPurchases(
  context: ServiceContext,
  source: DemoSource,
  bar: Progress,
): Promise<ImportCounts> {
  return importPurchases(context, source.purchases(), {
    file: 'demo',
    format: source.purchaseFormat,
    encoding: 'utf-8',
    columns: source.purchaseColumns,
    timezone: context.timezone,
    currency: source.currency,
    signal: context.surroundings.signal,
    onProgress: ({ read }) => bar.update(read, 0),
  });
}

/** Gives how many objects of the configuration were made or changed. */
export async function configure(context: ServiceContext): Promise<number> {
  const { changes } = await applyConfiguration(context, {
    text: DEMO_YAML,
    file: 'demo.yaml',
    dryRun: false,
  });
  return changes.filter(({ action }) => action !== 'unchanged').length;
}

/** A platform's side of one sync, as only its emulator can see it. */
export interface PlatformSide {
  readonly keys: number;
  /** Customers whose account the list leads to. */
  readonly reached: readonly string[];
}

export function platformSide(emulators: readonly Emulator[], sync: DemoSync): PlatformSide {
  const emulator = emulators.find(({ platform }) => platform === sync.platform);
  const audience = emulator?.audiences().find(({ name }) => name === sync.audience);
  if (emulator === undefined || audience === undefined) return { keys: 0, reached: [] };
  return {
    keys: emulator.members(audience.id).length,
    reached: emulator.matched(audience.id).map((user) => user.slice(sync.platform.length + 1)),
  };
}

export async function readMatches(context: ServiceContext): Promise<Map<string, SyncMatch>> {
  const matches = new Map<string, SyncMatch>();
  for (const { name } of DEMO_SYNCS) matches.set(name, await readMatch(context, { sync: name }));
  return matches;
}

/** Four weeks pass: whom the ads reached buys once more now and then. */
export async function letAdsWork(
  context: ServiceContext,
  source: DemoSource,
  sides: ReadonlyMap<string, PlatformSide>,
): Promise<{ counts: ImportCounts; purchases: ReturnType<typeof adPurchases> }> {
  const purchases = adPurchases({
    seed: DEMO_SEED,
    asOf: source.asOf,
    windowDays: LIFT_WINDOW_DAYS,
    currency: source.currency,
    reached: DEMO_SYNCS.map(({ name, effect }) => ({
      sync: name,
      customers: sides.get(name)?.reached ?? [],
      effect,
    })),
  });
  const counts = await importPurchases(context, ndjson(purchases), {
    file: 'demo ads',
    format: 'ndjson',
    encoding: 'utf-8',
    columns: {},
    timezone: context.timezone,
    signal: context.surroundings.signal,
  });
  return { counts, purchases };
}

/** Lift as Rekindle computes it, beside what the demo's world knows. */
export async function readLift(
  context: ServiceContext,
  source: DemoSource,
  sync: DemoSync,
  purchases: ReturnType<typeof adPurchases>,
): Promise<Pick<DemoSyncReport, 'lift' | 'trueLift'>> {
  const lift = await computeLift(context, {
    sync: sync.name,
    asOf: context.surroundings.clock.now(),
    windowDays: LIFT_WINDOW_DAYS,
  });
  return {
    lift,
    trueLift: trueLift({
      sync: sync.name,
      adPurchases: purchases,
      baseConverters: source.converters,
      assigned: lift.lift.treatment.assigned,
    }),
  };
}
