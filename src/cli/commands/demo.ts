/** `demo`: the main job end to end on the embedded database and the sandbox. */
import type { Command } from 'commander';
import { join } from 'node:path';
import { loadConfig } from '../../config.ts';
import { readColumns } from '../columns.ts';
import { readAsOf, report } from '../command.ts';
import { withApp } from '../app.ts';
import { playDemo } from '../demo/demo.ts';
import { SHOP_TIMEZONE, logSource, madeUpSource } from '../demo/source.ts';
import type { DemoSource } from '../demo/source.ts';
import { silentStory, spokenStory } from '../demo/story.ts';
import { positive } from './segments.ts';

/** The made-up shop's day; fixed, so that playing again finds everything as it was. */
const STORY_DAY = '2026-09-30';
const CUSTOMERS = 30_000;

interface Flags {
  readonly customers: number;
  readonly purchases?: string;
  readonly columns?: string;
  readonly asOf?: string;
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('the main job end to end: made-up customers, emulated ad platforms, a known lift')
    .option('--customers <n>', 'how many made-up customers', positive, CUSTOMERS)
    .option('--purchases <file>', 'a purchase log in CSV instead of made-up purchases')
    .option('--columns <map>', 'its columns: customer_id=…,purchased_at=…,amount=…')
    .option('--as-of <moment>', 'the day of the story: a date (its end) or a full timestamp')
    .action((flags: Flags) =>
      report(program, async (json) => {
        const began = performance.now();
        const source = await chooseSource(flags);
        const demo = await withApp(
          { embedded: { name: source.key, create: true } },
          ({ config, context }) =>
            playDemo({
              context,
              source,
              journal: join(config.home, 'demo', source.key, 'sandbox.ndjson'),
              database: source.key,
              story: json ? silentStory : spokenStory,
              elapsed: () => (performance.now() - began) / 1000,
            }),
        );
        const ok = demo.syncs.every(({ run }) => run.state === 'succeeded');
        return { json: demo, text: '', ok };
      }),
    );
}

async function chooseSource(flags: Flags): Promise<DemoSource> {
  if (flags.purchases === undefined) {
    const asOf = readAsOf(flags.asOf ?? STORY_DAY, SHOP_TIMEZONE);
    return madeUpSource({ customers: flags.customers, asOf });
  }
  const { timezone } = loadConfig();
  return logSource({
    file: flags.purchases,
    columns: readColumns(flags.columns),
    asOf: flags.asOf === undefined ? undefined : readAsOf(flags.asOf, timezone),
    timezone,
  });
}
