/** What every service gets: who asks, the database, time, and the way to the platforms. */
import { createBudgets } from '../delivery/index.ts';
import type { Surroundings } from '../delivery/index.ts';
import type { Db } from '../infra/db.ts';
import type { Log } from '../infra/log.ts';
import type { ProcessMetrics } from '../infra/metrics.ts';
import { hearEvents } from './hear-events.ts';

/** Who asks. Doors make it; the audit trail keeps it. */
export type Actor =
  | { readonly kind: 'cli'; readonly name: string }
  | { readonly kind: 'demo'; readonly name: string }
  | { readonly kind: 'worker'; readonly name: string };

export interface ServiceContext {
  readonly db: Db;
  readonly actor: Actor;
  readonly surroundings: Surroundings;
  /** IANA zone of dates that carry none. */
  readonly timezone: string;
  readonly random: () => number;
  readonly log: Log;
  /** What this process measures of itself, where it serves that to anybody. */
  readonly metrics?: ProcessMetrics | undefined;
}

/** What a door knows when it starts; the budgets of its process and its ears come on top. */
export type ContextParts = Omit<ServiceContext, 'surroundings' | 'random'> &
  Omit<Surroundings, 'budgets' | 'onEvent'>;

export function createContext(parts: ContextParts): ServiceContext {
  const { clock, secret, endpoints, signal, stopping, deadlineMs, ...rest } = parts;
  return {
    ...rest,
    random: Math.random,
    surroundings: {
      clock,
      secret,
      endpoints,
      signal,
      stopping,
      budgets: createBudgets({ clock }),
      onEvent: hearEvents(rest),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    },
  };
}
