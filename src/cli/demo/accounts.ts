/** Gives the made-up people their accounts on the emulated platforms. */
import type { population } from '../../../connectors/sandbox/world.ts';
import { makePerson, platformAccounts } from './world/index.ts';

/** Any text makes another world; this one's intervals hold the truth, as 19 of 20 do. */
export const DEMO_SEED = 'autumn';

/** The ids of the shop's customers where no purchase log names any. */
export function* demoCustomerIds(people: number): Iterable<string> {
  for (let n = 1; n <= people; n += 1) yield `c-${String(n).padStart(6, '0')}`;
}

/** Gives how many accounts there are per platform. */
export function registerAccounts(
  known: ReturnType<typeof population>,
  people: number | Iterable<string>,
): Record<string, number> {
  const ids = typeof people === 'number' ? demoCustomerIds(people) : people;
  const accounts: Record<string, number> = {};
  for (const id of ids) {
    for (const { platform, user, digests } of platformAccounts(
      DEMO_SEED,
      makePerson(DEMO_SEED, id),
    )) {
      known.register(platform, user, digests);
      accounts[platform] = (accounts[platform] ?? 0) + 1;
    }
  }
  return accounts;
}
