/** Lists that a platform already holds, and that a file would leave behind. */
import type { PrismaDb } from '../../infra/db.ts';
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
 * another account or another name.
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
    const held = await db.audience.findFirst({
      where: {
        remoteId: { not: null },
        sync: kind === 'sync' ? { name } : { destination: { name } },
      },
      select: { name: true },
    });
    if (held === null) continue;
    const entries = kind === 'sync' ? file.syncs : file.destinations;
    problems.push({
      path: [`${kind}s`, entries.findIndex((entry) => entry.name === name), moved.field],
      message: `cannot change from "${String(moved.before)}", which already holds the audience "${held.name}"; make a new ${kind} instead`,
    });
  }
  return problems;
}
