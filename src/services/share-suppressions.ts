/**
 * Tells a platform which people an account's ads are never to reach.
 *
 * Rule 2 of the design says that nobody but the wanted set is ever uploaded to an audience, and this
 * is the one exception that there is a reason for: a do-not-reach list keeps the ads of an account
 * from people whatever audience they are on, and a platform can only do that for people whom it is
 * told of. It still is an upload of people who said no, so it is kept as small as it can be:
 *
 * - It happens when a person asks for it by the name of the destination, and again with their
 *   approval. No run, schedule or other service does it.
 * - Digests go of e-mails and phones that are suppressed as such and now: somebody entered the
 *   address itself. Of a suppressed customer or domain nothing goes, since nobody entered an address;
 *   neither of people who denied their consent or were erased. An address that is suppressed goes
 *   whoever else is behind it: an erasure leaves suppressions of addresses standing, which bear no
 *   mark of it.
 * - Of an e-mail go the digests under both e-mail rules. The stored keys do not say which rule they
 *   are under once spellings were merged, and all of them are of addresses of the one mailbox, so
 *   that no stranger is named. They differ in Google's own mailboxes alone. Of a phone goes E.164.
 * - A suppression that ended or was lifted is taken off by the next call.
 */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { DoNotReach } from '../../connectors/connector.ts';
import { PLATFORMS, findConnector } from '../../connectors/registry.ts';
import {
  deliverDoNotReach,
  markDoNotReach,
  planDoNotReach,
  problemOf,
  readBudget,
  readyConnector,
  whileHoldingDoNotReach,
} from '../delivery/index.ts';
import type {
  DeliveryOptions,
  DeliveryProgress,
  DoNotReachDelivery,
  DoNotReachFigures,
  ReadyConnector,
  Wait,
} from '../delivery/index.ts';
import { RekindleError } from '../errors.ts';
import { inTransaction } from '../infra/db.ts';
import { auditOn } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { loadDestination } from './load-destination.ts';

export interface ShareInput {
  readonly destination: string;
  /** A person has seen what would go where, and wants it done; else nothing is sent. */
  readonly approved: boolean;
  /** Sends everything once more, for a list that somebody changed on the platform. */
  readonly again?: boolean;
  readonly onProgress?: (progress: DeliveryProgress) => void;
  /** Told whenever a request stands by because the account waits. */
  readonly onWait?: (wait: Wait) => void;
}

export interface SharedSuppressions extends DoNotReachFigures {
  readonly destination: string;
  /** The platform's name as people write it. */
  readonly platform: string;
  readonly account: string;
  /** Null for a dry run, which sends nothing and shows the same figures. */
  readonly delivered: DoNotReachDelivery | null;
}

/**
 * Makes an account's do-not-reach list hold the e-mails and phones that are suppressed now. Where
 * the list that was filled before is no longer there, everything goes to the one that is.
 *
 * @param ready how the connector of a destination is made ready to be called
 * @throws RekindleError `not-found`, `secret.missing`, `secret.invalid`, `input.invalid` for a
 *   platform without such a list; the signal's reason when interrupted, after which the next call
 *   carries on.
 */
export async function shareSuppressions(
  context: ServiceContext,
  input: ShareInput,
  ready: typeof readyConnector = readyConnector,
): Promise<SharedSuppressions> {
  const { db, surroundings } = context;
  const destination = await loadDestination(context, input.destination);
  const { id, name, account } = destination;
  const connection = ready(destination, surroundings);
  const list = listOf(connection, name);
  const shown = { destination: name, platform: connection.connector.title, account };
  const options: DeliveryOptions = {
    db,
    ...connection,
    clock: surroundings.clock,
    budgets: surroundings.budgets,
    random: context.random,
    stopping: surroundings.stopping,
    onEvent: surroundings.onEvent,
    ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
    ...(input.onWait === undefined ? {} : { onWait: input.onWait }),
  };
  const plan = async (client: Client, found: Found | null): Promise<DoNotReachFigures> => {
    const asked = { destinationId: id, again: input.again ?? false, found };
    return planDoNotReach(client, asked, list, surroundings.clock.now());
  };

  if (!input.approved) {
    const found = await glanceAt(list, options);
    const figures = await inTransaction(db, (client) => plan(client, found));
    return { ...shown, ...figures, delivered: null };
  }
  const whose = { platform: destination.platform, account };
  // Looked up even where the table has nothing to send: it tells of a list that may be gone.
  return whileHoldingDoNotReach(whose, list, options, async (listId, held) => {
    if (listId instanceof ConnectorFailure) {
      const figures = await inTransaction(db, (client) => plan(client, null));
      return { ...shown, ...figures, delivered: nothingSent(figures, listId) };
    }
    const figures = await inTransaction(db, async (client) => {
      const needed = await plan(client, { id: listId });
      if (dueOf(needed) === 0) return needed;
      const now = surroundings.clock.now();
      await markDoNotReach(client, { destinationId: id, listId }, now);
      const { toAdd, toRenew, toRemove } = needed;
      await auditOn(client, context.actor, now, {
        verb: 'share-suppressions',
        objectKind: 'destination',
        objectName: name,
        after: { toAdd, toRenew, toRemove },
      });
      return needed;
    });
    const due = dueOf(figures);
    const delivered = await deliverDoNotReach(id, { due, listId }, list, held);
    return { ...shown, ...figures, delivered };
  });
}

type Client = Parameters<typeof planDoNotReach>[0];

interface Found {
  readonly id: string | null;
}

/** The list that is there now; null for a platform that does not say at once. */
async function glanceAt(
  list: DoNotReach,
  { db, connector, context, budgets, clock }: DeliveryOptions,
): Promise<Found | null> {
  const { wait } = await readBudget(db, budgets.of(connector, context).whose);
  // Whoever asks a blocked account lengthens the block.
  if (wait !== null && wait.until > clock.now()) return null;
  try {
    return { id: await list.listId(context) };
  } catch (error) {
    if (error instanceof ConnectorFailure) return null;
    throw error;
  }
}

function nothingSent(figures: DoNotReachFigures, failure: ConnectorFailure): DoNotReachDelivery {
  const none = { accepted: 0, rejected: 0, unknown: 0 };
  return { ...none, notSent: dueOf(figures), problem: problemOf(failure) };
}

function dueOf({ toAdd, toRenew, toRemove }: DoNotReachFigures): number {
  return toAdd + toRenew + toRemove;
}

function listOf({ connector }: ReadyConnector, destination: string): DoNotReach {
  if (connector.doNotReach !== undefined) return connector.doNotReach;
  const having = PLATFORMS.flatMap((id) => {
    const other = findConnector(id);
    return other?.doNotReach === undefined ? [] : [other.title];
  });
  throw new RekindleError(
    'input.invalid',
    `${connector.title}, the platform of "${destination}", has no do-not-reach list; there is one on: ${having.join(', ') || 'none'}.`,
  );
}
