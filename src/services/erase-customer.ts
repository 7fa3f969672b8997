/** Forgets a customer: off every audience on every platform, then out of the database. */
import type { PoolClient } from 'pg';
import { inTransaction } from '../infra/db.ts';
import { RekindleError } from '../errors.ts';
import {
  carryOutErasure,
  confirmListGone,
  exclusively,
  requestErasure,
  tombstoneOf,
} from '../sync/index.ts';
import type { EraseOptions, PendingErasure } from '../sync/index.ts';
import { auditOn, renameInAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { readErasures } from './erasure-report.ts';
import type { ErasureReport } from './erasure-report.ts';

/**
 * Requests the erasure and tries it at once. What a platform has not answered stays pending: see
 * `continueErasures`. Asking again for the same person carries on, or tells what was done.
 *
 * @throws RekindleError `not-found` for a customer that we hold nothing of; the signal's reason when
 *   interrupted, after which asking again carries on.
 */
export async function eraseCustomer(
  context: ServiceContext,
  input: { readonly customer: string },
): Promise<ErasureReport> {
  const { db, surroundings, actor } = context;
  const { id, finishedAt } = await inTransaction(db, async (client) => {
    const now = surroundings.clock.now();
    const request = await requestErasure(client, input.customer, now);
    if (request.isNew) {
      await auditOn(client, actor, now, {
        verb: 'erase',
        objectKind: 'customer',
        objectName: pseudonym(request.tombstone),
      });
    }
    return request;
  });
  if (finishedAt === null) {
    await carryOutErasure({ id, customerId: input.customer }, optionsOf(context));
  }
  const [report] = await readErasures(db, { id });
  if (report === undefined) throw new Error('An erasure that was just written is not there.');
  return report;
}

/**
 * Ends the waiting for an audience that is no more on its platform, as a person has seen, and carries
 * on with the erasure.
 *
 * @throws RekindleError `not-found` where no erasure of the customer waits for that sync,
 *   `run.in-progress` while it runs.
 */
export async function eraseWithoutList(
  context: ServiceContext,
  input: { readonly customer: string; readonly sync: string },
): Promise<ErasureReport> {
  const { db, surroundings, actor } = context;
  // Held, so that no run that was planned before the request writes the person down again.
  await exclusively({ db, surroundings }, input.sync, () =>
    inTransaction(db, async (client) => {
      const now = surroundings.clock.now();
      const confirmed = { customerId: input.customer, sync: input.sync };
      if (!(await confirmListGone(client, confirmed, now))) {
        throw new RekindleError(
          'not-found',
          `No erasure of that customer waits for the sync "${input.sync}"; rekindle erasures --pending lists what is waited for.`,
        );
      }
      await auditOn(client, actor, now, {
        verb: 'confirm-list-gone',
        objectKind: 'customer',
        objectName: pseudonym(await tombstoneOf(client, input.customer)),
        after: { sync: input.sync },
      });
    }),
  );
  return eraseCustomer(context, input);
}

/**
 * Tries every pending erasure again, the oldest first; gives all of them as they then stand.
 *
 * @param afterRunOf looks at the audience of this sync alone, and sends nothing
 * @throws what is a bug, after every other erasure was tried
 */
export async function continueErasures(
  context: ServiceContext,
  { afterRunOf, leavesBusy = false }: Pick<EraseOptions, 'afterRunOf' | 'leavesBusy'> = {},
): Promise<ErasureReport[]> {
  const pending = await context.db.prisma.erasure.findMany({
    where: { finishedAt: null },
    orderBy: { requestedAt: 'asc' },
    select: { id: true, customerId: true },
  });
  const options = {
    ...optionsOf(context),
    leavesBusy,
    ...(afterRunOf === undefined ? {} : { afterRunOf }),
  };
  const reports: ErasureReport[] = [];
  const bugs: unknown[] = [];
  for (const { id, customerId } of pending) {
    if (customerId === null) continue;
    try {
      await carryOutErasure({ id, customerId }, options);
    } catch (error) {
      context.surroundings.signal.throwIfAborted();
      bugs.push(error);
    }
    reports.push(...(await readErasures(context.db, { id })));
  }
  if (bugs.length > 0) throw bugs[0];
  return reports;
}

function optionsOf({ db, surroundings, random }: ServiceContext) {
  return { db, surroundings, random, alsoForget };
}

/** The audit trail keeps what was done, under a name that says no longer to whom. */
async function alsoForget(client: PoolClient, { customerId }: PendingErasure): Promise<void> {
  await renameInAudit(client, customerId, pseudonym(await tombstoneOf(client, customerId)));
}

/** How an erased person is called in the audit trail: enough of the tombstone to find it again. */
function pseudonym(tombstone: Buffer): string {
  return `erased:${tombstone.toString('hex').slice(0, 16)}`;
}
