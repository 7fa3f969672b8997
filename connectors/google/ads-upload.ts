/**
 * Uploads by the Google Ads API, for Cloud projects that Google still lets use it for Customer Match
 * (`upload: ads-api`): OfflineUserDataJobs over REST, by our own requests.
 *
 * google-ads-api makes these calls by gRPC alone. Tried on 25.1.0: nock does not see them, a call
 * without a network was still pending after 8 s with no deadline to set, and only a server with TLS
 * can stand in for Google's, since the SDK puts `createSsl()` behind whatever credentials it is
 * given. REST (developers.google.com/google-ads/api/rest/reference/rest/v25) has none of this, and
 * saves the 200 MB that loading the SDK takes.
 *
 * A push is three requests: make a job, add operations to it, run it. A job that was never run
 * applies nothing, so that a push that dies before `run` is simply sent again, in a job of its own;
 * the one left behind stays PENDING and is of no further use. What is asked for one list is asked
 * one after another, since Google refuses changes to it at the same time (CONCURRENT_MODIFICATION).
 */
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { Batch, ConnectorContext, PendingBatch, Receipt, Rejection } from '../connector.ts';
import { partialFailure } from './ads-failures.ts';
import { jobParts } from './ads-operations.ts';
import type { JobPart } from './ads-operations.ts';
import { callAds } from './ads-wire.ts';
import { blamesTheRequest } from './culprits.ts';
import { secretsOf } from './oauth.ts';
import { inTurn } from './turns.ts';

const JOB = /^customers\/\d+\/offlineUserDataJobs\/\d+$/;
const JobName = z.object({ resourceName: z.string().regex(JOB) });
const Anything = z.record(z.string(), z.unknown());

/** A job that was run, and how many rows of the batch are in it. */
interface Job {
  readonly name: string;
  readonly rows: number;
}

/**
 * Sends a batch: pending under the name of its job, or of its jobs, where people said different
 * things about consent. All jobs are filled before the first is run. Waits for what else this
 * process sends to the list.
 *
 * @throws ConnectorFailure with `culprits` where Google refuses single rows; nothing was run then.
 * Always `transient` once a job was started, whatever the cause: a part of the batch is there.
 * @throws RangeError as `pack`.
 */
export async function pushByAds(context: ConnectorContext, batch: Batch): Promise<Receipt> {
  const rows = batch.members.length;
  if (rows === 0) {
    return { state: 'final', requestId: null, accepted: 0, rejected: [], unknown: 0 };
  }
  const parts = jobParts(context, batch);
  const { remoteId } = batch.audience;
  const jobs = await inTurn(context, `${context.account} ${remoteId}`, async () => {
    const filled: Job[] = [];
    for (const part of parts) {
      const name = await makeJob(context, remoteId, part);
      await fillJob(context, name, part);
      filled.push({ name, rows: part.operations.length });
    }
    await runJobs(context, filled);
    return filled;
  });
  return { state: 'pending', requestId: requestIdOf(jobs), rows };
}

/**
 * Asks whether a job for this list would be made; makes none.
 *
 * @throws ConnectorFailure with what Google has against it.
 */
export async function tryByAds(context: ConnectorContext, listId: string): Promise<void> {
  const consent = { adUserData: 'GRANTED', adPersonalization: 'GRANTED' } as const;
  const body = { job: jobFor(context, listId, consent), validateOnly: true };
  await callAds(context, creationOf(context), body, Anything);
}

/**
 * What became of a batch. Google says SUCCESS or FAILED of a job and nothing of its rows, and says
 * SUCCESS of an empty job too; here it means every row, since a job is only run after Google has
 * confirmed each of its operations. Of a FAILED job it is not documented whether it applied a part,
 * and Google may not know a job any more: those rows are unknown, as are those of a request that
 * went by the Data Manager API, before the destination's option was changed.
 */
export async function settleByAds(
  context: ConnectorContext,
  pending: PendingBatch,
): Promise<Receipt> {
  const { requestId, rows } = pending;
  const jobs = jobsOf(pending);
  if (jobs === null) {
    const reasons = [{ code: 'INVALID_REQUEST_ID', count: rows }];
    return { state: 'final', requestId, accepted: 0, rejected: [], unknown: rows, reasons };
  }
  const states = await readStates(
    context,
    jobs.map(({ name }) => name),
  );
  let accepted = 0;
  const reasons: Rejection[] = [];
  for (const job of jobs) {
    const state = states.get(job.name);
    if (state === undefined) reasons.push({ code: 'JOB_NOT_FOUND', count: job.rows });
    else if (state.status === 'SUCCESS') accepted += job.rows;
    else if (state.status === 'FAILED') reasons.push({ code: failureOf(state), count: job.rows });
    else return { state: 'pending', requestId, rows };
  }
  const receipt = {
    state: 'final',
    requestId,
    accepted,
    rejected: [],
    unknown: rows - accepted,
  } as const;
  return reasons.length === 0 ? receipt : { ...receipt, reasons };
}

async function makeJob(
  context: ConnectorContext,
  listId: string,
  { consent }: JobPart,
): Promise<string> {
  const job = jobFor(context, listId, consent);
  return (await callAds(context, creationOf(context), { job }, JobName)).resourceName;
}

function creationOf({ account }: ConnectorContext): string {
  return `customers/${account}/offlineUserDataJobs:create`;
}

function jobFor({ account }: ConnectorContext, listId: string, consent: JobPart['consent']) {
  const userList = `customers/${account}/userLists/${listId}`;
  const stated = Object.keys(consent).length === 0 ? {} : { consent };
  return {
    type: 'CUSTOMER_MATCH_USER_LIST',
    customerMatchUserListMetadata: { userList, ...stated },
  };
}

/** Google confirms all operations, or those it refuses are named and nothing is to be run. */
async function fillJob(
  context: ConnectorContext,
  name: string,
  { operations, positions }: JobPart,
): Promise<void> {
  const body = { operations, enablePartialFailure: true };
  try {
    const answer = await callAds(context, `${name}:addOperations`, body, Anything);
    const failure = partialFailure(answer, secretsOf(context));
    if (failure !== null) throw failure;
  } catch (error) {
    throw error instanceof ConnectorFailure ? inBatch(error, positions) : error;
  }
}

/** The failure with its culprits where they stand in the batch; without, where it blames the job. */
function inBatch(failure: ConnectorFailure, positions: readonly number[]): ConnectorFailure {
  const { kind, message, code, nextStep, retryAfterMs, status, culprits } = failure;
  if (culprits.length === 0) return failure;
  const codes = new Set(culprits.map((culprit) => culprit.code));
  const blamesTheJob = [...codes].some((each) => {
    const named = culprits.filter((culprit) => culprit.code === each);
    return blamesTheRequest(new Set(named.map(({ position }) => position)), positions.length);
  });
  const blamed = blamesTheJob ? [] : culprits;
  return new ConnectorFailure(kind, message, {
    code,
    nextStep,
    culprits: blamed.flatMap((culprit) => {
      const position = positions[culprit.position];
      return position === undefined ? [] : [{ position, code: culprit.code }];
    }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === undefined ? {} : { status }),
  });
}

/**
 * Starts the jobs. The engine takes any failure but a transient one for "nothing was applied" and
 * would forget people who are on the list with the first job; after a transient one it sends all of
 * them again, which is harmless, and meets the cause at the first request of that.
 */
async function runJobs(context: ConnectorContext, jobs: readonly Job[]): Promise<void> {
  let started = 0;
  for (const { name } of jobs) {
    try {
      await runJob(context, name);
    } catch (error) {
      if (started === 0 || !(error instanceof ConnectorFailure)) throw error;
      throw halfway(error, `${started} of ${jobs.length}`);
    }
    started += 1;
  }
}

function halfway(
  { message, code, nextStep, retryAfterMs, status }: ConnectorFailure,
  started: string,
): ConnectorFailure {
  return new ConnectorFailure('transient', `${message} Of its jobs ${started} were started.`, {
    code,
    nextStep,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === undefined ? {} : { status }),
  });
}

/**
 * Starts a job. Where no answer comes the job itself says whether it was started: one that goes on
 * unnoticed could put people on the list again after a later removal.
 */
async function runJob(context: ConnectorContext, name: string): Promise<void> {
  try {
    await callAds(context, `${name}:run`, {}, Anything);
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    if (error.code === 'OfflineUserDataJobError.JOB_ALREADY_STARTED') return;
    if (error.kind !== 'transient' || !(await wasStarted(context, name))) throw error;
  }
}

async function wasStarted(context: ConnectorContext, name: string): Promise<boolean> {
  try {
    const status = (await readStates(context, [name])).get(name)?.status;
    return status === 'RUNNING' || status === 'SUCCESS' || status === 'FAILED';
  } catch (error) {
    if (error instanceof ConnectorFailure) return false;
    throw error;
  }
}

const Found = z.object({
  results: z
    .array(
      z.object({
        offlineUserDataJob: z.object({
          resourceName: z.string(),
          status: z.string().default('UNKNOWN'),
          failureReason: z.string().optional(),
        }),
      }),
    )
    .default([]),
});
type JobState = z.infer<typeof Found>['results'][number]['offlineUserDataJob'];

async function readStates(
  context: ConnectorContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, JobState>> {
  const query = `SELECT offline_user_data_job.resource_name, offline_user_data_job.status, offline_user_data_job.failure_reason FROM offline_user_data_job WHERE offline_user_data_job.resource_name IN (${names.map((name) => `'${name}'`).join(', ')})`;
  const method = `customers/${context.account}/googleAds:search`;
  const { results } = await callAds(context, method, { query }, Found);
  return new Map(
    results.map(({ offlineUserDataJob }) => [offlineUserDataJob.resourceName, offlineUserDataJob]),
  );
}

function failureOf({ failureReason }: JobState): string {
  const said = failureReason !== undefined && /^[A-Z]{1,60}(?:_[A-Z]{1,60})*$/.test(failureReason);
  return said && failureReason !== 'UNSPECIFIED' ? failureReason : 'JOB_FAILED';
}

/** The job's resource name; of several jobs each with its rows, `name=rows` with commas between. */
function requestIdOf(jobs: readonly Job[]): string {
  const [first, ...others] = jobs;
  if (first !== undefined && others.length === 0) return first.name;
  return jobs.map(({ name, rows }) => `${name}=${rows}`).join(',');
}

/** Null for an id that is none of ours. */
function jobsOf({ requestId, rows }: PendingBatch): Job[] | null {
  const jobs = requestId.split(',').map((entry) => {
    const [name = '', count] = entry.split('=');
    return { name, rows: count === undefined ? rows : Number(count) };
  });
  return jobs.every(({ name }) => JOB.test(name)) ? jobs : null;
}
