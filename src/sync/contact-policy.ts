/** How long and how often people may be followed: the rules of a sync and those of all syncs. */
import { z } from 'zod';

/** The row of the table `setting` that holds the rules of all syncs. */
export const CONTACT_POLICY_SETTING = 'contact-policy';

/** A whole number from 1 on. */
const wholeNumber = (most: number) =>
  z.custom<number>(
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most,
    `must be a whole number from 1 to ${most}`,
  );

/** Who goes first where a person may be on few audiences: 1 before 2. */
export const Priority = wholeNumber(1000);

/** Google keeps people on a list for 540 days at most, the longest of all platforms. */
const MOST_DAYS = 540;
const MOST_AUDIENCES = 50;

export interface ContactPolicy {
  /** Whoever buys after coming onto an audience leaves it. */
  readonly leaveOnPurchase: boolean;
  /** Days after which a person leaves an audience; null for no end. */
  readonly maxDays: number | null;
  /** Days after leaving an audience before a person may come back onto it; null for none. */
  readonly coolDownDays: number | null;
  /** Audiences that a person may be on at once, those of the syncs that go first; null for any. */
  readonly maxAudiences: number | null;
}

/**
 * What a sync says itself, as the configuration writes it and the database keeps it: a rule that is
 * absent is the setting's; null switches it off.
 */
export const ContactSettings = z
  .strictObject({
    leaveOnPurchase: z.boolean().nullable(),
    maxDays: wholeNumber(MOST_DAYS).nullable(),
    coolDownDays: wholeNumber(MOST_DAYS).nullable(),
    maxAudiences: wholeNumber(MOST_AUDIENCES).nullable(),
  })
  .partial();
export type ContactSettings = z.infer<typeof ContactSettings>;

/** The rules of a sync: its own, one by one, before those of the setting, before none. */
export function resolveContactPolicy(
  setting: ContactSettings,
  sync: ContactSettings,
): ContactPolicy {
  const rule = <Name extends keyof ContactPolicy>(name: Name): ContactSettings[Name] =>
    sync[name] === undefined ? setting[name] : sync[name];
  return {
    leaveOnPurchase: rule('leaveOnPurchase') ?? false,
    maxDays: rule('maxDays') ?? null,
    coolDownDays: rule('coolDownDays') ?? null,
    maxAudiences: rule('maxAudiences') ?? null,
  };
}

/** Why the rules of a sync do not fit together; null where they do. */
export function contactPolicyProblem(policy: ContactPolicy): string | null {
  if (policy.coolDownDays !== null) return null;
  const leaving = [
    ...(policy.leaveOnPurchase ? ['leaveOnPurchase'] : []),
    ...(policy.maxDays === null ? [] : ['maxDays']),
  ];
  if (leaving.length === 0) return null;
  const verb = leaving.length === 1 ? 'needs' : 'need';
  return `${leaving.join(' and ')} ${verb} coolDownDays, or people would be back at the next run`;
}
