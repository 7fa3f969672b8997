/** The dry run of a sync: the figures of a run now, with nothing sent. */
import { findConnector } from '../../connectors/registry.ts';
import { RekindleError } from '../errors.ts';
import { loadSync, modeOf, previewPlan } from '../sync/index.ts';
import type { ListWork, Plan } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';

export interface SyncPlan extends Plan {
  readonly sync: string;
  readonly asOf: Date;
}

/**
 * @throws RekindleError `not-found` that lists the syncs there are, `run.impossible` for a list that
 *   cannot be written anew.
 */
export async function planSync(
  context: ServiceContext,
  input: { readonly sync: string; readonly asOf: Date; readonly list?: ListWork },
): Promise<SyncPlan> {
  const sync = await loadSync(context.db, input.sync);
  const connector = findConnector(sync.destination.platform);
  if (connector === undefined) {
    throw new RekindleError(
      'not-found',
      `"${sync.destination.platform}", where "${sync.name}" goes, is not a platform of this version.`,
    );
  }
  // The ledger still has a list that is gone: everybody is sent to the new one, as if again.
  const newList = input.list === 'new';
  const asked = newList ? 'again' : (input.list ?? 'changes');
  const plan = await previewPlan(sync, {
    db: context.db,
    connector,
    mode: newList ? 'again' : await modeOf(sync, asked, { db: context.db, connector }),
    newList,
    asOf: input.asOf,
    timezone: context.timezone,
    now: context.surroundings.clock.now(),
  });
  return { ...plan, sync: sync.name, asOf: input.asOf };
}
