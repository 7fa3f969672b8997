/** The suppressions there are, newest first, a page at a time. */
import type { Prisma } from '../../prisma/generated/client.ts';
import { RekindleError } from '../errors.ts';
import type { ServiceContext } from './context.ts';
import { shortDigest } from './suppression-subject.ts';
import type { SuppressionKind } from './suppression-subject.ts';

export interface SuppressionEntry {
  readonly id: string;
  readonly kind: string;
  /** Of a customer alone. */
  readonly customerId: string | null;
  /** The first eight hex digits of the SHA-256; null for a customer. */
  readonly digest: string | null;
  readonly reason: string;
  /** Null for ever. */
  readonly until: Date | null;
  readonly since: Date;
  /** Whether the end has come; such an entry stops nothing any more. */
  readonly expired: boolean;
}

export interface SuppressionPage {
  /** Of all pages together. */
  readonly total: number;
  readonly expired: number;
  readonly suppressions: readonly SuppressionEntry[];
  /** The id to give as `after` for the next page; null where this is the last. */
  readonly next: string | null;
}

/** @throws RekindleError `not-found` where `after` is no entry, or one that was lifted since. */
export async function listSuppressions(
  { db, surroundings }: ServiceContext,
  input: { readonly kind?: SuppressionKind; readonly after?: string; readonly limit: number },
): Promise<SuppressionPage> {
  const now = surroundings.clock.now();
  const all = input.kind === undefined ? {} : { kind: input.kind };
  const behind = input.after === undefined ? {} : await behindEntry(db.prisma, input.after);
  const [total, expired, rows] = await Promise.all([
    db.prisma.suppression.count({ where: all }),
    db.prisma.suppression.count({ where: { ...all, until: { lte: now } } }),
    db.prisma.suppression.findMany({
      where: { ...all, ...behind },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      take: input.limit + 1,
      select: {
        id: true,
        kind: true,
        customerId: true,
        digest: true,
        reason: true,
        until: true,
        createdAt: true,
      },
    }),
  ]);
  const suppressions = rows
    .slice(0, input.limit)
    .map(({ id, kind, customerId, digest, reason, until, createdAt }) => ({
      id,
      kind,
      customerId,
      digest: digest === null ? null : shortDigest(digest),
      reason,
      until,
      since: createdAt,
      expired: until !== null && until <= now,
    }));
  const next = rows.length > input.limit ? (suppressions.at(-1)?.id ?? null) : null;
  return { total, expired, suppressions, next };
}

const Id = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** What follows an entry in the order of the list. */
async function behindEntry(
  prisma: ServiceContext['db']['prisma'],
  id: string,
): Promise<Prisma.SuppressionWhereInput> {
  const entry = Id.test(id)
    ? await prisma.suppression.findUnique({ where: { id }, select: { createdAt: true } })
    : null;
  if (entry === null) {
    throw new RekindleError(
      'not-found',
      'There is no suppression with the id to start behind; begin again with the first page.',
    );
  }
  const { createdAt } = entry;
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { gt: id } }] };
}
