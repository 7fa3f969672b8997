/** Whether the names and values of a configuration fit together and the platforms. */
import { z } from 'zod';
import type { Connector } from '../../../connectors/connector.ts';
import { PLATFORMS, findConnector } from '../../../connectors/registry.ts';
import { KEY_KINDS } from '../../identity/index.ts';
import { SegmentDefinitionSchema } from '../../segment/index.ts';
import { ContactSettings, LIMITED_USE_PLATFORM } from '../../sync/index.ts';
import { accountAsStored } from './changes.ts';
import { checkContact } from './check-contact.ts';
import { checkIdentifiers } from './check-identifiers.ts';
import { problemsOf } from './problems.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ConfigurationFile, DestinationEntry, SyncEntry } from './schema.ts';
import type { ConfigurationObject } from './stored.ts';

/** What the database has already, which a file may refer to and must not run into. */
export interface KnownNames {
  readonly segments: readonly string[];
  readonly destinations: readonly Account[];
  readonly syncs: readonly (Filled & Pick<SyncEntry, 'identifiers' | 'contactPolicy'>)[];
  /** The setting, for all syncs. */
  readonly contactPolicy: ContactSettings;
}

type Account = Pick<DestinationEntry, 'name' | 'platform' | 'account' | 'options'>;
type Filled = Pick<SyncEntry, 'name' | 'destination' | 'audience'>;

export function knownNames(stored: readonly ConfigurationObject[]): KnownNames {
  const of = (kind: ConfigurationObject['kind']) =>
    stored
      .filter((object) => object.kind === kind)
      .map(({ name, fields }) => ({ ...fields, name }));
  return {
    segments: of('segment').map(({ name }) => name),
    destinations: z
      .array(
        z.object({
          name: z.string(),
          platform: z.string(),
          account: z.string(),
          options: z.record(z.string(), z.string()),
        }),
      )
      .parse(of('destination')),
    syncs: z
      .array(
        z.object({
          name: z.string(),
          destination: z.string(),
          audience: z.string(),
          identifiers: z.array(z.enum(KEY_KINDS)),
          contactPolicy: ContactSettings,
        }),
      )
      .parse(of('sync')),
    contactPolicy: ContactSettings.parse(
      stored.find(({ kind, name }) => kind === 'setting' && name === 'contactPolicy')?.fields ?? {},
    ),
  };
}

/** Every problem of a file whose shape is right, so that one reading of the error mends them all. */
export function checkConfiguration(
  file: ConfigurationFile,
  known: KnownNames,
): ConfigurationProblem[] {
  const accounts = new Map(
    [...known.destinations, ...file.destinations].map((account) => [account.name, account]),
  );
  const platforms = new Map([...accounts].map(([name, { platform }]) => [name, platform]));
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
    ...file.syncs.flatMap((entry, index) => [
      ...checkSync(entry, index, segments, accounts),
      ...checkAudienceName(entry, index, known, accounts),
    ]),
    ...checkIdentifiers(file, known.syncs, platforms),
    ...sharedAudiences(file.syncs, known.syncs, accounts),
    ...checkContact(file, known),
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
  const credentials = credentialNames(connector).safeParse(entry.credentials);
  const missing = connector.settings.missing?.(Object.keys(entry.credentials)) ?? null;
  const options = z.strictObject(connector.settings.options?.shape ?? {}).safeParse(entry.options);
  return [
    ...(account.success ? [] : problemsOf(account.error, [...path, 'account'])),
    ...(credentials.success ? [] : problemsOf(credentials.error, [...path, 'credentials'])),
    ...(missing === null
      ? []
      : [{ path: [...path, 'credentials'], message: `must have ${missing}` }]),
    ...(options.success ? [] : problemsOf(options.error, [...path, 'options'])),
    ...(entry.consent.limitedDataUse === undefined || entry.platform === LIMITED_USE_PLATFORM
      ? []
      : [
          {
            path: [...path, 'consent', 'limitedDataUse'],
            message: `${entry.platform} cannot be told to limit its use of data; only ${LIMITED_USE_PLATFORM} can`,
          },
        ]),
  ];
}

/** A file names variables; the values that they stand for are looked at when they are used. */
function credentialNames({ settings }: Connector): z.ZodType {
  const needed = Object.entries(settings.credentials.shape).map(([name, schema]) => {
    const optional = schema.safeParse(undefined).success;
    return [name, optional ? z.string().optional() : z.string()] as const;
  });
  return z.strictObject(Object.fromEntries(needed));
}

function checkSync(
  entry: SyncEntry,
  index: number,
  segments: ReadonlySet<string>,
  accounts: ReadonlyMap<string, Account>,
): ConfigurationProblem[] {
  const path = ['syncs', index];
  const problems: ConfigurationProblem[] = [];
  if (!segments.has(entry.segment)) {
    problems.push({
      path: [...path, 'segment'],
      message: `"${entry.segment}" is not a segment; there are ${list([...segments])}`,
    });
  }
  if (!accounts.has(entry.destination)) {
    problems.push({
      path: [...path, 'destination'],
      message: `"${entry.destination}" is not a destination; there are ${list([...accounts.keys()])}`,
    });
  }
  return problems;
}

/** A list that is there already keeps its name; whatever the platform makes of it, it has made. */
function checkAudienceName(
  entry: SyncEntry,
  index: number,
  known: KnownNames,
  destinations: ReadonlyMap<string, Account>,
): ConfigurationProblem[] {
  const before = known.syncs.find(({ name }) => name === entry.name);
  if (before?.audience === entry.audience) return [];
  const connector = findConnector(destinations.get(entry.destination)?.platform ?? '');
  const { options = {} } = destinations.get(entry.destination) ?? {};
  const problem = connector?.settings.nameProblem?.(entry.audience, options) ?? null;
  return problem === null ? [] : [{ path: ['syncs', index, 'audience'], message: problem }];
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

/**
 * Two syncs that fill one list would keep taking each other's people off. Two destinations may be
 * the same account, where a name means the same list.
 */
function sharedAudiences(
  wanted: readonly SyncEntry[],
  known: readonly Filled[],
  accounts: ReadonlyMap<string, Account>,
): ConfigurationProblem[] {
  const listOf = ({ destination, audience }: Filled): string => {
    const { platform = destination, account = '' } = accounts.get(destination) ?? {};
    return JSON.stringify([platform, accountAsStored({ platform, account }), audience]);
  };
  const others = known.filter(({ name }) => !wanted.some((sync) => sync.name === name));
  return wanted.flatMap((sync, index) => {
    const filled = [...others, ...wanted.slice(0, index)].find(
      (other) => other.name !== sync.name && listOf(other) === listOf(sync),
    );
    return filled === undefined
      ? []
      : [
          {
            path: ['syncs', index, 'audience'],
            message: `"${sync.audience}" is already filled by the sync "${filled.name}" on ${filled.destination}`,
          },
        ];
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
