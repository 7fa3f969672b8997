/** A run and its plan as lines that a person reads. */
import type { SyncPlan } from '../services/plan-sync.ts';
import { approvalCommand } from '../infra/approval-command.ts';
import { ERASURE_TRIGGER, OPT_OUT_TRIGGER } from '../services/run-summary.ts';
import type { RunDetails } from '../services/show-run.ts';
import { count } from './output.ts';

type Figures = Omit<SyncPlan['figures'], 'leaving' | 'members'>;

/** The figures of rule 7, in the order in which they add up. */
export function describeFigures(figures: Figures): string[] {
  const parts: readonly (readonly [number, string])[] = [
    [figures.unreachable, 'unreachable'],
    [figures.noConsent, 'without consent'],
    [figures.suppressed, 'suppressed'],
    ...CONTACT_POLICY.map(([field, words]) => [figures[field], words] as const).filter(
      ([people]) => people > 0,
    ),
    [figures.heldOut + figures.heldOutGlobal, 'held out'],
    [figures.wanted, 'wanted'],
  ];
  return [
    `${count(figures.inSegment)} in the segment = ${parts.map(([people, words]) => `${count(people)} ${words}`).join(' + ')}`,
    `${count(figures.wanted)} wanted = ${count(figures.unchanged)} unchanged + ${waitingWords(figures.waiting)}${count(figures.added)} added (${count(figures.changed)} of them with changed keys); ${count(figures.removed)} removed`,
  ];
}

/** What a guardrail would do about a plan. */
export function describeHold(hold: SyncPlan['hold']): string[] {
  if (hold === null) return [];
  return [
    `A guardrail would hold it: ${hold.message}`,
    ...(hold.nextStep === undefined ? [] : [`What to do: ${hold.nextStep}`]),
  ];
}

function waitingWords(waiting: number): string {
  return waiting === 0 ? '' : `${count(waiting)} waiting for the platform’s answer + `;
}

/** Why people are left out who could be uploaded; shown where there are such people. */
const CONTACT_POLICY = [
  ['erased', 'being erased'],
  ['purchased', 'leaving since they bought'],
  ['timeUp', 'leaving since their days are up'],
  ['coolingDown', 'cooling down'],
  ['inGroup', 'on another audience of the group'],
  ['enoughAudiences', 'on enough audiences'],
] as const satisfies readonly (readonly [keyof Figures, string])[];

const STATES: Readonly<Record<RunDetails['state'], string>> = {
  planning: 'was cut off while planning; nothing was sent',
  delivering: 'is under way, or was cut off and the next run carries on',
  succeeded: 'succeeded',
  incomplete: 'is incomplete; the next run finishes it',
  failed: 'failed and needs you',
  cancelled: 'cancelled by a person',
  held: 'is held by a guardrail; nothing of it was sent',
};

const BESIDE_THE_SEGMENT: ReadonlyMap<string, string> = new Map([
  [ERASURE_TRIGGER, 'an erasure'],
  [OPT_OUT_TRIGGER, 'people who said no'],
]);

/** For whom a run is that has no segment and adds nobody; undefined for one of a segment. */
export function besideTheSegment({ trigger }: { readonly trigger: string }): string | undefined {
  return BESIDE_THE_SEGMENT.get(trigger);
}

function answersLater({ batches, sync }: RunDetails): string[] {
  if (batches.every(({ state }) => state !== 'pending')) return [];
  return [`The platform answers later, within a day as a rule: ask with rekindle settle ${sync}.`];
}

/** Why rows of people added were not accepted, as the platform counts. */
function reasons({ batches }: RunDetails): string[] {
  const counts = new Map<string, number>();
  for (const { operation, reasons: given } of batches) {
    for (const { rows, code, count: people } of operation === 'add' ? given : []) {
      const line = `${code} (${rows})`;
      counts.set(line, (counts.get(line) ?? 0) + people);
    }
  }
  if (counts.size === 0) return [];
  const listed = Array.from(counts, ([line, people]) => `${count(people)} ${line}`);
  return [`The platform’s reasons: ${listed.join(', ')}`];
}

const REWRITING: Readonly<Record<string, string>> = {
  sending: 'Writing the whole list anew was begun and not ended; the next run does it.',
  settling:
    'Whoever else is on the list is swept off once the platform has worked through this run.',
  sweeping: 'The platform is sweeping off whoever else was on the list.',
};

function rewriting({ rewriting: state }: RunDetails): string[] {
  const line = state === null ? undefined : REWRITING[state];
  return line === undefined ? [] : [line];
}

function refused({ refused: people }: RunDetails): string[] {
  if (people.length === 0) return [];
  const named = people.slice(0, 5).map(({ customer, code }) => `${customer} (${code})`);
  const more = people.length > named.length ? ', … (all of them with --json)' : '';
  return [`Refused by name: ${named.join(', ')}${more}`];
}

function beside({ trigger, removed }: RunDetails): string {
  return trigger === ERASURE_TRIGGER
    ? 'One person was taken off for their erasure; rekindle erasures has the receipt.'
    : `${count(removed)} people are taken off who said no, beside a run that a guardrail holds.`;
}

export function describeRun(run: RunDetails): string[] {
  const { accepted, rejected, unknown, notSent } = run.delivery;
  const segment = (): string[] => [
    ...describeFigures(run),
    `${count(run.added)} added = ${count(accepted)} accepted + ${count(rejected)} rejected + ${count(unknown)} unknown + ${count(notSent)} not sent`,
  ];
  const outcome = besideTheSegment(run) === undefined ? segment() : [beside(run)];
  return [
    `Run ${run.id} of ${run.sync} ${STATES[run.state]}.`,
    ...outcome,
    ...answersLater(run),
    ...reasons(run),
    ...rewriting(run),
    ...refused(run),
    ...(run.problem === null ? [] : [`What stopped it: ${run.problem.message}`]),
    ...(run.problem?.nextStep === undefined ? [] : [`What to do: ${run.problem.nextStep}`]),
    ...(run.state === 'held'
      ? [
          `If the figures are right: ${approvalCommand({ sync: run.sync, run: run.id, mode: run.mode })}`,
        ]
      : []),
  ];
}
