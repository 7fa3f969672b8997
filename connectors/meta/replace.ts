/**
 * Rewrites a list by Meta's replace sessions. Source: Custom Audiences guide ("Replace"), usersreplace
 * reference. A session cannot be taken back: 90 minutes after its first part the list becomes what
 * has arrived by then, so that it is begun only when all parts can follow at once.
 */
import { ConnectorFailure } from '../connector.ts';
import type {
  Audience,
  ConnectorContext,
  Receipt,
  Replace,
  ReplacementPart,
} from '../connector.ts';
import { readReadiness } from './api.ts';
import type { AudienceReadiness } from './api.ts';
import { readSession, sendPart } from './api-upload.ts';
import { MEANINGS, afterFailure, appeal, grant, nextStepFor, report } from './failure-table.ts';
import type { Meaning } from './failure-table.ts';
import { requireWithinLimits } from './limits.ts';
import { receiptOf, sessionReceipt } from './receipt.ts';
import { receivedRows } from './received.ts';
import { replacementSessionId, rowsOf } from './rows.ts';
import { fullTableOf } from './table.ts';

/** Ten minutes less than Meta's 90, for clocks that differ and answers that are late. */
const WITHIN_MS = 80 * 60 * 1000;

/** Meta's guide: an audience of 100 million people and more cannot be replaced. */
const TOO_MANY = 100_000_000;

/** "Replace failed", in which Meta may not let another one begin. */
const FAILED = 415;

/** "No upload", in which Meta would not let a replacement begin. */
const NEVER_FILLED = 410;

const IN_PROGRESS = '2650/1870145';
const FINISHED = '2650/1870159';

export const replace: Extract<Replace, { kind: 'parts' }> = {
  kind: 'parts',
  withinMs: WITHIN_MS,
  ready,
  push,
};

/** @throws ConnectorFailure where Meta would refuse the first part, or leave the list half done. */
async function ready(context: ConnectorContext, audience: Audience): Promise<boolean> {
  const readiness = await readReadiness(context, audience.remoteId);
  const refusal = obstacle(readiness);
  if (refusal === null) return readiness.operation_status?.code !== NEVER_FILLED;
  throw new ConnectorFailure(refusal.meaning.kind, refusal.message, {
    code: refusal.code,
    nextStep: nextStepFor(refusal.meaning, context.account),
  });
}

interface Obstacle {
  readonly code: string;
  readonly message: string;
  readonly meaning: Meaning;
}

/** What keeps an audience from being replaced; null where nothing that Meta tells of does. */
export function obstacle(audience: AudienceReadiness): Obstacle | null {
  if (audience.permission_for_actions?.can_edit === false) {
    const message = 'Meta does not let this token edit the audience.';
    return { code: 'can_edit', message, meaning: grant };
  }
  if (audience.subtype !== undefined && audience.subtype !== 'CUSTOM') {
    const message = `Meta replaces customer lists alone, and this is a ${audience.subtype} audience.`;
    return { code: 'subtype', message, meaning: meaningOf('2650') };
  }
  if (audience.is_value_based === true) {
    const message = 'The audience holds values of people, and a replacement without is refused.';
    return { code: 'is_value_based', message, meaning: meaningOf('2650') };
  }
  if (audience.approximate_count_lower_bound >= TOO_MANY) {
    const message = 'The audience holds 100 million people or more.';
    return { code: '2650/1870144', message, meaning: meaningOf('2650/1870144') };
  }
  return byStatus(audience.operation_status?.code);
}

/**
 * Meta's guide wants an audience in state Normal (200); one that was never filled needs no
 * replacement. 411 and 412 only speak of how the last upload matched. 415 says that the last
 * replacement failed; whether Meta begins another one from there is not documented, and where it
 * does not, its refusal of the first part changes nothing.
 */
function byStatus(code: number | undefined): Obstacle | null {
  switch (code) {
    case undefined:
    case 200:
    case NEVER_FILLED:
    case 411:
    case 412:
    case FAILED:
      return null;
    case 414:
    case 441:
      return {
        code: `status-${code}`,
        message: 'Meta is still working on the last change of the audience.',
        meaning: meaningOf(IN_PROGRESS),
      };
    case 471:
      return {
        code: 'status-471',
        message: 'The integrity rules of Meta have blocked the audience.',
        meaning: appeal,
      };
    default:
      return {
        code: `status-${code}`,
        message: `Meta replaces audiences in normal state alone, and this one is in state ${code}.`,
        meaning: {
          kind: 'invalid',
          nextStep: 'Look at the audience in Audience Manager, and mend what it says there first.',
        },
      };
  }
}

function meaningOf(code: string): Meaning {
  return MEANINGS[code] ?? report;
}

/**
 * Sends one part under the session of its replacement. A part may arrive twice, but the first not
 * while its session runs, nor any once it has ended: Meta then refuses it with a code of its own,
 * and whether the part itself is in is asked of the session. Where that does not tell, the refusal
 * stands. Not confirmed: that sessions of replacements are told of as those of additions are. Meta
 * counts over the whole session, so that a part is taken for received only by what it adds to the
 * parts that were answered before it was sent (`received.ts`).
 *
 * @throws RangeError before anything is sent, for a part over the limits, one that takes people
 *   off, and one without a key: leaving it out would leave the session without end or beginning.
 */
async function push(
  context: ConnectorContext,
  { replacement, part, batch }: ReplacementPart,
): Promise<Receipt> {
  requireWithinLimits(batch);
  const rows = rowsOf(batch);
  if (batch.operation !== 'add') throw new RangeError('A replacement only adds people.');
  if (rows.length === 0) throw new RangeError('A part of a replacement has at least one key.');
  const audienceId = replacement.audience.remoteId;
  const sessionId = replacementSessionId(replacement);
  const last = part === replacement.parts;
  const people = batch.members.length;
  const received = receivedRows(context, sessionId);
  const before = received.without(part);
  try {
    const table = fullTableOf(rows);
    const answer = await sendPart(context, { audienceId, sessionId, table, part, last });
    return receiptOf(people, rows, ofThisPart(answer));
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    if (!mayBeIn(error, part, last)) {
      throw part === 1 ? await firstRefused(context, audienceId, error) : error;
    }
    const session = await readSession(context, audienceId, sessionId);
    const receipt = session === null ? null : sessionReceipt(people, rows, ofThisPart(session));
    if (receipt === null) throw error;
    return receipt;
  }

  /** Totals of a session without the rows of the parts before. */
  function ofThisPart<T extends { readonly num_received: number }>(total: T): T {
    const own = total.num_received - before;
    received.add(part, Math.max(0, Math.min(own, rows.length)));
    if (last) received.end();
    return { ...total, num_received: own };
  }
}

/**
 * The failure of a first part, with what to do where the last replacement failed: Meta's guide wants
 * an audience in state Normal, and does not say what it answers otherwise.
 */
async function firstRefused(
  context: ConnectorContext,
  audienceId: string,
  failure: ConnectorFailure,
): Promise<ConnectorFailure> {
  if (failure.kind !== 'invalid') return failure;
  const state = await readReadiness(context, audienceId).catch(() => null);
  if (state?.operation_status?.code !== FAILED) return failure;
  const { message, code, status } = failure;
  return new ConnectorFailure(afterFailure.kind, message, {
    code,
    nextStep: nextStepFor(afterFailure, context.account),
    ...(status === undefined ? {} : { status }),
  });
}

/**
 * Whether a refusal is what a part that is in already would get. A session is begun by our own first
 * part alone, and ended by our own last one. A last part that meets a running replacement tells
 * nothing: earlier parts may be all that the session has received.
 */
function mayBeIn({ code }: ConnectorFailure, part: number, last: boolean): boolean {
  return (code === IN_PROGRESS && part === 1) || (code === FINISHED && last);
}
