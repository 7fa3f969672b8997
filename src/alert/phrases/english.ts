/** Alerts in English. */
import type { AlertKind, Cause, CauseProblem } from '../cause.ts';
import { approvalCommand } from '../../infra/approval-command.ts';
import { quoted } from '../quote.ts';
import { percentRange, utcDay } from './phrasebook.ts';
import type { Description, HeldCause, Phrasebook, Recovery, SayMoment } from './phrasebook.ts';

export const english: Phrasebook = {
  describe,
  recovered,
  title: (kind, name) => (name === null ? TITLES[kind] : `${TITLES[kind]}: ${name}`),
  reminder: (title) => `Still open: ${title}`,
  resolved: (title) => `Resolved: ${title}`,
  closed: (title) => `Closed: ${title}`,
  several: (open, resolved, closed) =>
    [
      open === 0 ? '' : `${open} ${open === 1 ? 'alert' : 'alerts'}`,
      resolved === 0 ? '' : `${resolved} resolved`,
      closed === 0 ? '' : `${closed} closed`,
    ]
      .filter((part) => part !== '')
      .join(', '),
  whatToDo: (nextStep) => `What to do: ${nextStep}`,
  look: 'Open in Rekindle',
  byCommand: (command) => `See it with: ${command}`,
  openSince: (moment) => `Open since ${moment}`,
  openFor: (from, until) => `Open from ${from} to ${until}`,
  more: (left, command) => `And ${left} more; ${command} lists them all.`,
  test: {
    title: 'Test message',
    sentence: (moment) =>
      `This is a test, sent at ${moment}. Alerts of Rekindle will arrive here; there is nothing to do.`,
  },
  footer:
    'Rekindle writes once when something needs you, and once when it is over. Everything open: rekindle alerts',
};

const TITLES: Readonly<Record<AlertKind, string>> = {
  'run-failed': 'Run failed',
  'run-held': 'Run held by a guardrail',
  'run-incomplete': 'Runs stay incomplete',
  'match-dropped': 'Match rate dropped',
  'token-expiring': 'Token ends',
  'schedule-missed': 'Scheduled run did not begin',
  'erasure-pending': 'Erasure pending',
  drift: 'List differs from the ledger',
};

function describe(cause: Cause, moment: SayMoment): Description {
  switch (cause.kind) {
    case 'run-failed':
      return {
        sentence: `Run ${cause.run} of the sync ${cause.sync} failed at ${moment(cause.at)} and needs you${reason(cause.problem)}`,
        nextStep: `${advice(cause.problem, `Look at what stopped it and test the account with rekindle destination test ${cause.destination}.`)} Then: rekindle run ${cause.sync}`,
      };
    case 'run-held':
      return {
        sentence:
          `Run ${cause.run} of the sync ${cause.sync} was held by a guardrail at ${moment(cause.at)}, and nothing of it was sent. ${quoted(cause.held.message)}`.trim(),
        nextStep: heldStep(cause),
      };
    case 'run-incomplete':
      return {
        sentence: `${incomplete(cause.sync, cause.runs)}: no run of it has come to a good end since ${moment(cause.since)}${reason(cause.problem)}`,
        nextStep: advice(
          cause.problem,
          `Look at the latest run with rekindle runs show ${cause.run} and test the account with rekindle destination test ${cause.destination}.`,
        ),
      };
    case 'match-dropped':
      return {
        sentence: `The match rate of the sync ${cause.sync} is ${percentRange(cause.now, '–')} (${moment(cause.at)}); it was ${percentRange(cause.before, '–')} (${moment(cause.beforeAt)}).`,
        nextStep:
          'See whether the last import brought fewer or broken e-mails and phones: rekindle identity report. If the segment now holds other people, there is nothing to do.',
      };
    case 'token-expiring':
      return {
        sentence: tokenSentence(cause),
        nextStep: `Make a new token on the platform, put it where the old one is set, start the workers anew, then: rekindle destination test ${cause.destination}`,
      };
    case 'schedule-missed':
      return {
        sentence: `The sync ${cause.sync} was due at ${moment(cause.slot)} and no run has begun since.${cause.missed === 0 ? '' : ` ${cause.missed} earlier ${cause.missed === 1 ? 'run was' : 'runs were'} missed as well.`}`,
        nextStep: `Check that a worker is up (rekindle worker) and not busy with other runs. To run it now: rekindle run ${cause.sync}`,
      };
    case 'erasure-pending':
      return {
        sentence: `${cause.pending} ${cause.pending === 1 ? 'erasure has' : 'erasures have'} been pending${cause.sync === null ? '' : ` at the audience of the sync ${cause.sync}`} for too long, the oldest since ${moment(cause.since)}. The law gives a deadline for these.`,
        nextStep: `rekindle erasures --pending says what they wait for; rekindle erase --pending tries again.${cause.sync === null ? '' : ` If the list is gone from the platform: rekindle erase ID --list-gone ${cause.sync}`}`,
      };
    case 'drift':
      return {
        sentence: `The list of the sync ${cause.sync} is not as the ledger has it (verified at ${moment(cause.at)}). ${cause.findings.map(({ sentence }) => quoted(sentence)).join(' ')}`,
        nextStep:
          cause.findings.flatMap(({ nextStep }) => (nextStep === null ? [] : [nextStep]))[0] ??
          `Look again with rekindle verify ${cause.sync}; rekindle resync ${cause.sync} builds the list anew.`,
      };
  }
}

function heldStep(cause: HeldCause): string {
  const { sync, run, held } = cause;
  const approve = approvalCommand({ sync, run, mode: held.mode });
  if (held.guardrail === 'unanswered') {
    return `Wait until the platform has answered (rekindle settle ${sync}), then run it again.`;
  }
  if (held.guardrail === 'below-minimum') {
    return `Choose a larger segment. To begin the list all the same: ${approve}, or write allowSmall: true for the sync.`;
  }
  return `Look at the figures. If they are right: ${approve}. If not, mend the import or the segment and run it again.`;
}

function incomplete(sync: string, runs: number): string {
  if (runs === 0) return `A run of the sync ${sync} does not end`;
  if (runs === 1) return `A run of the sync ${sync} ended incomplete`;
  return `${runs} runs of the sync ${sync} ended incomplete`;
}

function reason(problem: CauseProblem | null): string {
  if (problem === null) return '.';
  const code = problem.code === null ? '' : ` (${quoted(problem.code)})`;
  return `: “${quoted(problem.message)}”${code}`;
}

function advice(problem: CauseProblem | null, otherwise: string): string {
  const theirs = problem?.nextStep ?? null;
  return theirs === null ? otherwise : quoted(theirs);
}

function tokenSentence({
  destination,
  ended,
  endsAt,
  daysLeft,
}: Extract<Cause, { kind: 'token-expiring' }>): string {
  if (ended) {
    const at = endsAt === null ? '' : ` on ${utcDay(endsAt)} (UTC)`;
    return `The access token of the destination ${destination} ended${at}; nothing can be sent with it.`;
  }
  const left =
    daysLeft === 0 ? 'within a day or so' : `in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
  return `The access token of the destination ${destination} ends ${left}${endsAt === null ? '' : `, on ${utcDay(endsAt)} (UTC)`}.`;
}

function recovered(
  { kind, name, paused, goodRun, replacedBy }: Recovery,
  moment: SayMoment,
): string {
  if (paused) return `The sync ${name ?? ''} is paused; its alerts are closed until it goes on.`;
  if (replacedBy !== null) {
    return `The sync ${name ?? ''} does not work yet: another alert, “${TITLES[replacedBy]}”, has taken the place of this one.`;
  }
  switch (kind) {
    case 'run-failed':
    case 'run-incomplete':
      return goodRun === null
        ? `What the sync ${name ?? ''} was reported for is no longer there.`
        : `The sync ${name ?? ''} works again: run ${goodRun.id} succeeded at ${moment(goodRun.at)}.`;
    case 'run-held':
      return `The sync ${name ?? ''} is held no longer.`;
    case 'match-dropped':
      return `The match rate of the sync ${name ?? ''} is no longer far below what it was before it dropped.`;
    case 'token-expiring':
      return `The access token of the destination ${name ?? ''} is no longer about to end.`;
    case 'schedule-missed':
      return `No run of the sync ${name ?? ''} is overdue any more.`;
    case 'erasure-pending':
      return name === null
        ? 'No erasure has been pending for too long any more.'
        : `No erasure waits for the audience of the sync ${name} for too long any more.`;
    case 'drift':
      return `The list of the sync ${name ?? ''} is as the ledger has it.`;
  }
}
