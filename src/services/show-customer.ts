/** What we hold of a person, and every audience they are or were on: an access request's answer. */
import { readCustomer } from '../customer/index.ts';
import type { CustomerRecord } from '../customer/index.ts';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { readWhereabouts } from '../membership/index.ts';
import type { Stay } from '../membership/index.ts';
import { erasureOf } from '../sync/index.ts';
import { auditOn } from './audit.ts';
import { checkSuppression } from './check-suppression.ts';
import type { SuppressionCheck } from './check-suppression.ts';
import type { ServiceContext } from './context.ts';

export interface CustomerView {
  /** As imported, raw values included. */
  readonly customer: CustomerRecord;
  /** Values that no platform can be sent, as `kind:reason`. */
  readonly unusable: readonly string[];
  /** What keeps them off every audience, by their id or by one of their addresses. */
  readonly suppressions: SuppressionCheck['by'];
  /** The arms of the experiments that they take part in. */
  readonly experiments: readonly {
    readonly sync: string;
    readonly arm: string;
    readonly enteredAt: Date;
  }[];
  readonly audiences: readonly Stay[];
  /** When they asked to be forgotten, where that is not through yet. */
  readonly erasureRequestedAt: Date | null;
}

/**
 * Everything held of a customer. Looking is written into the audit trail, as it shows raw addresses.
 *
 * @throws RekindleError `not-found`, which says so where they were erased.
 */
export async function showCustomer(
  context: ServiceContext,
  input: { readonly customer: string },
): Promise<CustomerView> {
  const { db, surroundings, actor } = context;
  const now = surroundings.clock.now();
  const customer = await readCustomer(db, input.customer);
  if (customer === null) throw await notFound(context, input.customer);
  await inTransaction(db, (client) =>
    auditOn(client, actor, now, {
      verb: 'show',
      objectKind: 'customer',
      objectName: customer.customerId,
    }),
  );
  const { by } = await checkSuppression(context, { kind: 'customer', value: customer.customerId });
  const identity = await db.prisma.identity.findUnique({
    where: { customerId: customer.customerId },
    select: { unusable: true },
  });
  const erasure = await db.prisma.erasure.findFirst({
    where: { customerId: customer.customerId },
    select: { requestedAt: true },
  });
  const arms = await db.prisma.assignment.findMany({
    where: { customerId: customer.customerId },
    select: { syncId: true, arm: true, enteredAt: true },
  });
  const syncs = await db.prisma.sync.findMany({
    where: { id: { in: arms.map(({ syncId }) => syncId) } },
    select: { id: true, name: true },
  });
  const names = new Map(syncs.map(({ id, name }) => [id, name]));
  return {
    customer,
    unusable: identity?.unusable ?? [],
    suppressions: by,
    experiments: arms.map(({ syncId, arm, enteredAt }) => ({
      sync: names.get(syncId) ?? syncId,
      arm,
      enteredAt,
    })),
    audiences: await readWhereabouts(db.pool, customer.customerId),
    erasureRequestedAt: erasure?.requestedAt ?? null,
  };
}

async function notFound({ db }: ServiceContext, customerId: string): Promise<RekindleError> {
  const finished = (await erasureOf(db.pool, customerId))?.finishedAt ?? null;
  return new RekindleError(
    'not-found',
    finished === null
      ? 'There is no customer of that id. Ids are compared exactly; look it up in the file that was imported.'
      : `The customer of that id was erased on ${finished.toISOString().slice(0, 10)}; nothing is held but the receipt of it (rekindle erasures).`,
  );
}
