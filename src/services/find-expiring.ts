/** Syncs with people whom their platform would forget. */
import { z } from 'zod';
import { findConnector } from '../../connectors/registry.ts';
import { KEY_KINDS } from '../identity/index.ts';
import { lifetimeDays, oldestMembers } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';

export interface ExpiringSync {
  readonly sync: string;
  readonly syncId: string;
  /** When those on its audience were sent who were sent longest ago. */
  readonly oldestSentAt: Date;
  /** When the platform forgets them, unless they are sent again. */
  readonly expiresAt: Date;
  /** How many people a run would send again now for that. */
  readonly people: number;
  /**
   * Whether a run has to be started: without a schedule from 30 days before they are forgotten, with
   * one from 15 days before, since by then no slot of it got through. Never while it is paused.
   */
  readonly isDue: boolean;
}

const Identifiers = z.array(z.enum(KEY_KINDS));

/** Every sync that has people on a platform that forgets, the first to be forgotten first. */
export async function findExpiring({ db, surroundings }: ServiceContext): Promise<ExpiringSync[]> {
  const rows = await db.prisma.sync.findMany({
    where: { audience: { isNot: null } },
    select: {
      id: true,
      name: true,
      identifiers: true,
      schedule: true,
      pausedAt: true,
      audience: { select: { id: true } },
      destination: { select: { platform: true } },
    },
  });
  const forgetful = rows.flatMap(({ audience, destination, identifiers, ...sync }) => {
    const connector = findConnector(destination.platform);
    if (audience === null || connector === undefined) return [];
    const days = lifetimeDays(Identifiers.parse(identifiers), connector.limits);
    if (days === null) return [];
    const scheduled = sync.schedule !== null;
    return [{ sync, audienceId: audience.id, lifetimeDays: days, scheduled }];
  });
  const oldest = await oldestMembers(db, forgetful, surroundings.clock.now());
  const syncs = new Map(forgetful.map(({ audienceId, sync }) => [audienceId, sync]));
  return oldest
    .flatMap(({ audienceId, isDue, ...found }) => {
      const sync = syncs.get(audienceId);
      if (sync === undefined) return [];
      const due = isDue && sync.pausedAt === null;
      return [{ sync: sync.name, syncId: sync.id, ...found, isDue: due }];
    })
    .sort((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
}
