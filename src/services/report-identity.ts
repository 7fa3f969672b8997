/** Which platforms can reach how many customers, and what to mend first. */
import { PLATFORMS, findConnector } from '../../connectors/registry.ts';
import { readReach, readUnusable, refreshIdentities } from '../identity/index.ts';
import type { KeyKind, ReachGroup, UnusableGroup } from '../identity/index.ts';
import type { ServiceContext } from './context.ts';

export interface PlatformReach {
  readonly platform: string;
  /** The kinds of key that the platform takes and that find people by themselves. */
  readonly kinds: readonly KeyKind[];
  /** Customers with a key of at least one of these kinds. */
  readonly customers: number;
  /** Of all customers, 0..1; null where there are none. */
  readonly share: number | null;
  /** Customers with a key of the kind, whatever else they have. */
  readonly byKind: Readonly<Partial<Record<KeyKind, number>>>;
}

export interface IdentityReport {
  readonly customers: number;
  /** Identities that were out of date and were computed for this report. */
  readonly computed: number;
  readonly platforms: readonly PlatformReach[];
  /** What was left out, by kind and reason; what keeps most people out of reach comes first. */
  readonly unusable: readonly UnusableGroup[];
}

export async function reportIdentity(context: ServiceContext): Promise<IdentityReport> {
  const { db, surroundings } = context;
  const computed = await refreshIdentities(db, { now: surroundings.clock.now() });
  const groups = await readReach(db);
  const customers = sum(groups);
  return {
    customers,
    computed,
    platforms: PLATFORMS.map((platform) => reachOf(platform, groups, customers)),
    unusable: await readUnusable(db),
  };
}

function reachOf(platform: string, groups: readonly ReachGroup[], all: number): PlatformReach {
  const rules = Object.entries(findConnector(platform)?.identifiers ?? {});
  const kinds = rules
    // Meta's profile goes along with keys and finds nobody by itself.
    .filter(([, rule]) => rule !== 'profile_meta')
    .map(([kind]) => kind as KeyKind);
  const having = (wanted: readonly KeyKind[]): number =>
    sum(groups.filter((group) => group.kinds.some((kind) => wanted.includes(kind))));
  const customers = having(kinds);
  return {
    platform,
    kinds,
    customers,
    share: all === 0 ? null : customers / all,
    byKind: Object.fromEntries(kinds.map((kind) => [kind, having([kind])])),
  };
}

function sum(groups: readonly ReachGroup[]): number {
  return groups.reduce((total, { customers }) => total + customers, 0);
}
