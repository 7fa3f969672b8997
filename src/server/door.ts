/** What the HTTP door is given when it opens. */
import type { ServiceContext } from '../services/context.ts';

export interface Door {
  readonly context: ServiceContext;
  /** Whether it is open to this machine alone. */
  readonly loopback: boolean;
}
