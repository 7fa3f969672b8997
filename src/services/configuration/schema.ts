/** The configuration as people write it: destinations, segments and syncs. */
import { z } from 'zod';
import { AlertSettings } from '../../alert/index.ts';
import { isTimeZone } from '../../config.ts';
import { KEY_KINDS } from '../../identity/index.ts';
import { ConsentSettings, ContactSettings, Priority, isSchedule } from '../../sync/index.ts';

/** Share of people, written `10%` or `0.1`. */
const percentage = (most: number) =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    const share =
      typeof value === 'number' ? value : Number(/^(\d+(?:\.\d+)?)\s*%$/u.exec(value)?.[1]) / 100;
    if (Number.isNaN(share) || share < 0 || share > most) {
      context.addIssue({
        code: 'custom',
        message: `must be between 0% and ${most * 100}%, written like 10% or 0.1`,
      });
      return z.NEVER;
    }
    return Math.round(share * 10_000) / 10_000;
  });

/** How many times as large; a hundredth is the finest step that is kept. */
const growth = z
  .number()
  .min(1, 'must be at least 1; null switches it off')
  .max(100_000, 'must be at most 100000; null switches it off')
  .transform((times) => Math.round(times * 100) / 100);

const name = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u,
    'must be letters, digits, dots, hyphens and underscores, at most 63',
  );

const timezone = z.string().refine(isTimeZone, 'must be an IANA time zone, e.g. Asia/Tokyo');

const DestinationEntry = z.strictObject({
  name,
  platform: z.string(),
  account: z.string(),
  credentials: z.record(
    z.string(),
    z
      .string()
      .regex(
        /^\$[A-Za-z_][A-Za-z0-9_]*$/u,
        'must be the name of an environment variable with a $ before it, e.g. $META_ACCESS_TOKEN; secrets do not belong in the file',
      ),
  ),
  options: z.record(z.string(), z.string()).default({}),
  consent: ConsentSettings.default({}),
});

const SegmentEntry = z.strictObject({
  name,
  template: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
  schedule: z
    .string()
    .refine(isSchedule, 'must be a cron line such as "0 2 * * *"; leave it out for none')
    .optional(),
  timezone: timezone.optional(),
});

/** Runs follow a refresh of the segment. */
const AFTER_REFRESH = 'after-refresh';

const SyncEntry = z.strictObject({
  name,
  segment: z.string(),
  destination: z.string(),
  audience: z.string().min(1).max(200),
  identifiers: z
    .array(z.enum(KEY_KINDS))
    .min(1)
    .refine((kinds) => new Set(kinds).size === kinds.length, 'must name each identifier once'),
  schedule: z
    .string()
    .refine(
      (line) => line === AFTER_REFRESH || isSchedule(line),
      'must be a cron line such as "0 3 * * *", or after-refresh; leave it out to run on demand',
    )
    .optional(),
  timezone: timezone.optional(),
  holdout: percentage(0.5).default(0),
  maxShrink: percentage(1).default(0.3),
  maxGrowth: growth.nullable().default(3),
  allowSmall: z.boolean().default(false),
  priority: Priority.default(100),
  exclusiveGroup: name.optional(),
  contactPolicy: ContactSettings.default({}),
});

export const ConfigurationFile = z.strictObject({
  settings: z
    .strictObject({
      globalHoldout: percentage(0.1),
      contactPolicy: ContactSettings,
      alerts: AlertSettings,
    })
    .partial()
    .optional(),
  destinations: z.array(DestinationEntry).default([]),
  segments: z.array(SegmentEntry).default([]),
  syncs: z.array(SyncEntry).default([]),
});

export type ConfigurationFile = z.infer<typeof ConfigurationFile>;
export type DestinationEntry = z.infer<typeof DestinationEntry>;
export type SegmentEntry = z.infer<typeof SegmentEntry>;
export type SyncEntry = z.infer<typeof SyncEntry>;
