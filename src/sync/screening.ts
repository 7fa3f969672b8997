/** What the people of a sync are screened by. */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import type { Connector } from '../../connectors/connector.ts';
import type { Holdout, KeyChoice, Screening } from '../membership/index.ts';
import type { Sync } from './sync.ts';

/** All of a screening but whom it looks at. */
export async function screeningOf(
  client: PoolClient,
  sync: Sync,
  { connector, now }: { readonly connector: Connector; readonly now: Date },
): Promise<Omit<Screening, 'scope'>> {
  return {
    audienceId: sync.audienceId,
    syncId: sync.id,
    keys: keyChoice(sync, connector),
    consent: sync.consentPolicy,
    contact: sync.contactPolicy,
    exclusive: sync.exclusiveGroup !== null,
    globalHoldout: await readGlobalHoldout(client),
    holdout: sync.holdout,
    now,
  };
}

/** The keys that both the sync wants sent and the platform takes. */
function keyChoice(sync: Sync, { identifiers, limits }: Connector): KeyChoice {
  const wanted = Object.entries(identifiers).filter(([kind]) =>
    sync.identifiers.some((named) => named === kind),
  );
  const { keysPerKind, keysPerMember } = limits;
  return { rules: Object.fromEntries(wanted), keysPerKind, keysPerMember };
}

const GlobalHoldout = z.object({ share: z.number(), salt: z.string() });

async function readGlobalHoldout(client: PoolClient): Promise<Holdout> {
  const result = await client.query<{ value: unknown }>(
    `SELECT value FROM setting WHERE key = 'global-holdout'`,
  );
  const value = result.rows[0]?.value;
  return value === undefined ? { share: 0, salt: '' } : GlobalHoldout.parse(value);
}
