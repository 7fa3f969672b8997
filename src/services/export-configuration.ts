/** The configuration as YAML: what apply would read back without a change. */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { readConfiguration } from './configuration/stored.ts';
import type { ConfigurationObject } from './configuration/stored.ts';
import type { ServiceContext } from './context.ts';

export async function exportConfiguration(context: ServiceContext): Promise<string> {
  const objects = await readConfiguration(context.db.prisma);
  const of = (kind: ConfigurationObject['kind']) =>
    objects
      .filter((object) => object.kind === kind)
      .map(({ name, fields }) => ({ name, ...present(fields) }));
  const settings = settingsOf(objects);
  return stringify({
    ...(isEmpty(settings) ? {} : { settings }),
    destinations: of('destination'),
    segments: of('segment'),
    syncs: of('sync'),
  });
}

function settingsOf(objects: readonly ConfigurationObject[]): Record<string, unknown> {
  const fieldsOf = (wanted: string) =>
    objects.find(({ kind, name }) => kind === 'setting' && name === wanted)?.fields ?? {};
  const { share } = fieldsOf('globalHoldout');
  return present({
    globalHoldout: typeof share === 'number' ? percent(share) : null,
    contactPolicy: Object.fromEntries(
      Object.entries(fieldsOf('contactPolicy')).filter(
        ([, rule]) => rule !== null && rule !== false,
      ),
    ),
    alerts: fieldsOf('alerts'),
  });
}

/** A field that says nothing is left out of the file; shares are written as people write them. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([field, value]) => saysSomething(field, value))
      .map(([field, value]) =>
        (field === 'holdout' || field === 'maxShrink') && typeof value === 'number'
          ? [field, percent(value)]
          : [field, value],
      ),
  );
}

/** Of `maxGrowth`, null says that any growth goes; left out, it would be the default. */
function saysSomething(field: string, value: unknown): boolean {
  if (field === 'maxGrowth') return true;
  if (field === 'allowSmall') return value === true;
  return value !== null && !(POLICIES.has(field) && isEmpty(value));
}

/** Fields that are as good as absent where they say nothing. */
const POLICIES: ReadonlySet<string> = new Set(['consent', 'contactPolicy', 'options', 'alerts']);

function isEmpty(value: unknown): boolean {
  return isDeepStrictEqual(value, {});
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}
