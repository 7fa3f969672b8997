/** customer → segment → arm → identity → membership: what a run would do, as figures. */
import type { PoolClient } from 'pg';
import { z } from 'zod';
import type { Connector } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import { refreshIdentities } from '../identity/index.ts';
import type { Db } from '../infra/db.ts';
import { inTransaction } from '../infra/db.ts';
import { compareWithLedger, holdOut, screenSegment, writeLedger } from '../membership/index.ts';
import type { Holdout, KeyChoice, PlanFigures } from '../membership/index.ts';
import { segmentQuery } from '../segment/index.ts';
import type { Fenced } from './exclusive.ts';
import { isApproved } from './approval.ts';
import type { Approval } from './approval.ts';
import { guardrailsOf, holdOf } from './guardrails.ts';
import type { Hold } from './guardrails.ts';
import { insertRun, storeFigures } from './record.ts';
import type { RunMode } from './record.ts';
import type { Sync } from './sync.ts';

export interface PlanOptions {
  readonly db: Db;
  readonly connector: Connector;
  readonly asOf: Date;
  readonly now: Date;
  /** IANA zone of the days that segments count in; the same for every sync. */
  readonly timezone: string;
  readonly mode: RunMode;
}

export interface Plan {
  readonly figures: PlanFigures;
  readonly hold: Hold | null;
}

/** A plan that was written down: the run to deliver. Held plans leave nothing behind. */
export type WrittenPlan = Plan & { readonly runId: bigint | null };

/** The dry run: the figures of a run now, with nothing kept and nothing sent. */
export async function previewPlan(sync: Sync, options: PlanOptions): Promise<Plan> {
  await refreshIdentities(options.db, { now: options.now });
  return inTransaction(
    options.db,
    (client) => preparePlan(client, sync, null, options),
    () => false,
  );
}

/**
 * Plans a run and writes run, arms, ledger and batches in one transaction: either all of it is
 * there for delivery, or none. A plan that trips a guardrail is rolled back unless a person has
 * approved figures no better than its own.
 *
 * @throws RekindleError `run.impossible` for a list that cannot be written anew yet.
 */
export async function writePlan(
  sync: Sync,
  options: PlanOptions & Fenced & { readonly trigger: string; readonly approved: Approval | null },
): Promise<WrittenPlan> {
  await refreshIdentities(options.db, { now: options.now });
  return inTransaction<WrittenPlan>(
    options.db,
    async (client) => {
      const approves = options.approved?.runId ?? null;
      const runId = await insertRun(client, sync, { ...options, approves });
      const plan = await preparePlan(client, sync, runId, options);
      if (plan.hold?.guardrail === 'unanswered') throw cannotYet(plan.hold);
      if (plan.hold !== null && !isApproved(plan.hold, options.mode, options.approved)) {
        return { ...plan, runId: null };
      }
      await writeLedger(client, {
        runId,
        audienceId: sync.audienceId,
        batchRows: options.connector.limits.rows,
        keysPerMember: options.connector.limits.keysPerMember,
        added: plan.figures.added,
        now: options.now,
      });
      await storeFigures(client, runId, 'delivering', plan.figures);
      await options.fence(client);
      return { ...plan, runId };
    },
    (plan) => plan.runId !== null,
  );
}

/** No approval helps here: whoever waits is in no part of the list, and would go with the strangers. */
function cannotYet({ message }: Hold): RekindleError {
  return new RekindleError(
    'run.impossible',
    `${message} Ask for its answers with rekindle settle, then run with --replace again.`,
  );
}

async function preparePlan(
  client: PoolClient,
  sync: Sync,
  runId: bigint | null,
  options: PlanOptions,
): Promise<Plan> {
  const { asOf, connector, timezone } = options;
  await screenSegment(client, segmentQuery(sync.segment, { asOf, timezone }), {
    audienceId: sync.audienceId,
    keys: keyChoice(sync, connector),
    consent: sync.consentPolicy,
    contact: sync.contactPolicy,
    globalHoldout: await readGlobalHoldout(client),
    now: options.now,
  });
  await holdOut(client, { syncId: sync.id, runId, holdout: sync.holdout, now: options.now });
  const resendBefore =
    options.mode === 'changes' ? resendLimit(sync, connector, options.now) : END_OF_TIME;
  const figures = await compareWithLedger(client, sync.audienceId, {
    resendBefore,
    now: options.now,
  });
  return { figures, hold: holdOf(figures, guardrailsOf(sync, connector), options.mode) };
}

/** Whoever was ever sent was sent before. */
const END_OF_TIME = new Date('9999-12-31T00:00:00Z');

/** The keys that both the sync wants sent and the platform takes. */
function keyChoice(sync: Sync, { identifiers, limits }: Connector): KeyChoice {
  const wanted = Object.entries(identifiers).filter(([kind]) =>
    sync.identifiers.some((named) => named === kind),
  );
  const { keysPerKind, keysPerMember } = limits;
  return { rules: Object.fromEntries(wanted), keysPerKind, keysPerMember };
}

/** Days before the platform would forget a member that the member is sent again. */
const RESEND_MARGIN_DAYS = 30;
const DAY_MS = 86_400_000;

/** Members sent before this moment are due again; null where the platform never forgets. */
function resendLimit({ identifiers }: Sync, { limits }: Connector, now: Date): Date | null {
  const lifetimes = [
    limits.memberLifetimeDays,
    ...identifiers.map((kind) => limits.keyLifetimeDays?.[kind] ?? null),
  ].filter((days) => days !== null);
  if (lifetimes.length === 0) return null;
  const days = Math.min(...lifetimes) - RESEND_MARGIN_DAYS;
  return new Date(now.getTime() - days * DAY_MS);
}

const GlobalHoldout = z.object({ share: z.number(), salt: z.string() });

async function readGlobalHoldout(client: PoolClient): Promise<Holdout> {
  const result = await client.query<{ value: unknown }>(
    `SELECT value FROM setting WHERE key = 'global-holdout'`,
  );
  const value = result.rows[0]?.value;
  return value === undefined ? { share: 0, salt: '' } : GlobalHoldout.parse(value);
}
