/** What applying a file would change. */
import { isDeepStrictEqual } from 'node:util';
import { findConnector } from '../../../connectors/registry.ts';
import { SegmentDefinitionSchema } from '../../segment/index.ts';
import { resolveContactPolicy } from '../../sync/index.ts';
import type { ConfigurationFile } from './schema.ts';
import { setting } from './stored.ts';
import type { ConfigurationObject } from './stored.ts';

export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Change {
  readonly kind: ConfigurationObject['kind'];
  readonly name: string;
  readonly action: 'create' | 'update' | 'unchanged';
  readonly fields: readonly FieldChange[];
  /** The object as it will be. */
  readonly after: Readonly<Record<string, unknown>>;
}

/** The objects of a checked file, with every default filled in. */
export function wantedObjects(file: ConfigurationFile, timezone: string): ConfigurationObject[] {
  const { globalHoldout: share, contactPolicy, alerts } = file.settings ?? {};
  return [
    ...(share === undefined ? [] : [setting('globalHoldout', { share })]),
    ...(contactPolicy === undefined
      ? []
      : [setting('contactPolicy', { ...resolveContactPolicy(contactPolicy, {}) })]),
    ...(alerts === undefined ? [] : [setting('alerts', alerts)]),
    ...file.destinations.map(({ name, ...fields }) => ({
      kind: 'destination' as const,
      name,
      fields: { ...fields, account: accountAsStored(fields) },
    })),
    ...file.segments.map(({ name, template, params, schedule, timezone: zone }) => ({
      kind: 'segment' as const,
      name,
      fields: {
        ...SegmentDefinitionSchema.parse({ template, params }),
        schedule: schedule ?? null,
        timezone: zone ?? null,
      },
    })),
    ...file.syncs.map(({ name, ...fields }) => ({
      kind: 'sync' as const,
      name,
      fields: {
        ...fields,
        schedule: fields.schedule ?? null,
        exclusiveGroup: fields.exclusiveGroup ?? null,
        timezone: fields.timezone ?? timezone,
      },
    })),
  ];
}

/**
 * The platform's own spelling of the account, e.g. without the hyphens that people write; as
 * written where the platform would not take it.
 */
export function accountAsStored(entry: {
  readonly platform: string;
  readonly account: string;
}): string {
  const parsed = findConnector(entry.platform)?.settings.account.safeParse(entry.account);
  return parsed?.data ?? entry.account;
}

/** One change per wanted object. What the file does not name is left alone. */
export function compareObjects(
  wanted: readonly ConfigurationObject[],
  stored: readonly ConfigurationObject[],
): Change[] {
  return wanted.map(({ kind, name, fields: after }) => {
    const before = stored.find((object) => object.kind === kind && object.name === name)?.fields;
    const fields = Object.keys(after)
      .filter((field) => !isDeepStrictEqual(before?.[field], after[field]))
      .map((field) => ({ field, before: before?.[field], after: after[field] }));
    const action = before === undefined ? 'create' : fields.length > 0 ? 'update' : 'unchanged';
    return { kind, name, action, fields: before === undefined ? [] : fields, after };
  });
}
