/** What is known of a batch whose rows were sent in several requests, one of them unanswered. */
import { expect, it } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { Connector, Receipt } from '../../connectors/connector.ts';
import { findConnector } from '../../connectors/registry.ts';
import type { Digest } from '../../src/identity/types.ts';
import { createBudgets } from '../../src/delivery/index.ts';
import type { AccountOptions } from '../../src/delivery/index.ts';
import { sending } from '../../src/delivery/send.ts';
import { openDb } from '../../src/infra/db.ts';
import { googleContext } from '../support/google-context.ts';
import { GRANTED } from '../support/member-consent.ts';
import { leapingClock } from '../support/leaping-clock.ts';

const PEOPLE = 100;
const digest = (n: number): Digest => n.toString(16).padStart(64, '0') as Digest;
const ROWS = Array.from({ length: PEOPLE }, (_, n) => ({
  customerId: `p-${n}`,
  member: { email: [digest(n)], phone: [digest(1000 + n)], consent: GRANTED },
}));

/** A platform that answers as it is told, and a database on which every batch may be sent. */
function options(answers: (() => Receipt)[], recovered: Receipt): AccountOptions {
  const meta = findConnector('meta');
  if (meta === undefined) throw new Error('No connector.');
  const connector: Connector = {
    ...meta,
    push: () => Promise.resolve().then(() => answers.shift()?.() ?? Promise.reject(new Error())),
    recover: () => Promise.resolve(recovered),
  };
  const db = openDb('postgres://nowhere.invalid/none');
  const sent = () => Promise.resolve({ rows: [], rowCount: 1 });
  Object.assign(db.pool, { query: sent });
  const clock = leapingClock(new Date('2026-11-22T00:00:00Z'));
  const context = googleContext({ now: () => clock.now() });
  return { db, connector, context, clock, budgets: createBudgets({ clock }) };
}

it('of a removal, the rows of a first answer count beside what is looked up of the second', async () => {
  const final = { state: 'final', requestId: null, rejected: [] } as const;
  const lost = (): Receipt => {
    throw new ConnectorFailure('transient', 'No answer.', { code: 'TIMEOUT', nextStep: 'Wait.' });
  };
  // One row is named; of the 99 others nobody knows which were taken.
  const first = (): Receipt => ({
    ...final,
    accepted: 0,
    unknown: PEOPLE - 1,
    rejected: [{ code: 'INVALID', count: 1 }],
    refused: [{ position: 0, code: 'INVALID' }],
  });
  const given = options([first, lost], { ...final, accepted: 2, unknown: 0 });
  const audience = { remoteId: '1', name: 'L' };
  const account = { spend: <T>(request: () => Promise<T>) => request() };
  const attempts = sending({ id: 1n, operation: 'remove', audience }, ROWS, account, given);
  await expect(attempts.send()).rejects.toThrow('No answer.');
  expect(await attempts.send()).toMatchObject({ state: 'final', accepted: 2, unknown: PEOPLE - 1 });
});
