/** The call budget of the Meta emulator: so many calls in an hour, told in usage headers. */
import type { SandboxClock } from '../../sandbox/emulator.ts';
import { usageHeader } from './answers.ts';

const HOUR_MS = 60 * 60 * 1000;

export interface Budget {
  /** Counts a call; false when the budget is spent. A refused call counts too. */
  spend(): boolean;
  /** The usage headers; none until one percent is used, as they come "once enough calls" are made. */
  headers(): Record<string, string>;
}

/**
 * A sliding hour over the sandbox clock. Calling while throttled lengthens the block, as it does on
 * the platform. It is not part of the journal: a restarted sandbox starts with a full budget.
 */
export function callBudget(clock: SandboxClock, account: string, callsPerHour: number): Budget {
  let calls: number[] = [];
  const recent = (): number[] => {
    const now = clock.now().getTime();
    if ((calls[0] ?? now) <= now - HOUR_MS) calls = calls.filter((at) => at > now - HOUR_MS);
    return calls;
  };
  return {
    spend() {
      recent().push(clock.now().getTime());
      return calls.length <= callsPerHour;
    },
    headers() {
      const used = recent().length;
      const percent = Math.floor((used / callsPerHour) * 100);
      if (percent < 1) return {};
      const freedBy = calls[used - callsPerHour];
      const waitMs =
        used <= callsPerHour || freedBy === undefined
          ? 0
          : freedBy + HOUR_MS - clock.now().getTime();
      return usageHeader(account, { percent, regainMinutes: Math.ceil(waitMs / 60_000) });
    },
  };
}
