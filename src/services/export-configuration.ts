/** The configuration as YAML: what apply would read back without a change. */
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
  const share = objects.find(({ name }) => name === 'globalHoldout')?.fields['share'];
  return stringify({
    ...(typeof share === 'number' ? { settings: { globalHoldout: percent(share) } } : {}),
    destinations: of('destination'),
    segments: of('segment'),
    syncs: of('sync'),
  });
}

/** A field without a value is left out of the file; shares are written as people write them. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([field, value]) =>
        (field === 'holdout' || field === 'maxShrink') && typeof value === 'number'
          ? [field, percent(value)]
          : [field, value],
      ),
  );
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}
