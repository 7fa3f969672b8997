/** Asks platforms what became of the uploads that they are still working on. */
import { RekindleError } from '../errors.ts';
import { findSync, settleSync } from '../sync/index.ts';
import type { ServiceContext } from './context.ts';

/** What came of asking about one sync's uploads. */
export interface SettledSync {
  readonly sync: string;
  /** Requests that have their answer now. */
  readonly answered: number;
  /** Requests that the platform still works on, or is not to be asked about yet. */
  readonly stillPending: number;
  /** When it is asked about those; null where it owes nothing. */
  readonly nextAskAt: Date | null;
  /** Why it could not be asked, with what to do; null where it could. */
  readonly problem: string | null;
}

/**
 * Asks about every upload that is due, of one sync or of all that have any. A sync that is running
 * asks by itself; one whose credentials are missing does not keep the others from it.
 *
 * @throws RekindleError `not-found` for a sync that is not there.
 */
export async function settleUploads(
  context: ServiceContext,
  input: {
    readonly sync?: string;
    /** Ask about what is not due yet as well. */
    readonly now?: boolean;
    /** Leave accounts that another process speaks to for the next call, rather than wait for them. */
    readonly leavesBusy?: boolean;
  },
): Promise<SettledSync[]> {
  const { db, surroundings, random } = context;
  const names =
    input.sync === undefined
      ? await syncsWithUploads(context)
      : [(await findSync(db, input.sync)).name];
  const settled: SettledSync[] = [];
  for (const sync of names) {
    try {
      const when = input.now === true ? 'now' : 'due';
      const options = { db, surroundings, random, leavesBusy: input.leavesBusy === true };
      const answers = await settleSync(sync, when, options);
      if (answers === null) continue;
      const { problem, ...counts } = answers;
      const said = problem === null ? null : `${problem.message} ${problem.nextStep}`;
      settled.push({ sync, ...counts, problem: said });
    } catch (error) {
      surroundings.signal.throwIfAborted();
      if (!(error instanceof RekindleError)) throw error;
      settled.push({ sync, answered: 0, stillPending: 0, nextAskAt: null, problem: error.message });
    }
  }
  return settled;
}

async function syncsWithUploads({ db }: ServiceContext): Promise<string[]> {
  const rows = await db.prisma.sync.findMany({
    where: {
      audience: {
        OR: [{ batches: { some: { state: 'pending' } } }, { replacement: { isNot: null } }],
      },
    },
    orderBy: { name: 'asc' },
    select: { name: true },
  });
  return rows.map(({ name }) => name);
}
