/** Whether this process can do its work now. */
import { databaseStatus } from './database-status.ts';
import type { ServiceContext } from './context.ts';

export type Readiness =
  | { readonly status: 'ready' }
  | {
      readonly status: 'stopping' | 'database-unreachable' | 'database-not-migrated';
      readonly message: string;
    };

export async function checkReadiness({
  db,
  surroundings,
  log,
}: ServiceContext): Promise<Readiness> {
  if (surroundings.signal.aborted || surroundings.stopping?.aborted === true) {
    return { status: 'stopping', message: 'This process is ending.' };
  }
  try {
    const { pending } = await databaseStatus(db);
    if (pending.length === 0) return { status: 'ready' };
    return {
      status: 'database-not-migrated',
      message: `The database lacks ${pending.length} migration(s): run rekindle db migrate.`,
    };
  } catch (error) {
    log.warn({ err: error }, 'the database does not answer');
    return { status: 'database-unreachable', message: 'The database does not answer.' };
  }
}
