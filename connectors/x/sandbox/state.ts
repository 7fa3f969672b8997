/** What the emulated X remembers: a reducer over its journal. */
import { z } from 'zod';
import type { SandboxWorld } from '../../sandbox/emulator.ts';
import { keysIn, usersBehind } from '../../sandbox/population.ts';
import type { KindedKey } from '../../sandbox/population.ts';
import { roster } from './roster.ts';
import type { DeleteMatches, ListKind, Roster } from './roster.ts';
import { StoredOperations } from './users.ts';
import type { StoredOperation } from './users.ts';

/** X says 6 to 8 hours; the later one, counted from the last change. */
export const PROCESSING_MS = 8 * 60 * 60 * 1000;

/** Matched people from which an audience can be targeted and shows its size. */
export const MINIMUM_SIZE = 100;

const at = z.iso.datetime();
const XEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('audience-created'),
    at,
    id: z.string(),
    account: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    kind: z.enum(['crm', 'do-not-reach']).default('crm'),
  }),
  z.object({ type: z.literal('audience-deleted'), at, id: z.string() }),
  z.object({ type: z.literal('audience-renamed'), at, id: z.string(), name: z.string() }),
  z.object({ type: z.literal('audience-stopped'), at, id: z.string() }),
  z.object({
    type: z.literal('users-changed'),
    at,
    id: z.string(),
    operations: StoredOperations,
  }),
  // The size is written down when it is worked out, so that a replay needs no population.
  z.object({
    type: z.literal('audience-processed'),
    at,
    id: z.string(),
    size: z.int(),
    until: z.iso.datetime().nullable(),
  }),
]);
type XEvent = z.infer<typeof XEvent>;

export interface StoredAudience {
  readonly id: string;
  readonly kind: ListKind;
  readonly account: string;
  name: string;
  readonly description: string | null;
  readonly createdAt: string;
  updatedAt: string;
  deleted: boolean;
  /** Whether X keeps it from being targeted for a reason that it does not name. */
  stopped: boolean;
  readonly roster: Roster;
  /** The last change that X has not processed yet. */
  pendingSince: string | null;
  /** The size X last worked out, and when time alone will change it. */
  reading: { readonly size: number; readonly until: string | null } | null;
}

export interface XState {
  all(kind: ListKind): readonly StoredAudience[];
  find(kind: ListKind, id: string): StoredAudience | undefined;
  create(kind: ListKind, name: string, description: string | null): StoredAudience;
  delete(audience: StoredAudience): void;
  rename(audience: StoredAudience, name: string): void;
  stop(audience: StoredAudience): void;
  change(audience: StoredAudience, operations: readonly StoredOperation[]): void;
  /** The keys on an audience at the world's time. */
  keys(audience: StoredAudience): readonly KindedKey[];
  /** The platform users whom those keys lead to. */
  matched(audience: StoredAudience): ReadonlySet<string>;
  /** Lets X process what is due by the world's time. */
  process(audience: StoredAudience): void;
}

/** The lists of one ad account. */
export function xState(
  world: SandboxWorld,
  { platform, account }: { readonly platform: string; readonly account: string },
  matches: DeleteMatches,
): XState {
  const audiences = new Map<string, StoredAudience>();
  for (const event of world.journal.replay(platform))
    reduce(audiences, XEvent.parse(event), matches);

  const record = (event: XEvent): void => {
    world.journal.append(platform, event);
    reduce(audiences, event, matches);
  };
  const now = (): string => world.clock.now().toISOString();
  const keys = (audience: StoredAudience): KindedKey[] =>
    audience.deleted ? [] : audience.roster.keysAt(world.clock.now().getTime());
  const matched = (audience: StoredAudience): Set<string> =>
    usersBehind(world.population, platform, keys(audience));
  const process = (audience: StoredAudience): void => {
    if (audience.deleted || !isDue(audience, world.clock.now().getTime())) return;
    const next = audience.roster.nextChange(world.clock.now().getTime());
    record({
      type: 'audience-processed',
      at: now(),
      id: audience.id,
      size: matched(audience).size,
      until: next === undefined ? null : new Date(next).toISOString(),
    });
  };

  return {
    all: (kind) => [...audiences.values()].filter((each) => each.kind === kind),
    find(kind, id) {
      const audience = audiences.get(id);
      return audience?.kind === kind ? audience : undefined;
    },
    create(kind, name, description) {
      const id = idOf(audiences.size);
      record({ type: 'audience-created', at: now(), id, account, name, description, kind });
      const created = audiences.get(id);
      if (created === undefined) throw new Error('The audience was not created.');
      return created;
    },
    delete(audience) {
      record({ type: 'audience-deleted', at: now(), id: audience.id });
    },
    rename(audience, name) {
      record({ type: 'audience-renamed', at: now(), id: audience.id, name });
    },
    stop(audience) {
      record({ type: 'audience-stopped', at: now(), id: audience.id });
    },
    change(audience, operations) {
      process(audience);
      record({ type: 'users-changed', at: now(), id: audience.id, operations: [...operations] });
    },
    keys,
    matched,
    process,
  };
}

function isDue({ pendingSince, reading }: StoredAudience, now: number): boolean {
  if (pendingSince !== null) return now >= Date.parse(pendingSince) + PROCESSING_MS;
  return reading !== null && reading.until !== null && now >= Date.parse(reading.until);
}

function reduce(
  audiences: Map<string, StoredAudience>,
  event: XEvent,
  matches: DeleteMatches,
): void {
  if (event.type === 'audience-created') {
    audiences.set(event.id, {
      id: event.id,
      kind: event.kind,
      account: event.account,
      name: event.name,
      description: event.description,
      createdAt: event.at,
      updatedAt: event.at,
      deleted: false,
      stopped: false,
      roster: roster(),
      pendingSince: event.at,
      reading: null,
    });
    return;
  }
  const audience = audiences.get(event.id);
  if (audience === undefined) return;
  switch (event.type) {
    case 'audience-deleted':
      audience.deleted = true;
      audience.updatedAt = event.at;
      break;
    case 'audience-renamed':
      audience.name = event.name;
      audience.updatedAt = event.at;
      break;
    case 'audience-stopped':
      audience.stopped = true;
      break;
    case 'users-changed':
      for (const operation of event.operations) applyTo(audience.roster, operation, matches);
      audience.pendingSince = event.at;
      break;
    case 'audience-processed':
      audience.pendingSince = null;
      audience.reading = { size: event.size, until: event.until };
      break;
  }
}

function applyTo(list: Roster, operation: StoredOperation, matches: DeleteMatches): void {
  for (const user of operation.users) {
    const keys = [...keysIn(user)];
    if (operation.type === 'Delete') list.delete(keys, matches);
    else list.update(keys, Date.parse(operation.from), Date.parse(operation.until));
  }
}

/** Short ids that look like X's, in the order of creation. */
function idOf(count: number): string {
  return (Number.parseInt('1nmth', 36) + count).toString(36);
}
