/** Somebody else's hands on a sync's list: what the ledger does not learn of. */
import type { Member } from '../../connectors/connector.ts';
import type { SandboxWorld, Emulator } from '../../connectors/sandbox/emulator.ts';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { readyConnector } from '../../src/delivery/index.ts';
import type { Digest } from '../../src/identity/types.ts';
import { loadSync } from '../../src/sync/index.ts';
import { GRANTED } from './member-consent.ts';
import { sha256 } from './people.ts';
import type { TestPerson } from './people.ts';
import type { Stage } from './stage.ts';

/** Platforms that know everybody, by each of their keys: two accounts a person of both kinds. */
export function knowingEverybody(world: SandboxWorld): Promise<readonly Emulator[]> {
  return loadEmulators({ ...world, population: { find: (_platform, key) => key } });
}

/** Puts people on the list of a sync, or takes them off, past Rekindle. */
export async function byHand(
  on: Pick<Stage, 'db' | 'context'>,
  name: string,
  operation: 'add' | 'remove',
  people: readonly TestPerson[],
): Promise<void> {
  const sync = await loadSync(on.db, name);
  const { connector, context } = readyConnector(sync.destination, on.context.surroundings);
  const { remoteId } = await on.db.prisma.audience.findUniqueOrThrow({
    where: { id: sync.audienceId },
    select: { remoteId: true },
  });
  const audience = { remoteId: remoteId ?? '', name: sync.audienceName };
  const digits = connector.identifiers.phone === 'phone_digits';
  const members = people.map(({ email, phone }): Member => ({
    email: digests(email),
    phone: digests(digits ? phone?.slice(1) : phone),
    consent: GRANTED,
  }));
  await connector.push(context, { id: 4711n, audience, operation, members });
}

function digests(value: string | undefined): Digest[] {
  return value === undefined ? [] : [sha256(value) as Digest];
}
