/** What the routes of the Meta emulator share: its state, its options and the rules of writing. */
import type { SandboxWorld } from '../../sandbox/emulator.ts';
import { usersBehind } from '../../sandbox/population.ts';
import type { KindedKey } from '../../sandbox/population.ts';
import { refusal } from './answers.ts';
import type { MetaEvent } from './events.ts';
import { apply, restore } from './journal.ts';
import type { ResolvedOptions } from './options.ts';
import { audienceFields } from './read.ts';
import { endOverdue, operationStatus } from './replace.ts';
import type { OperationStatus } from './replace.ts';
import type { MetaState, SandboxAudience } from './state.ts';

export const PLATFORM = 'meta';
export const ACCOUNT = 'act_1234567890';
export const TOKEN = 'EAASandboxMetaToken';

export interface Desk {
  readonly options: ResolvedOptions;
  /** As it is now: what ran out of time has ended. */
  state(): MetaState;
  now(): Date;
  /** Appends an event to the journal and carries it into the state. */
  record(event: MetaEvent): void;
  /** @throws GraphRefusal where there is none of that id. */
  existing(id: string): SandboxAudience;
  /** @throws GraphRefusal where the token or its user may not change audiences. */
  mayWrite(): void;
  status(audience: SandboxAudience): OperationStatus;
  /** The fields of an audience that a request names. */
  fields(audience: SandboxAudience, wanted: readonly string[]): object;
  /** The platform's users behind keys. */
  usersBehind(keys: Iterable<KindedKey>): Set<string>;
}

/** A desk over a world; the state is what the world's journal holds. */
export function createDesk(world: SandboxWorld, options: ResolvedOptions): Desk {
  const memory = restore(world.journal.replay(PLATFORM));
  const now = (): Date => world.clock.now();
  const canEdit = options.tasks.some((task) => task === 'MANAGE' || task === 'ADVERTISE');
  const desk: Desk = {
    options,
    now,
    state() {
      endOverdue(memory, now());
      return memory;
    },
    record(event) {
      world.journal.append(PLATFORM, event);
      apply(memory, event);
    },
    existing(id) {
      const audience = desk.state().audiences.get(id);
      if (audience === undefined) throw refusal.missing(id);
      return audience;
    },
    mayWrite() {
      if (!options.permissions.includes('ads_management')) throw refusal.permission();
      if (!canEdit) throw refusal.task();
      if (!options.termsAccepted) throw refusal.terms();
    },
    status: (audience) => operationStatus(audience, now(), options.replaceMs),
    fields: (audience, wanted) =>
      audienceFields(audience, wanted, {
        now: now(),
        processingMs: options.processingMs,
        status: desk.status(audience),
        canEdit,
        count: (keys) => desk.usersBehind(keys).size,
      }),
    usersBehind: (keys) => usersBehind(world.population, PLATFORM, keys),
  };
  return desk;
}
