import { CHECKS, ConnectorFailure } from '../connector.ts';
import type { Check, CheckName, ConnectorContext } from '../connector.ts';
import { listAudiences, probeAccount, readPermissions } from './api.ts';
import type { Account } from './api.ts';
import type { Headers } from './answer.ts';
import { isWrong, skewInWords, skewOf, SKEW_WORTH_TELLING_MS } from './clock-skew.ts';
import { SET_CLOCK } from './failures.ts';
import { API_VERSION } from './transport.ts';

/** Roles that may change campaigns, and audiences with them (X docs, authenticated user access). */
const WRITING_ROLES: readonly string[] = ['ACCOUNT_ADMIN', 'AD_MANAGER'];

/** X docs, authentication FAQ: tokens are not explicitly expired. */
const ENDLESS = 'X ends no token by time, only when its user or X takes it back.';

/** X's API has no word on terms; its access is given after a review by people. */
const NO_TERMS = 'X tells nothing of accepted terms.';

/** The checks of `destination test`, by reading alone. */
export async function check(context: ConnectorContext): Promise<Check[]> {
  const found = await findings(context);
  const failed = found.find(({ ok }) => ok === false)?.name;
  const unjudged = `Not judged, since the check "${failed ?? 'reach'}" failed.`;
  return CHECKS.map(
    (name): Check =>
      found.find((each) => each.name === name) ?? {
        name,
        ok: null,
        detail: name === 'terms accepted' ? NO_TERMS : unjudged,
      },
  );
}

/** What could be judged, in the order of CHECKS. */
async function findings(context: ConnectorContext): Promise<Check[]> {
  const probe = await probeAccount(context).catch(failureIn);
  if (probe instanceof ConnectorFailure) return [cross('reach', probe)];
  const { headers, outcome } = probe;
  const clock = clockCheck(headers, context.now());
  if (outcome instanceof ConnectorFailure) return refusedAt(outcome, clock);
  return [
    ...passed('reach'),
    clock,
    ...passed('credentials', 'token expiry'),
    { name: 'API version', ok: true, detail: versionDetail(outcome) },
    accountCheck(outcome),
    await writeCheck(context),
  ];
}

/** What an answer other than the account shows. */
function refusedAt(failure: ConnectorFailure, clock: Check): Check[] {
  if (failure.healsItself) return [cross('reach', failure)];
  if (failure.code === 'ROUTE_NOT_FOUND') {
    return [...passed('reach'), clock, cross('API version', failure)];
  }
  if (failure.kind !== 'auth') {
    const before = passed('credentials', 'token expiry', 'API version');
    return [...passed('reach'), clock, ...before, cross('account visible', failure)];
  }
  // With a wrong clock no credentials are right, so that only the clock can be blamed.
  return [
    ...passed('reach'),
    clock,
    ...(clock.ok === false ? [] : [cross('credentials', failure)]),
  ];
}

function clockCheck(headers: Headers, now: Date): Check {
  const name = 'clock';
  const skewMs = skewOf(headers, now);
  if (skewMs === undefined) return { name, ok: null, detail: 'The answer of X bears no date.' };
  const cause = `This machine's clock is ${skewInWords(skewMs)}.`;
  if (isWrong(skewMs)) return { name, ok: false, cause, fix: SET_CLOCK };
  const isWorthTelling = Math.abs(skewMs) > SKEW_WORTH_TELLING_MS;
  return { name, ok: true, ...(isWorthTelling && { detail: cause }) };
}

function accountCheck(account: Account): Check {
  if (account.approvalStatus === undefined || account.approvalStatus === 'ACCEPTED') {
    return { name: 'account visible', ok: true, detail: account.name };
  }
  return {
    name: 'account visible',
    ok: false,
    cause: `X lists the account as ${account.approvalStatus}.`,
    fix: 'Finish the approval of the ads account on ads.x.com.',
  };
}

/** Needs a role that may write, and an app that X let into the audience endpoints. */
async function writeCheck(context: ConnectorContext): Promise<Check> {
  const name = 'may write audiences';
  try {
    const roles = await readPermissions(context);
    if (!roles.some((role) => WRITING_ROLES.includes(role))) {
      return {
        name,
        ok: false,
        cause: `The user's roles on this account are: ${roles.join(', ') || 'none'}.`,
        fix: 'Give the user the role account administrator or ad manager on ads.x.com.',
      };
    }
    await listAudiences(context).next();
    return { name, ok: true, detail: roles.join(', ') };
  } catch (error) {
    return cross(name, failureIn(error));
  }
}

function passed(...names: readonly CheckName[]): Check[] {
  return names.map((name) => ({
    name,
    ok: true,
    ...(name === 'token expiry' && { detail: ENDLESS }),
  }));
}

function cross(name: CheckName, failure: ConnectorFailure): Check {
  return { name, ok: false, cause: failure.message, fix: failure.nextStep };
}

function versionDetail({ versionWarning }: Account): string {
  return versionWarning === undefined ? API_VERSION : `${API_VERSION}; X warns: ${versionWarning}`;
}

/** @throws whatever is no failure of the platform. */
function failureIn(error: unknown): ConnectorFailure {
  if (!(error instanceof ConnectorFailure)) throw error;
  return error;
}
