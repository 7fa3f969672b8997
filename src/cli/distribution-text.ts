/** What `db distribute` would do or did, as a person reads it. */
import type { Distribution } from '../services/distribute-database.ts';
import { countOf } from './output.ts';

type Layout = Omit<Distribution, 'moved'>;
type Placement = Layout['tables'][number]['placement'];

const PLACEMENTS: readonly { readonly placement: Placement; readonly words: string }[] = [
  { placement: 'distributed', words: 'Cut by customer_id' },
  { placement: 'reference', words: 'Copied to every machine' },
  { placement: 'local', words: 'On the coordinator alone' },
];

/** The dry run. */
export function describePlacement(layout: Layout): string {
  const left = layout.tables.filter(({ placed }) => !placed).length + layout.functions.length;
  return [
    ...describeLayout(layout),
    ...(left === 0
      ? ['Everything is where it belongs.']
      : [
          'Dry run: nothing was moved. Tables are locked while their rows are moved, so stop the workers before.',
          'To do it: rekindle db distribute --yes',
        ]),
  ].join('\n');
}

export function describeDistribution(done: Distribution): string {
  return [
    ...describeLayout(done),
    done.moved
      ? 'The database is distributed. Start the workers anew, since open connections keep the old settings.'
      : 'Everything was where it belongs; nothing was moved.',
  ].join('\n');
}

/** What `--json` prints. */
export function distributionJson(
  layout: Layout,
  moved: boolean,
): Readonly<Record<string, unknown>> {
  const { citus, machines, tables, functions } = layout;
  return { citus, machines, tables, functions, moved };
}

function describeLayout({ citus, machines, tables }: Layout): string[] {
  return [
    `Citus ${citus}, ${countOf(machines, 'machine')} with shards. Tables still to be moved have a *.`,
    ...PLACEMENTS.map(({ placement, words }) => {
      const names = tables
        .filter((table) => table.placement === placement)
        .map(({ name, placed }) => (placed ? name : `${name}*`));
      return `${words}: ${names.join(', ')}.`;
    }),
  ];
}
