/** Applies a YAML configuration: all of it, or nothing. */
import { audit } from './audit.ts';
import { checkConfiguration, knownNames } from './configuration/check.ts';
import { compareObjects, wantedObjects } from './configuration/changes.ts';
import type { Change } from './configuration/changes.ts';
import { movedAudiences } from './configuration/moved-audiences.ts';
import { problemsOf, readYaml } from './configuration/problems.ts';
import { ConfigurationFile } from './configuration/schema.ts';
import { readConfiguration } from './configuration/stored.ts';
import { writeChange } from './configuration/write.ts';
import type { ServiceContext } from './context.ts';
import { lockConfiguration } from '../infra/locks.ts';
import type { Prisma } from '../../prisma/generated/client.ts';

export type { Change, FieldChange } from './configuration/changes.ts';

/** For files of hundreds of syncs; Prisma's own limit is five seconds. */
const WAITS = { maxWait: 30_000, timeout: 120_000 };

export interface ApplyResult {
  readonly changes: readonly Change[];
  readonly applied: boolean;
}

/**
 * Compares the file with what is configured and, unless `dryRun`, writes the difference with its
 * audit rows in one transaction. What the file does not name stays as it is.
 *
 * @throws RekindleError `input.invalid` naming every problem by path and line; nothing is applied.
 */
export async function applyConfiguration(
  context: ServiceContext,
  input: { readonly text: string; readonly file: string; readonly dryRun: boolean },
): Promise<ApplyResult> {
  const yaml = readYaml(input.text, input.file);
  const parsed = ConfigurationFile.safeParse(yaml.value ?? {});
  if (!parsed.success) throw yaml.refuse(problemsOf(parsed.error));
  const file = parsed.data;

  return context.db.prisma.$transaction(async (tx) => {
    // One after the other: both of two at once would find nothing there, and both make it.
    await lockConfiguration(tx);
    const stored = await readConfiguration(tx);
    const known = knownNames(stored);
    const problems = checkConfiguration(file, known);
    if (problems.length > 0) throw yaml.refuse(problems);
    const changes = compareObjects(wantedObjects(file, context.timezone), stored);
    const moved = await movedAudiences(tx, file, changes);
    if (moved.length > 0) throw yaml.refuse(moved);
    if (!input.dryRun) await writeAll(tx, context, changes);
    return { changes, applied: !input.dryRun };
  }, WAITS);
}

async function writeAll(
  tx: Prisma.TransactionClient,
  context: ServiceContext,
  changes: readonly Change[],
): Promise<void> {
  const at = context.surroundings.clock.now();
  for (const change of changes) {
    if (change.action === 'unchanged') continue;
    await writeChange(tx, change, at);
    const before = Object.fromEntries(
      change.fields
        .filter((field) => field.before !== undefined)
        .map((field) => [field.field, field.before]),
    );
    const after =
      change.action === 'create'
        ? change.after
        : Object.fromEntries(change.fields.map((field) => [field.field, field.after]));
    await audit(tx, context.actor, at, {
      verb: change.action,
      objectKind: change.kind,
      objectName: change.name,
      ...(change.action === 'update' ? { before: before as Prisma.InputJsonObject } : {}),
      after: after as Prisma.InputJsonObject,
    });
  }
}
