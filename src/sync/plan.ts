/** customer → segment → arm → identity → membership: what a run would do, as figures. */
import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Connector } from '../../connectors/connector.ts';
import { RekindleError } from '../errors.ts';
import { refreshIdentities } from '../identity/index.ts';
import type { Db } from '../infra/db.ts';
import { inTransaction } from '../infra/db.ts';
import {
  assignArms,
  compareWithLedger,
  countSegment,
  findScope,
  notesChanges,
  readSeen,
  rememberPlan,
  screenSegment,
  writeLedger,
} from '../membership/index.ts';
import type { PlanFigures, Scope, Screening, SegmentSelect } from '../membership/index.ts';
import { segmentQuery } from '../segment/index.ts';
import type { Fenced } from './exclusive.ts';
import { isApproved } from './approval.ts';
import type { Approval } from './approval.ts';
import { resendLimit } from './freshness.ts';
import { guardrailsOf, holdOf, onNewList } from './guardrails.ts';
import type { Hold } from './guardrails.ts';
import { insertRun, storeFigures } from './record.ts';
import type { RunMode } from './record.ts';
import { screeningOf } from './screening.ts';
import type { Sync } from './sync.ts';

export interface PlanOptions {
  readonly db: Db;
  readonly connector: Connector;
  readonly asOf: Date;
  readonly now: Date;
  /** IANA zone of the days that segments count in; the same for every sync. */
  readonly timezone: string;
  readonly mode: RunMode;
  /** Another list takes the place of one that is gone: the ledger's people are not on it. */
  readonly newList?: boolean;
}

export interface Plan {
  readonly figures: PlanFigures;
  readonly hold: Hold | null;
}

/** A plan, and what the next one goes on from. */
interface PreparedPlan extends Plan {
  readonly scope: Scope;
  readonly rules: Buffer | null;
  readonly seen: string;
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
        scope: plan.scope,
      });
      await rememberPlan(client, { ...plan, audienceId: sync.audienceId, now: options.now });
      await storeFigures(client, runId, 'delivering', plan.figures);
      await heedPause(client, runId, options.now);
      await options.fence(client);
      return { ...plan, runId };
    },
    (plan) => plan.runId !== null,
  );
}

/**
 * A pause that came while the plan was made stops the run before its first request. The row is held
 * to the end of the transaction: a pause that comes later sees the run.
 */
async function heedPause(client: PoolClient, runId: bigint, now: Date): Promise<void> {
  const { rows } = await client.query<{ paused: boolean }>(
    `SELECT coalesce(paused_at > $2, false) AS paused FROM sync
     WHERE id = (SELECT sync_id FROM run WHERE id = $1) FOR SHARE`,
    [runId, now],
  );
  if (rows[0]?.paused !== true) return;
  await client.query(`UPDATE run SET stop = 'pause' WHERE id = $1 AND mode <> 'replace'`, [runId]);
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
): Promise<PreparedPlan> {
  const { asOf, connector, timezone, mode, now } = options;
  const { audienceId } = sync;
  await client.query(FOR_WHOLE_SETS);
  const seen = await readSeen(client);
  const screened = await screeningOf(client, sync, { connector, now });
  const goesOn = mode === 'changes' && (await notesChanges(client));
  const rules = goesOn ? rulesOf(sync, screened) : null;
  const { identifiers } = sync;
  const resendBefore =
    mode === 'changes' ? resendLimit(identifiers, connector.limits, now) : END_OF_TIME;
  const scope = await findScope(client, { audienceId, rules, resendBefore, now });
  const segment = segmentQuery(sync.segment, { asOf, timezone });
  const screening = { ...screened, scope };
  const compared =
    runId === null && scope.of === 'everybody' && scope.empty
      ? await countSegment(client, segment, screening)
      : await compare(client, segment, screening, { runId, resendBefore });
  const newList = options.newList === true;
  const figures = newList ? onNewList(compared) : compared;
  // Removals that were meant for a list that is gone are none of the new one.
  const tried = newList ? { ...figures, removed: 0 } : figures;
  return {
    figures,
    hold: holdOf(tried, guardrailsOf(sync, connector), mode),
    scope,
    rules,
    seen,
  };
}

async function compare(
  client: PoolClient,
  segment: SegmentSelect,
  screening: Screening,
  { runId, resendBefore }: { readonly runId: bigint | null; readonly resendBefore: Date | null },
): Promise<PlanFigures> {
  const { audienceId, syncId, holdout, scope, now } = screening;
  await screenSegment(client, segment, screening);
  if (runId !== null) await assignArms(client, { syncId, runId, holdout, now });
  return compareWithLedger(client, audienceId, { resendBefore, now, scope });
}

/** For statements over whole sets, until the transaction ends: memory to sort and join in, disks that seek as fast as they read. */
export const FOR_WHOLE_SETS = `SET LOCAL work_mem = '128MB'; SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off`;

/** Raised with every change of what a plan makes of the same people by the same rules. */
const PLAN_VERSION = 2;

/**
 * A digest of what a plan goes by beside people. Null for a sync whose plans go by the time as well,
 * by what people bought, or by other audiences: such a plan looks at everybody each time.
 */
function rulesOf(
  sync: Sync,
  { keys, globalHoldout }: Pick<Screening, 'keys' | 'globalHoldout'>,
): Buffer | null {
  const { segment, contactPolicy, exclusiveGroup, consentPolicy, holdout } = sync;
  const anyContact = Object.values(contactPolicy).some((rule) => rule !== null && rule !== false);
  if (segment.template !== 'everyone' || anyContact || exclusiveGroup !== null) return null;
  const rules = [PLAN_VERSION, segment, keys, consentPolicy, holdout, globalHoldout];
  return createHash('sha256').update(JSON.stringify(rules)).digest();
}

/** Whoever was ever sent was sent before. */
const END_OF_TIME = new Date('9999-12-31T00:00:00Z');
