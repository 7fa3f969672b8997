/** The configuration as the database holds it, in the shape of the file. */
import { z } from 'zod';
import type { PrismaDb } from '../../infra/db.ts';

/** The key under which the global holdout is kept, and the salt it is always drawn with. */
export const GLOBAL_HOLDOUT = { key: 'global-holdout', salt: 'global:v1' } as const;

/** One object of the configuration: its kind, its name, and its fields as plain values. */
export interface ConfigurationObject {
  readonly kind: 'setting' | 'destination' | 'segment' | 'sync';
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const GlobalHoldoutValue = z.object({ share: z.number() });

/** Everything configured, by kind and name. */
export async function readConfiguration(db: PrismaDb): Promise<ConfigurationObject[]> {
  const [setting, destinations, segments, syncs] = [
    await db.setting.findUnique({ where: { key: GLOBAL_HOLDOUT.key }, select: { value: true } }),
    await db.destination.findMany({
      orderBy: { name: 'asc' },
      select: { name: true, platform: true, account: true, credentials: true },
    }),
    await db.segment.findMany({
      orderBy: { name: 'asc' },
      select: { name: true, template: true, params: true },
    }),
    await db.sync.findMany({
      orderBy: { name: 'asc' },
      select: {
        name: true,
        audienceName: true,
        identifiers: true,
        schedule: true,
        timezone: true,
        holdout: true,
        maxShrink: true,
        segment: { select: { name: true } },
        destination: { select: { name: true } },
      },
    }),
  ];
  return [
    ...(setting === null
      ? []
      : [
          {
            kind: 'setting' as const,
            name: 'globalHoldout',
            fields: { share: GlobalHoldoutValue.parse(setting.value).share },
          },
        ]),
    ...destinations.map(({ name, ...fields }) => ({ kind: 'destination' as const, name, fields })),
    ...segments.map(({ name, ...fields }) => ({ kind: 'segment' as const, name, fields })),
    ...syncs.map((sync) => ({
      kind: 'sync' as const,
      name: sync.name,
      fields: {
        segment: sync.segment.name,
        destination: sync.destination.name,
        audience: sync.audienceName,
        identifiers: sync.identifiers,
        schedule: sync.schedule,
        timezone: sync.timezone,
        holdout: sync.holdout.toNumber(),
        maxShrink: sync.maxShrink.toNumber(),
      },
    })),
  ];
}
