/** The main job end to end, told as a story: import, segments, sending, match, lift. */
import { population, sandboxClock } from '../../../connectors/sandbox/world.ts';
import { fixedClock } from '../../infra/clock.ts';
import type { ServiceContext } from '../../services/context.ts';
import { listSegments } from '../../services/list-segments.ts';
import { runSync } from '../../services/run-sync.ts';
import { showRun } from '../../services/show-run.ts';
import type { RunDetails } from '../../services/show-run.ts';
import { registerAccounts } from './accounts.ts';
import { CREDENTIAL_VARIABLES, DEMO_SYNCS } from './configuration.ts';
import { startSandbox } from './platforms.ts';
import type { Sandbox } from './platforms.ts';
import { LIFT_WINDOW_DAYS } from './purchase-log.ts';
import type { DemoReport, DemoSyncReport } from './report.ts';
import type { DemoSource } from './source.ts';
import {
  bringCustomers,
  bringPurchases,
  configure,
  letAdsWork,
  platformSide,
  readLift,
  readMatches,
} from './steps.ts';
import type { PlatformSide } from './steps.ts';
import type { Story } from './story.ts';

const DAY_MS = 86_400_000;

/** Plays the demo on an open database. Played again, it changes nothing that did not change. */
export async function playDemo(options: {
  readonly context: ServiceContext;
  readonly source: DemoSource;
  readonly journal: string;
  readonly database: string;
  readonly story: Story;
  /** Seconds since the command began. */
  readonly elapsed: () => number;
}): Promise<DemoReport> {
  const { source, story } = options;
  const known = population();
  const accounts = registerAccounts(known, source.customerIds);
  const sandbox = await startSandbox({
    journal: options.journal,
    clock: sandboxClock(source.asOf),
    population: known,
    port: 0,
  });
  try {
    const clock = fixedClock(source.asOf);
    const context = {
      ...demoContext(options.context, sandbox, clock),
      timezone: source.timezone,
    };

    story.begin(source);
    const customers = await story.during('Importing customers', (bar) =>
      bringCustomers(context, source, bar),
    );
    const purchases = await story.during('Importing purchases', (bar) =>
      bringPurchases(context, source, bar),
    );
    story.imported(customers, purchases);

    const configured = await configure(context);
    const segments = await listSegments(context, { asOf: source.asOf });
    story.configured(configured, segments, accounts);

    const runs = new Map<string, RunDetails>();
    for (const { name } of DEMO_SYNCS) {
      const run = await story.during(`Sending ${name}`, (bar) =>
        runSync(context, {
          sync: name,
          asOf: source.asOf,
          approved: false,
          onProgress: ({ rowsDone, rowsTotal }) => bar.update(rowsDone, rowsTotal),
        }),
      );
      runs.set(name, run);
    }
    story.sent([...runs.values()]);

    sandbox.advance(DAY_MS);
    clock.set(new Date(source.asOf.getTime() + DAY_MS));
    const matches = await readMatches(context);
    const sides = new Map(
      DEMO_SYNCS.map((sync) => [sync.name, platformSide(sandbox.emulators, sync)]),
    );

    sandbox.advance((LIFT_WINDOW_DAYS - 1) * DAY_MS);
    clock.set(new Date(source.asOf.getTime() + LIFT_WINDOW_DAYS * DAY_MS));
    const ads = await letAdsWork(context, source, sides);
    const syncs: DemoSyncReport[] = [];
    for (const sync of DEMO_SYNCS) {
      const run = runs.get(sync.name);
      const match = matches.get(sync.name);
      const side = sides.get(sync.name);
      if (run === undefined || match === undefined || side === undefined) continue;
      // Read again, now that platforms which answer later have answered.
      const settled = await showRun(context, { run: BigInt(run.id) });
      const { batches: _batches, ...figures } = settled;
      syncs.push({
        sync: sync.name,
        segment: sync.segment,
        platform: sync.platform,
        audience: sync.audience,
        run: figures,
        keysOnPlatform: side.keys,
        match,
        trueMatch: trueMatch(side, match.accepted.upper),
        ...(await readLift(context, source, sync, ads.purchases)),
      });
    }
    story.matched(syncs);
    story.lifted(syncs, ads.counts);

    const report: DemoReport = {
      source: source.description,
      database: options.database,
      asOf: source.asOf,
      customers,
      purchases,
      accounts,
      configured,
      segments,
      syncs,
      adPurchases: ads.counts,
      seconds: options.elapsed(),
    };
    story.end(report);
    return report;
  } finally {
    await sandbox.close();
  }
}

/** The demo's own time, secrets and addresses; everything else is the command's. */
function demoContext(
  context: ServiceContext,
  sandbox: Sandbox,
  clock: ReturnType<typeof fixedClock>,
): ServiceContext {
  const secrets = new Map(
    sandbox.emulators.flatMap(({ platform, credentials }) =>
      Object.entries(CREDENTIAL_VARIABLES[platform] ?? {}).map(
        ([name, variable]) => [variable, credentials[name] ?? ''] as const,
      ),
    ),
  );
  return {
    ...context,
    actor: { kind: 'demo', name: context.actor.name },
    surroundings: {
      clock,
      secret: (variable) => secrets.get(variable) ?? '',
      endpoints: sandbox.endpoints,
      signal: context.surroundings.signal,
      budgets: context.surroundings.budgets,
    },
  };
}

function trueMatch(side: PlatformSide, accepted: number): DemoSyncReport['trueMatch'] {
  const people = side.reached.length;
  return { people, rate: accepted === 0 ? 0 : people / accepted };
}
