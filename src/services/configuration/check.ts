/** Whether the names and values of a configuration fit together and the platforms. */
import { z } from 'zod';
import { PLATFORMS, findConnector } from '../../../connectors/registry.ts';
import { SegmentDefinitionSchema } from '../../segment/index.ts';
import { problemsOf } from './problems.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ConfigurationFile, DestinationEntry, SyncEntry } from './schema.ts';

/** What the database has already, which a file may refer to. */
export interface KnownNames {
  readonly segments: readonly string[];
  /** Destination name → platform. */
  readonly destinations: ReadonlyMap<string, string>;
}

/** Every problem there is, so that one reading of the error mends the whole file. */
export function checkConfiguration(
  file: ConfigurationFile,
  known: KnownNames,
): ConfigurationProblem[] {
  const platforms = new Map([
    ...known.destinations,
    ...file.destinations.map(({ name, platform }) => [name, platform] as const),
  ]);
  const segments = new Set([...known.segments, ...file.segments.map(({ name }) => name)]);
  return [
    ...(['destinations', 'segments', 'syncs'] as const).flatMap((kind) =>
      repeatedNames(kind, file[kind]),
    ),
    ...file.destinations.flatMap((entry, index) => checkDestination(entry, index)),
    ...file.segments.flatMap(({ template, params }, index) => {
      const parsed = SegmentDefinitionSchema.safeParse({ template, params });
      return parsed.success ? [] : problemsOf(parsed.error, ['segments', index]);
    }),
    ...file.syncs.flatMap((entry, index) => checkSync(entry, index, segments, platforms)),
    ...sharedAudiences(file.syncs),
  ];
}

function checkDestination(entry: DestinationEntry, index: number): ConfigurationProblem[] {
  const path = ['destinations', index];
  const connector = findConnector(entry.platform);
  if (connector === undefined) {
    return [
      {
        path: [...path, 'platform'],
        message: `"${entry.platform}" is not a platform; there are ${PLATFORMS.join(', ')}`,
      },
    ];
  }
  const account = connector.settings.account.safeParse(entry.account);
  const credentials = z
    .strictObject(connector.settings.credentials.shape)
    .safeParse(entry.credentials);
  return [
    ...(account.success ? [] : problemsOf(account.error, [...path, 'account'])),
    ...(credentials.success ? [] : problemsOf(credentials.error, [...path, 'credentials'])),
  ];
}

function checkSync(
  entry: SyncEntry,
  index: number,
  segments: ReadonlySet<string>,
  platforms: ReadonlyMap<string, string>,
): ConfigurationProblem[] {
  const path = ['syncs', index];
  const problems: ConfigurationProblem[] = [];
  if (!segments.has(entry.segment)) {
    problems.push({
      path: [...path, 'segment'],
      message: `"${entry.segment}" is not a segment; there are ${list([...segments])}`,
    });
  }
  const platform = platforms.get(entry.destination);
  if (platform === undefined) {
    problems.push({
      path: [...path, 'destination'],
      message: `"${entry.destination}" is not a destination; there are ${list([...platforms.keys()])}`,
    });
    return problems;
  }
  const taken = findConnector(platform)?.identifiers ?? {};
  for (const [position, kind] of entry.identifiers.entries()) {
    if (taken[kind] === undefined) {
      problems.push({
        path: [...path, 'identifiers', position],
        message: `${platform} does not take ${kind}`,
      });
    }
  }
  return problems;
}

function repeatedNames(
  kind: string,
  entries: readonly { readonly name: string }[],
): ConfigurationProblem[] {
  return entries.flatMap(({ name }, index) =>
    entries.findIndex((other) => other.name === name) === index
      ? []
      : [{ path: [kind, index, 'name'], message: `"${name}" is there twice` }],
  );
}

/** Two syncs that fill one list would keep taking each other's people off. */
function sharedAudiences(syncs: readonly SyncEntry[]): ConfigurationProblem[] {
  return syncs.flatMap((sync, index) => {
    const first = syncs.find(
      (other) => other.destination === sync.destination && other.audience === sync.audience,
    );
    return first === sync || first === undefined
      ? []
      : [
          {
            path: ['syncs', index, 'audience'],
            message: `"${sync.audience}" is already filled by the sync "${first.name}" on ${sync.destination}`,
          },
        ];
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
