/** Rebuilds a sync's audience, whatever became of it on the platform. */
import { findConnector } from '../../connectors/registry.ts';
import type { Connector } from '../../connectors/connector.ts';
import type { DeliveryProgress, Wait } from '../delivery/index.ts';
import { loadSync } from '../sync/index.ts';
import type { ListWork } from '../sync/index.ts';
import { audit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { planSync } from './plan-sync.ts';
import type { SyncPlan } from './plan-sync.ts';
import { runSync } from './run-sync.ts';
import type { RunDetails } from './show-run.ts';
import { verifySync } from './verify-sync.ts';
import type { SyncVerification } from './verify-sync.ts';

/**
 * fill: no list was made yet. new: the list is gone, and another takes its place. replace: the whole
 * list is written anew. again: everybody wanted is sent again, where the platform has nothing better.
 */
export type ResyncWay = 'fill' | 'new' | 'replace' | 'again';

/** What rebuilding an audience means now. */
export interface ResyncPlan {
  readonly sync: string;
  readonly way: ResyncWay;
  /** What is done, in order, in sentences. */
  readonly steps: readonly string[];
  /** Whether people go whom somebody else put on the list. */
  readonly strangers: 'none' | 'go' | 'stay';
  readonly verification: SyncVerification;
  readonly plan: SyncPlan;
}

export interface ResyncInput {
  readonly sync: string;
  readonly asOf: Date;
}

const LIST_WORK: Readonly<Record<ResyncWay, ListWork>> = {
  fill: 'changes',
  new: 'new',
  replace: 'replace',
  again: 'again',
};

/**
 * Looks at the list and says what would be done; nothing is sent.
 *
 * @throws RekindleError `not-found`, `secret.missing`; ConnectorFailure of the platform.
 */
export async function planResync(context: ServiceContext, input: ResyncInput): Promise<ResyncPlan> {
  const { name, destination } = await loadSync(context.db, input.sync);
  const verification = await verifySync(context, { sync: name });
  const connector = findConnector(destination.platform);
  const way = wayOf(verification, connector);
  return {
    sync: name,
    way,
    ...explain(way, connector),
    verification,
    plan: await planSync(context, { ...input, list: LIST_WORK[way] }),
  };
}

/**
 * Does it, as a run of the sync: guardrails hold it as they hold any other.
 *
 * @throws as `planResync` and `runSync`.
 */
export async function resyncSync(
  context: ServiceContext,
  input: ResyncInput & {
    readonly approved: boolean;
    readonly heldRun?: bigint;
    readonly onProgress?: (progress: DeliveryProgress) => void;
    readonly onWait?: (wait: Wait) => void;
    readonly onBusy?: () => void;
  },
): Promise<{ readonly way: ResyncWay; readonly run: RunDetails }> {
  const { db, actor, surroundings } = context;
  const { name, destination } = await loadSync(db, input.sync);
  const verification = await verifySync(context, { sync: name });
  const way = wayOf(verification, findConnector(destination.platform));
  await audit(db.prisma, actor, surroundings.clock.now(), {
    verb: 'resync',
    objectKind: 'sync',
    objectName: name,
    after: { way, audience: verification.remoteId },
  });
  return { way, run: await runSync(context, { ...input, list: LIST_WORK[way] }) };
}

function wayOf({ remoteId, findings }: SyncVerification, connector?: Connector): ResyncWay {
  if (remoteId === null) return 'fill';
  if (findings.some(({ kind }) => kind === 'deleted')) return 'new';
  return connector?.replace === undefined ? 'again' : 'replace';
}

function explain(
  way: ResyncWay,
  connector: Connector | undefined,
): Pick<ResyncPlan, 'steps' | 'strangers'> {
  const platform = connector?.title ?? 'the platform';
  switch (way) {
    case 'fill':
      return {
        strangers: 'none',
        steps: ['Nothing was sent yet: the list is made and filled, as by any run.'],
      };
    case 'new':
      return {
        strangers: 'none',
        steps: [
          `The list is gone from ${platform}: another is made under the same name.`,
          'Everybody wanted is sent to it.',
          'Ads that went by the old list have to be pointed at the new one, by hand.',
        ],
      };
    case 'replace':
      return { strangers: 'go', steps: rewriting(platform, connector) };
    case 'again':
      return {
        strangers: 'stay',
        steps: [
          'Whoever is to be off the list is taken off again, as far as the ledger knows them.',
          'Everybody wanted is sent again. Nobody of them is taken off before, so that ads never see an empty list.',
          `People whom somebody else put on the list stay: ${platform} takes off only those who are named. To be rid of them, delete the list on ${platform} and resync again; ads then have to be pointed at the new one.`,
        ],
      };
  }
}

function rewriting(platform: string, connector: Connector | undefined): string[] {
  return connector?.replace?.kind === 'sweep'
    ? [
        'Everybody wanted is sent again; the list is full all the time.',
        `Once ${platform} has worked through that, whoever was not sent goes: people who left, and whom somebody else put there.`,
      ]
    : [
        'Everybody wanted is sent as a list written anew; the old one serves until the last of them is there.',
        'Whoever else was on it goes with the old list: people who left, and whom somebody else put there.',
      ];
}
