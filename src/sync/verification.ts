/** Verifications as they are kept: what was found, and the sizes that later ones are measured by. */
import { z } from 'zod';
import type { Db } from '../infra/db.ts';
import { readListState } from '../match/index.ts';
import type { ListState } from '../match/index.ts';
import type { Budgets, ReadyConnector } from '../delivery/index.ts';
import type { Clock } from '../infra/clock.ts';
import type { Guardrail } from './guardrails.ts';
import type { Sync } from './sync.ts';
import { peopleShown } from './verify-settling.ts';
import { findingsOf, isDrift } from './verify.ts';
import type { Finding } from './verify.ts';
import type { SoundSize } from './verify-size.ts';

/** What a platform said of a sync's list at a moment, against the ledger. */
export interface Verification {
  readonly at: Date;
  /** The platform's id of the list; null where none was made yet. */
  readonly remoteId: string | null;
  /** Whether something is not as the ledger has it. */
  readonly drift: boolean;
  readonly findings: readonly Finding[];
  /** People on the list whom the platform knows, as bounds; null where it tells none. */
  readonly size: {
    readonly lower: number;
    readonly upper: number;
    readonly meaning: string;
  } | null;
  /** People whom the size is surely, and at most, of. */
  readonly accepted: { readonly lower: number; readonly upper: number };
}

/**
 * Asks the platform about a sync's list, compares, and keeps what was found.
 *
 * @throws ConnectorFailure when the platform does not answer; nothing is kept then.
 */
export async function verifyList(
  sync: Sync,
  options: {
    readonly db: Db;
    readonly ready: ReadyConnector;
    readonly budgets: Budgets;
    readonly clock: Clock;
  },
): Promise<Verification> {
  const { db, ready } = options;
  const state = await readListState(sync.audienceId, options);
  const { audienceId } = sync;
  const size = sizeOf(state);
  const meaning = size?.kind === 'unknown' ? size.shownFrom?.meaning : size?.meaning;
  const findings = findingsOf(state, {
    sync,
    connector: ready.connector,
    before: meaning === undefined ? null : await lastSoundSize(db, sync, state.remoteId, meaning),
    rewriting: (await db.prisma.replacement.count({ where: { audienceId } })) > 0,
    approvedSmall: await wasApprovedSmall(db, sync),
  });
  const found = {
    at: state.readAt,
    remoteId: state.remoteId,
    drift: isDrift(findings),
    findings,
    size:
      size?.kind === 'people'
        ? { lower: size.lower, upper: size.upper, meaning: size.meaning }
        : null,
    accepted: peopleShown(state),
  };
  await store(db, audienceId, found);
  return found;
}

function sizeOf({ reading }: ListState) {
  return reading === null || !reading.there ? null : reading.size;
}

/** Whether a person let a run of the sync begin its list below the platform's minimum. */
async function wasApprovedSmall(db: Db, { id: syncId }: Pick<Sync, 'id'>): Promise<boolean> {
  const guardrail: Guardrail = 'below-minimum';
  const held = { problem: { path: ['guardrail'], equals: guardrail } };
  return (await db.prisma.run.count({ where: { syncId, held } })) > 0;
}

/**
 * The newest size of this very list, in the same measure, with which nothing was wrong. After a
 * whole list was sent, what was before is no measure any more: a person may have meant to end it.
 */
async function lastSoundSize(
  db: Db,
  { id: syncId, audienceId }: Pick<Sync, 'id' | 'audienceId'>,
  remoteId: string | null,
  meaning: string,
): Promise<SoundSize | null> {
  const rebuilt = await db.prisma.run.findFirst({
    where: { syncId, mode: { not: 'changes' }, state: 'succeeded' },
    orderBy: { id: 'desc' },
    select: { startedAt: true },
  });
  const row = await db.prisma.verification.findFirst({
    where: {
      audienceId,
      remoteId,
      sound: true,
      sizeMeaning: meaning,
      ...(rebuilt === null ? {} : { at: { gt: rebuilt.startedAt } }),
    },
    orderBy: { at: 'desc' },
    select: {
      at: true,
      sizeLower: true,
      sizeUpper: true,
      acceptedLower: true,
      acceptedUpper: true,
    },
  });
  if (row === null || row.sizeLower === null || row.sizeUpper === null) return null;
  const accepted = { lower: row.acceptedLower, upper: row.acceptedUpper };
  return { at: row.at, lower: row.sizeLower, upper: row.sizeUpper, accepted };
}

async function store(db: Db, audienceId: string, found: Verification): Promise<void> {
  const { at, size, accepted, findings, ...columns } = found;
  const data = {
    ...columns,
    findings: z.array(z.record(z.string(), z.json())).parse(findings),
    sizeLower: size?.lower ?? null,
    sizeUpper: size?.upper ?? null,
    sizeMeaning: size?.meaning ?? null,
    acceptedLower: accepted.lower,
    acceptedUpper: accepted.upper,
    sound:
      size !== null &&
      accepted.lower > 0 &&
      findings.some(({ kind, of }) => of === 'size' && kind === 'as-expected'),
  };
  await db.prisma.verification.upsert({
    where: { audienceId_at: { audienceId, at } },
    create: { audienceId, at, ...data },
    update: data,
    select: { id: true },
  });
}

const Kept = z.object({
  kind: z.string(),
  of: z.string(),
  sentence: z.string(),
  nextStep: z.string().optional(),
});
/** A finding as it was kept: by an older version perhaps, so that its kinds are not taken for known. */
export type KeptFinding = z.infer<typeof Kept>;

/** What was found last of a sync's audience. */
export interface LatestVerification extends Pick<Verification, 'at' | 'drift'> {
  readonly sync: string;
  readonly audience: string;
  readonly findings: readonly KeptFinding[];
}

/** The last verification of each sync that has one, by the sync's name. */
export async function latestVerifications(db: Db): Promise<LatestVerification[]> {
  const rows = await db.prisma.audience.findMany({
    where: { verifications: { some: {} } },
    orderBy: { sync: { name: 'asc' } },
    select: {
      name: true,
      sync: { select: { name: true } },
      verifications: {
        orderBy: { at: 'desc' },
        take: 1,
        select: { at: true, drift: true, findings: true },
      },
    },
  });
  return rows.flatMap(({ name, sync, verifications }) =>
    verifications.map(({ findings, ...row }) => ({
      sync: sync.name,
      audience: name,
      ...row,
      findings: z.array(Kept).parse(findings),
    })),
  );
}
