/** X's do-not-reach list: at most one an account, and no ad of the account reaches who is on it. */
import { ConnectorFailure } from '../connector.ts';
import type { Batch, ConnectorContext, DoNotReach } from '../connector.ts';
import { changeDoNotReachUsers, createDoNotReachList, findDoNotReachList } from './api.ts';
import { MEMBER_LIFETIME_DAYS, packDoNotReach, ROWS_PER_REQUEST } from './pack.ts';
import { allAccepted, receiptOf } from './push.ts';

const DESCRIPTION = 'Managed by Rekindle';

// X's page says "only emails", then names phone_number and shows it; both are sent.
export const doNotReach: DoNotReach = {
  identifiers: { email: 'email_plain', phone: 'phone_e164' },
  rows: ROWS_PER_REQUEST,
  lifetimeDays: MEMBER_LIFETIME_DAYS,

  async listId(context) {
    const id = await findDoNotReachList(context);
    // Not seen is not forgotten: X may not list at once what a push has just made, and answers a
    // push to a list that is gone in a way that has it looked for again.
    if (id !== undefined) knownList(context).id = Promise.resolve(id);
    return id ?? null;
  },

  /** Where there is no list, a removal has nothing to do, and makes none. */
  async push(context, { operation, members }) {
    const rows = members.length;
    if (rows === 0) return allAccepted(0);
    const body = packDoNotReach(operation, members, context.now());
    const known = knownList(context);

    const id = await listFor(context, operation, known);
    if (id === undefined) return allAccepted(rows);
    try {
      return receiptOf(await changeDoNotReachUsers(context, id, body), rows);
    } catch (error) {
      if (!(error instanceof ConnectorFailure) || error.kind !== 'gone') throw error;
      // Somebody deleted the list since we found it: there may be another, or one is made.
      known.id = undefined;
      const other = await listFor(context, operation, known);
      if (other === undefined) return allAccepted(rows);
      if (other === id) throw undecided(error);
      return receiptOf(await changeDoNotReachUsers(context, other, body), rows);
    }
  },
};

/** The account's list, from one push to the next; a promise, so that pushes at once make one list. */
interface KnownList {
  id: Promise<string> | undefined;
}

function knownList(context: ConnectorContext): KnownList {
  return context.memo<KnownList>('x do-not-reach list', () => ({ id: undefined }));
}

async function listFor(
  context: ConnectorContext,
  operation: Batch['operation'],
  known: KnownList,
): Promise<string | undefined> {
  if (operation === 'remove' && known.id === undefined) return findDoNotReachList(context);
  const finding = known.id ?? findOrMake(context);
  known.id = finding;
  try {
    return await finding;
  } catch (error) {
    if (known.id === finding) known.id = undefined;
    throw error;
  }
}

async function findOrMake(context: ConnectorContext): Promise<string> {
  return (await findDoNotReachList(context)) ?? createDoNotReachList(context, DESCRIPTION);
}

function undecided({ message, code }: ConnectorFailure): ConnectorFailure {
  return new ConnectorFailure('transient', `X lists the do-not-reach list, but: ${message}`, {
    code,
    nextStep: 'Nothing to do: Rekindle tries again. If it goes on, ask X support.',
  });
}
