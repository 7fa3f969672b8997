/**
 * The whole path on one database, from import to lift, with faults on the way: what came out, to be
 * compared with another database's, and how long each step took.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ServiceContext } from '../../src/services/context.ts';
import { computeLift } from '../../src/services/compute-lift.ts';
import { eraseCustomer } from '../../src/services/erase-customer.ts';
import { importConsents } from '../../src/services/import-consents.ts';
import { importCustomers } from '../../src/services/import-customers.ts';
import { importPurchases } from '../../src/services/import-purchases.ts';
import { importSuppressions } from '../../src/services/import-suppressions.ts';
import { planSync } from '../../src/services/plan-sync.ts';
import { readMatch } from '../../src/services/read-match.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { shareSuppressions } from '../../src/services/share-suppressions.ts';
import { showRun } from '../../src/services/show-run.ts';
import type { RunDetails } from '../../src/services/show-run.ts';
import { showCustomer } from '../../src/services/show-customer.ts';
import { suppress } from '../../src/services/suppress.ts';
import { UPLOADS } from './platform-answers.ts';
import { NOW, stage } from './stage.ts';
import type { Stage } from './stage.ts';
import {
  consentLines,
  customerLines,
  laterPurchaseLines,
  lostLines,
  purchaseLines,
  suppressionLines,
} from './trial-files.ts';

export interface Trial {
  /** By step; the same on every database. */
  readonly figures: Readonly<Record<string, unknown>>;
  readonly seconds: Readonly<Record<string, number>>;
}

const DAY = 86_400_000;

const CONFIGURATION = `
segments:
  - { name: everyone, template: everyone }
  - { name: loyal, template: loyal }
  - { name: propensity, template: high-propensity }
  - { name: lapsed, template: lapsed }
syncs:
  - { name: all, segment: everyone, destination: meta-main, audience: All, identifiers: [email, phone], holdout: 10%, allowSmall: true, contactPolicy: { leaveOnPurchase: true, coolDownDays: 30 } }
  - { name: gone, segment: lapsed, destination: google-main, audience: Lapsed, identifiers: [email, phone], allowSmall: true }
  - { name: best, segment: loyal, destination: x-main, audience: Loyal, identifiers: [email, phone], allowSmall: true, contactPolicy: { maxAudiences: 2 } }
  - { name: next, segment: propensity, destination: google-main, audience: Next, identifiers: [email], allowSmall: true }
`;

/** @param size how many customers; one purchase in two, consents of a third */
export async function runTrial(url: string, size: number): Promise<Trial> {
  const on = await stage(NOW, { url });
  const figures: Record<string, unknown> = {};
  const seconds: Record<string, number> = {};
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const begun = performance.now();
    figures[name] = await work();
    seconds[name] = (performance.now() - begun) / 1000;
  };
  await on.apply(CONFIGURATION);
  // Arms hang on the salt, which is drawn for each sync: the same here as on the other database.
  await on.db.pool.query('UPDATE sync SET salt = name');

  await step('import customers', () => bring(on.context, importCustomers, customerLines(size)));
  await step('import purchases', () => bring(on.context, importPurchases, purchaseLines(size)));
  await step('import consents', () => bring(on.context, importConsents, consentLines(size)));
  await step('import suppressions', () =>
    bring(on.context, importSuppressions, suppressionLines(size)),
  );
  await step('identity and plan', () => planned(on, 'all'));
  await step('plan', () => planned(on, 'all'));
  await step('run with faults', () => faulty(on, 'all', 'meta'));
  await step('run cut off', () => cutOff(on, 'gone'));
  await step('resume', () => run(on, 'gone'));
  await step('other syncs', async () => [await run(on, 'best'), await run(on, 'next')]);
  on.advance(DAY);
  await step('change of 1 %', async () => {
    await bring(on.context, importCustomers, customerLines(Math.ceil(size / 100), 'new'));
    return run(on, 'all');
  });
  await step('nothing changed', () => run(on, 'all'));
  await step('those who bought leave', async () => {
    await bring(on.context, importPurchases, laterPurchaseLines(size, NOW));
    return run(on, 'all');
  });
  await step('erasures', () => erased(on, ['c-2', 'c-12']));
  await step('import again', () => bring(on.context, importCustomers, customerLines(size)));
  await step('held, and who said no leaves', () => held(on, size));
  await step('do not reach', () => doNotReach(on));
  on.advance(DAY);
  await step('match', async () => [await matched(on, 'all'), await matched(on, 'gone')]);
  await step('lift', async () => {
    const { lift, waiting } = await computeLift(on.context, {
      sync: 'all',
      asOf: on.clock.now(),
      windowDays: 1,
    });
    return { lift, waiting };
  });
  await step('lists', () =>
    Promise.resolve(on.emulators.map(({ platform }) => listOf(on, platform))),
  );
  await step('tables', () => countRows(on));
  return { figures, seconds };
}

/** A fingerprint of who is on a platform, by digest. */
function listOf(
  on: Stage,
  platform: string,
): { platform: string; members: number; sha256: string } {
  const members = on.members(platform);
  const sha256 = createHash('sha256').update(members.join('\n')).digest('hex');
  return { platform, members: members.length, sha256 };
}

async function bring<Report extends { readonly read: number }>(
  context: ServiceContext,
  service: (
    context: ServiceContext,
    source: Readable,
    options: {
      readonly file: string;
      readonly format: 'csv';
      readonly encoding: 'utf-8';
      readonly columns: Readonly<Record<string, string>>;
      readonly timezone: string;
    },
  ) => Promise<Report>,
  lines: Iterable<string>,
): Promise<Report> {
  return service(context, Readable.from(lines), {
    file: 'trial.csv',
    format: 'csv',
    encoding: 'utf-8',
    columns: {},
    timezone: 'UTC',
  });
}

async function planned(on: Stage, sync: string): Promise<unknown> {
  const { figures, hold } = await planSync(on.context, { sync, asOf: on.clock.now() });
  return { figures, hold };
}

async function run(on: Stage, sync: string): Promise<unknown> {
  return outcome(await runSync(on.context, { sync, asOf: on.clock.now(), approved: false }));
}

/** More leave than may at once, and some of them said no. */
async function held(on: Stage, size: number): Promise<unknown> {
  await on.db.pool.query(`UPDATE sync SET max_shrink = 0.02 WHERE name = 'all'`);
  await bring(on.context, importCustomers, lostLines(size));
  for (const value of ['c-9', 'c-19', 'c-29'])
    await suppress(on.context, { kind: 'customer', value, reason: 'asked' });
  const { id } = await runSync(on.context, { sync: 'all', asOf: on.clock.now(), approved: false });
  const beside = await showRun(on.context, { run: BigInt(id) - 1n });
  const { state, problem } = await showRun(on.context, { run: BigInt(id) });
  return { state, guardrail: problem?.['guardrail'], beside: outcome(beside) };
}

/** A lost answer and a platform that is down for a moment. */
async function faulty(on: Stage, sync: string, platform: 'meta'): Promise<unknown> {
  on.server.inject({ kind: 'lose-answer', platform, path: UPLOADS[platform] });
  on.server.inject({ kind: 'answer', platform, path: UPLOADS[platform], status: 503, body: '' });
  return run(on, sync);
}

async function cutOff(on: Stage, sync: string): Promise<unknown> {
  const controller = new AbortController();
  const context = on.abortable(controller.signal);
  return runSync(context, {
    sync,
    asOf: on.clock.now(),
    approved: false,
    onProgress: () => controller.abort(new Error('interrupted')),
  }).then(
    () => 'ended',
    (error: unknown) => String(error),
  );
}

/** The figures of rule 7, and what the platform made of them. */
const COMPARED = [
  'state',
  'inSegment',
  'unreachable',
  'noConsent',
  'suppressed',
  'heldOut',
  'wanted',
  'unchanged',
  'added',
  'changed',
  'removed',
  'delivery',
] as const satisfies readonly (keyof RunDetails)[];

function outcome(run: RunDetails): Readonly<Record<string, unknown>> {
  return Object.fromEntries(COMPARED.map((figure) => [figure, run[figure]]));
}

async function erased(on: Stage, customers: readonly string[]): Promise<unknown> {
  const reports: unknown[] = [];
  for (const customer of customers) {
    await eraseCustomer(on.context, { customer });
    on.advance(DAY);
    const { state, receipts } = await eraseCustomer(on.context, { customer });
    const answers = receipts.map((receipt) => [
      receipt.platform,
      receipt.state,
      receipt.keysRemoved,
      receipt.keysShared,
    ]);
    reports.push({ state, answers });
  }
  const { audiences } = await showCustomer(on.context, { customer: 'c-3' });
  return { reports, another: audiences.length };
}

async function doNotReach(on: Stage): Promise<unknown> {
  const shared = await shareSuppressions(on.context, {
    destination: 'x-main',
    approved: true,
    again: false,
  });
  return { toAdd: shared.toAdd, delivered: shared.delivered };
}

async function matched(on: Stage, sync: string): Promise<unknown> {
  const { accepted, pending, rate } = await readMatch(on.context, { sync });
  return { accepted, pending, rate };
}

const COUNTED = [
  'customer',
  'purchase',
  'identity',
  'consent',
  'consent_record',
  'suppression',
  'membership',
  'past_membership',
  'assignment',
  'refusal',
  'erasure',
] as const;

async function countRows(on: Stage): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of COUNTED) {
    const { rows } = await on.db.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table}`,
    );
    counts[table] = rows[0]?.n ?? 0;
  }
  return counts;
}
