/** The demo as a marketer reads it. */
import type { SegmentSize } from '../../services/list-segments.ts';
import type { RunDetails } from '../../services/show-run.ts';
import { count, percent, print, table } from '../output.ts';
import { noProgress, progress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { formatAccepted, formatLift, formatRate } from '../result-text.ts';
import { describeRun } from '../run-text.ts';
import type { DemoReport, DemoSyncReport, ImportCounts } from './report.ts';
import type { DemoSource } from './source.ts';

export interface Story {
  begin(source: DemoSource): void;
  /** Shows progress while `work` goes on. */
  during<T>(what: string, work: (bar: Progress) => Promise<T>): Promise<T>;
  imported(customers: ImportCounts, purchases: ImportCounts): void;
  configured(
    changed: number,
    segments: readonly SegmentSize[],
    accounts: Readonly<Record<string, number>>,
  ): void;
  sent(runs: readonly RunDetails[]): void;
  matched(syncs: readonly DemoSyncReport[]): void;
  lifted(syncs: readonly DemoSyncReport[], ads: ImportCounts): void;
  end(report: DemoReport): void;
}

/** Tells nothing: for `--json`. */
export const silentStory: Story = {
  begin() {},
  during: (_what, work) => work(noProgress),
  imported() {},
  configured() {},
  sent() {},
  matched() {},
  lifted() {},
  end() {},
};

/** Tells it on stdout, chapter by chapter, while it happens. */
export const spokenStory: Story = {
  begin(source) {
    print(`Rekindle, the main job end to end, on ${source.description}.`);
    print(
      `Today is ${source.asOf.toISOString().slice(0, 10)}; the ad platforms are emulated here.`,
    );
  },
  async during(what, work) {
    const bar = progress(what);
    try {
      return await work(bar);
    } finally {
      bar.stop();
    }
  },
  imported(customers, purchases) {
    chapter(1, 'Your customers and what they bought');
    print(`${describeImport('customers', customers)}\n${describeImport('purchases', purchases)}`);
  },
  configured(changed, segments, accounts) {
    chapter(2, 'Whom to win back, and where');
    print(
      changed === 0
        ? 'The configuration is as it was.'
        : `Applied a configuration: ${changed} objects made or changed.`,
    );
    print(
      table(
        ['segment', 'customers', 'who that is'],
        segments.map(({ name, customers, meaning }) => [name, count(customers), meaning]),
      ),
    );
    const there = Object.entries(accounts)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, people]) => `${name} ${count(people)}`);
    print(`Of your customers these many have an account there: ${there.join(', ')}.`);
  },
  sent(runs) {
    chapter(3, 'Sending hashed identifiers');
    print(
      table(
        [
          'sync',
          'segment',
          'unreachable',
          'no consent',
          'suppressed',
          'held out',
          'wanted',
          'unchanged',
          'added',
          'removed',
        ],
        runs.map((run) => [
          run.sync,
          count(run.inSegment),
          count(run.unreachable),
          count(run.noConsent),
          count(run.suppressed),
          count(run.heldOut + run.heldOutGlobal),
          count(run.wanted),
          count(run.unchanged),
          count(run.added),
          count(run.removed),
        ]),
      ),
    );
    print('Nobody in the EEA, the UK or Switzerland goes out without a yes on record.');
    print('The held-out people are left alone on purpose: they show what happens without ads.');
    for (const run of runs) {
      if (run.state !== 'succeeded') print(describeRun(run).join('\n'));
    }
  },
  matched(syncs) {
    chapter(4, 'One day later: whom the platforms recognised');
    print(
      table(
        ['sync', 'platform', 'accepted', 'match rate', 'true rate here', 'keys on the list'],
        syncs.map(({ sync, platform, match, trueMatch, keysOnPlatform }) => [
          sync,
          platform,
          formatAccepted(match.accepted),
          formatRate(match.rate),
          percent(trueMatch.rate),
          count(keysOnPlatform),
        ]),
      ),
    );
    for (const { sync, match } of syncs) {
      if (!match.rate.known) print(`${sync}: not known, since ${match.rate.reason}`);
    }
  },
  lifted(syncs, ads) {
    chapter(5, 'Four weeks later: what the ads added');
    print(`In this world the ads caused ${count(ads.read)} purchases. Rekindle's estimate:`);
    for (const { sync, lift, trueLift } of syncs) {
      print(`\n${sync}: ${lift.sentence}`);
      print(
        `  lift ${formatLift(lift.lift)}; the truth here: ${(trueLift.lift * 100).toFixed(2)} points, ${count(trueLift.extraConverters)} people${verdictOf(lift.lift, trueLift.lift)}`,
      );
    }
  },
  end(report) {
    chapter(6, 'With your own accounts');
    print(
      [
        'Import your data:      npm run rekindle -- import customers customers.csv',
        '                       npm run rekindle -- import purchases purchases.csv',
        'Write the YAML of README with your accounts, put the secrets into .env, then:',
        '                       npm run rekindle -- apply rekindle.yaml',
        '                       npm run rekindle -- destination test meta-main',
        '                       npm run rekindle -- plan lapsed-meta   (sends nothing)',
        '                       npm run rekindle -- run lapsed-meta',
        `Look around in this demo: npm run rekindle -- --database ${report.database} runs`,
        '',
        `Done in ${report.seconds.toFixed(1)} s. Playing it again changes nothing that did not change.`,
      ].join('\n'),
    );
  },
};

/** Whether a 95 % interval did its work, which nobody knows outside a made-up world. */
function verdictOf(lift: DemoSyncReport['lift']['lift'], truth: number): string {
  if (lift.kind !== 'estimate') return '';
  const holds = lift.absolute.lower <= truth && truth <= lift.absolute.upper;
  return holds ? ' (within the interval)' : ' (outside the interval, as one in twenty is)';
}

function chapter(number: number, title: string): void {
  print(`\n${number}. ${title}\n`);
}

function describeImport(what: string, counts: ImportCounts): string {
  const { read, inserted, updated, unchanged, rejected } = counts;
  return `${count(read)} ${what}: ${count(inserted)} new, ${count(updated)} changed, ${count(unchanged)} unchanged, ${count(rejected)} rejected.`;
}
