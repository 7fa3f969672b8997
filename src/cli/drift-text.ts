/** Verifications and rebuilt audiences as lines that a person reads. */
import type { ResyncPlan } from '../services/resync-sync.ts';
import type { Finding, SyncVerification } from '../services/verify-sync.ts';
import { describeFigures, describeHold } from './run-text.ts';

const MARKS: Readonly<Record<Finding['kind'], string>> = {
  'as-expected': '✓',
  'not-told': '·',
  warned: '!',
  deleted: '✗',
  renamed: '✗',
  unusable: '✗',
  smaller: '✗',
  larger: '✗',
  'shorter-lived': '✗',
};

export function describeVerification(verification: SyncVerification): string[] {
  const { sync, audience, platform, findings, drift } = verification;
  return [
    `${sync}: "${audience}" on ${platform} ${drift ? 'is not as the ledger has it.' : 'shows nothing that the ledger does not say.'}`,
    ...findings.flatMap((finding) => [
      `${MARKS[finding.kind]} ${finding.sentence}`,
      ...('nextStep' in finding ? [`  What to do: ${finding.nextStep}`] : []),
    ]),
  ];
}

export function describeResync({ sync, steps, verification, plan }: ResyncPlan): string[] {
  return [
    ...describeVerification(verification),
    '',
    `To rebuild the audience of ${sync}:`,
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    ...describeFigures(plan.figures),
    ...describeHold(plan.hold),
    `Nothing was sent. To do it: rekindle resync ${sync} --yes`,
  ];
}
