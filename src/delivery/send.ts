/** The attempts at one batch: what is still to be sent of it, and what is known of those before. */
import { ConnectorFailure } from '../../connectors/connector.ts';
import type {
  Audience,
  Batch,
  Receipt,
  RefusedRow,
  Rejection,
} from '../../connectors/connector.ts';
import type { LedgerRow } from '../membership/index.ts';
import type { Account, AccountOptions } from './account.ts';
import { markSending } from './batches.ts';
import type { RefusedPerson } from './batches.ts';
import { ghostOf } from './settle.ts';
import { RunStopped } from './stop.ts';
import { NotNow } from './wait.ts';

type FinalReceipt = Extract<Receipt, { readonly state: 'final' }>;

export interface Attempts {
  /** One attempt; throws what the platform answers, or NotNow. */
  readonly send: () => Promise<Receipt>;
  /** Whom the platform has refused by name so far, in the order of its answers. */
  readonly refused: readonly RefusedPerson[];
  /** The rows that were left out because the platform named them, by code. */
  readonly rejections: () => Rejection[];
  /** Whether any request left. */
  readonly left: () => boolean;
  /** Whether one without an answer may have been carried out. */
  readonly mayHaveArrived: () => boolean;
  /** Until when such a one may still be; null where there is none, or the platform works at once. */
  readonly ghostUntil: () => Date | null;
}

/**
 * Most requests that a platform may refuse for the sake of single rows before the batch is given
 * up: platforms name many rows at once, and one that named them singly would take hours.
 */
const MOST_ROUNDS = 50;

export function sending(
  batch: {
    readonly id: bigint;
    readonly operation: Batch['operation'];
    readonly audience: Audience;
  },
  rows: readonly LedgerRow[],
  account: Account,
  { db, connector, context, clock, stopping, onEvent }: AccountOptions,
): Attempts {
  const { id, operation, audience } = batch;
  const refused: RefusedPerson[] = [];
  const dropped: Rejection[] = [];
  let open = rows;
  let left = false;
  let done: FinalReceipt | null = null;
  let mayHaveArrived = false;
  let ghostUntil: Date | null = null;

  const wire = (): Batch => ({
    id,
    operation,
    audience,
    members: open.map(({ member }) => member),
  });

  async function push(): Promise<Receipt> {
    try {
      return await account.spend(async () => {
        if (stopping?.aborted === true) throw new RunStopped('hand-over');
        await markSending(db, id, { at: clock.now() });
        left = true;
        onEvent?.({ kind: 'batch-sent', batch: id, operation, rows: open.length });
        return connector.push(context, wire());
      });
    } catch (error) {
      const isLost =
        error instanceof ConnectorFailure &&
        error.kind === 'transient' &&
        !(error instanceof NotNow);
      mayHaveArrived ||= isLost;
      if (isLost) ghostUntil = ghostOf(connector, clock.now());
      throw error;
    }
  }

  function name(named: readonly RefusedRow[], nothingTaken: boolean): void {
    for (const { position, code } of named) {
      const row = open[position];
      if (row !== undefined) refused.push({ customerId: row.customerId, code, nothingTaken });
    }
  }

  /**
   * Rows of a removal that were refused, key by key, as far as there is room: the other keys of such
   * a row may be there. A key that is refused alone counts as rejected: whether it is there, from a
   * time when the platform took it, nobody knows.
   */
  function singly(
    rows: readonly LedgerRow[],
    named: readonly RefusedRow[],
    room: number,
  ): LedgerRow[] {
    const [{ code } = { code: 'REFUSED' }] = named;
    const split: LedgerRow[] = [];
    for (const row of rows) {
      const keys = keyByKey(row);
      if (keys.length > 0 && split.length + keys.length <= room) split.push(...keys);
      else dropped.push({ code, count: 1 });
    }
    return split;
  }

  /** Leaves the rows out for whose sake the platform refused the others too. */
  function drop(culprits: readonly RefusedRow[]): void {
    const positions = new Set(culprits.map(({ position }) => position));
    const [out, kept] = [
      open.filter((_, position) => positions.has(position)),
      open.filter((_, position) => !positions.has(position)),
    ];
    if (operation === 'remove') {
      open = [...kept, ...singly(out, culprits, connector.limits.rows - kept.length)];
      return;
    }
    name(culprits, true);
    dropped.push(...culprits.map(({ code }) => ({ code, count: 1 })));
    open = kept;
  }

  /** A removal that named rows: what it did stands, and the rows that it named go key by key. */
  function takeOffSingly({
    accepted,
    rejected,
    unknown,
    refused = [],
    requestId,
  }: FinalReceipt): void {
    const named = new Set(refused.map(({ position }) => position));
    const codes = new Map<string, number>();
    for (const { code } of refused) codes.set(code, (codes.get(code) ?? 0) + 1);
    const unnamed = rejected
      .map(({ code, count }) => ({ code, count: count - (codes.get(code) ?? 0) }))
      .filter(({ count }) => count > 0);
    const rowsNamed = open.filter((_, position) => named.has(position));
    done = withEarlier<FinalReceipt>({
      state: 'final',
      requestId,
      accepted,
      rejected: unnamed,
      unknown,
    });
    open = singly(rowsNamed, refused, connector.limits.rows);
  }

  /** A receipt together with what was done of the batch before. */
  function withEarlier<Answer extends Receipt>(receipt: Answer): Answer {
    if (done === null || receipt.state !== 'final') return receipt;
    return {
      ...receipt,
      accepted: done.accepted + receipt.accepted,
      rejected: [...done.rejected, ...receipt.rejected],
      unknown: done.unknown + receipt.unknown,
    };
  }

  async function send(): Promise<Receipt> {
    if (mayHaveArrived) {
      const known = await recover(account, { connector, context }, wire());
      if (known !== null) return withEarlier(known);
    }
    for (let round = 1; ; round += 1) {
      if (open.length === 0) return withEarlier(NOTHING_LEFT);
      try {
        const receipt = await push();
        if (receipt.state !== 'final' || (receipt.refused ?? []).length === 0) {
          return withEarlier(receipt);
        }
        if (operation === 'add') {
          name(receipt.refused ?? [], false);
          return receipt;
        }
        takeOffSingly(receipt);
      } catch (error) {
        if (!(error instanceof ConnectorFailure) || round > MOST_ROUNDS) throw error;
        const culprits = error.culprits.filter(({ position }) => open[position] !== undefined);
        // Where more is wrong than single rows, the request fares no better without them.
        if (error.kind !== 'invalid' || culprits.length === 0) throw error;
        drop(culprits);
      }
    }
  }

  return {
    send,
    refused,
    rejections: () => dropped,
    left: () => left,
    mayHaveArrived: () => mayHaveArrived,
    ghostUntil: () => ghostUntil,
  };
}

/** A row of several keys as rows of one key each; none for one that has no more than one. */
function keyByKey({ customerId, member }: LedgerRow): LedgerRow[] {
  const { consent, profile: _, ...kinds } = member;
  const none = { email: [], phone: [], consent };
  const rows = Object.entries(kinds).flatMap(([kind, keys]) =>
    keys.map((key) => ({ customerId, member: { ...none, [kind]: [key] } })),
  );
  return rows.length > 1 ? rows : [];
}

const NOTHING_LEFT: FinalReceipt = {
  state: 'final',
  requestId: null,
  accepted: 0,
  rejected: [],
  unknown: 0,
};

/**
 * What the platform knows of a batch whose answer was lost; null where it cannot tell or does not
 * answer: sending the batch again is always safe, and asking only saves doing so.
 *
 * @throws NotNow when nothing may be asked.
 */
export async function recover(
  account: Account,
  { connector, context }: Pick<AccountOptions, 'connector' | 'context'>,
  batch: Batch,
): Promise<Receipt | null> {
  if (connector.recover === undefined) return null;
  const ask = connector.recover.bind(connector);
  try {
    return await account.spend(() => ask(context, batch));
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error instanceof NotNow) throw error;
    return null;
  }
}
