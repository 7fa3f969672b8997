/** Lists that a platform already holds, and that a file would leave behind. */
import type { PrismaDb } from '../../infra/db.ts';
import { blockRuns } from '../../sync/index.ts';
import type { Change } from './changes.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';

/** What says where a list is, by the kind of thing that it is a field of. */
const PLACE_FIELDS: Readonly<Record<Change['kind'], readonly string[]>> = {
  setting: [],
  segment: [],
  destination: ['platform', 'account'],
  sync: ['destination', 'audience'],
};

/**
 * A list that a platform already holds stays where it is: the people on it could not be followed to
 * another account or another name. A run under way may be making one right now, so moving waits for
 * its end; none begins until the transaction ends.
 */
export async function movedAudiences(
  db: PrismaDb,
  file: ConfigurationFile,
  changes: readonly Change[],
): Promise<ConfigurationProblem[]> {
  const problems: ConfigurationProblem[] = [];
  for (const { kind, name, fields } of changes) {
    const moved = fields.find(({ field }) => PLACE_FIELDS[kind].includes(field));
    if (moved === undefined) continue;
    const obstacle = await firstObstacle(db, kind, name);
    if (obstacle === null) continue;
    const entries = kind === 'sync' ? file.syncs : file.destinations;
    problems.push({
      path: [`${kind}s`, entries.findIndex((entry) => entry.name === name), moved.field],
      message: `cannot change from "${String(moved.before)}", ${obstacle}`,
    });
  }
  return problems;
}

async function firstObstacle(
  db: PrismaDb,
  kind: Change['kind'],
  moving: string,
): Promise<string | null> {
  if (kind === 'destination') {
    const unreached = await db.doNotReach.count({ where: { destination: { name: moving } } });
    if (unreached > 0) {
      return `whose do-not-reach list already holds ${unreached} keys; make a new destination instead`;
    }
  }
  const syncs = await db.sync.findMany({
    where: kind === 'sync' ? { name: moving } : { destination: { name: moving } },
    orderBy: { name: 'asc' },
    select: { id: true, name: true, audience: { select: { name: true, remoteId: true } } },
  });
  for (const { id, name, audience } of syncs) {
    if (typeof audience?.remoteId === 'string') {
      return `which already holds the audience "${audience.name}"; make a new ${kind} instead`;
    }
    if (!(await blockRuns(db, id))) {
      return `while a run of "${name}" is under way; try again when it has ended`;
    }
  }
  return null;
}
