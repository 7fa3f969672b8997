/** `destination test` for Meta: named ticks that three reads can answer, changing nothing. */
import { CHECKS, ConnectorFailure } from '../connector.ts';
import type { Check, CheckName, ConnectorContext } from '../connector.ts';
import { readAccount, readPermissions } from './api-account.ts';
import type { AccountAnswer } from './api-account.ts';
import { tokenExpiry, tokenReading } from './check-token.ts';
import type { TokenReading } from './check-token.ts';
import { acceptTerms, grant, nextStepFor, retired } from './failure-table.ts';
import { GRAPH_VERSION } from './sdk.ts';
import { usageOf } from './usage.ts';

/** What the reads found. */
interface Found {
  readonly account: AccountAnswer;
  readonly token: TokenReading;
  /** Null where Meta does not tell. */
  readonly granted: readonly string[] | null;
}

/** All ticks, always; what an earlier failure leaves open says so. */
export async function check(context: ConnectorContext): Promise<Check[]> {
  try {
    const account = await readAccount(context);
    const token = await tokenReading(context);
    const found = { account, token, granted: await permissions(context, token) };
    return CHECKS.map((name) => tick(name, found, context));
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return await fromFailure(error, context);
  }
}

/** The token's permissions by its own list, or else by what Meta tells of the token. */
async function permissions(
  context: ConnectorContext,
  token: TokenReading,
): Promise<readonly string[] | null> {
  try {
    return await readPermissions(context);
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return token.told ? (token.token.scopes ?? null) : null;
  }
}

/** Ticks up to the one that the failure crosses out, as far as the failure proves them. */
async function fromFailure(failure: ConnectorFailure, context: ConnectorContext): Promise<Check[]> {
  const crossed = crossedOut(failure);
  const failed = CHECKS.indexOf(crossed);
  const tokenWorks = failed > CHECKS.indexOf('API version');
  const expiry = tokenWorks ? tokenExpiry(await tokenReading(context), context.now()) : undefined;
  return CHECKS.map((name, position): Check => {
    if (name === 'clock') return clock;
    if (position === failed) {
      return { name, ok: false, cause: failure.message, fix: failure.nextStep };
    }
    if (name === 'token expiry' && expiry !== undefined) return expiry;
    if (position < failed && (name === 'reach' || tokenWorks)) return { name, ok: true };
    return { name, ok: null, detail: `Not judged, because "${crossed}" failed.` };
  });
}

/** The tick that a failure to read the account crosses out. */
function crossedOut(failure: ConnectorFailure): CheckName {
  if (failure.code === '2635') return 'API version';
  switch (failure.kind) {
    case 'transient':
    case 'throttled':
      return 'reach';
    case 'auth':
      return 'credentials';
    case 'gone':
      return 'account visible';
    case 'terms':
      return 'terms accepted';
    case 'permission':
    case 'policy':
    case 'invalid':
      return 'may write audiences';
  }
}

const clock: Check = {
  name: 'clock',
  ok: null,
  detail: 'Meta signs nothing with the time, so that the clock of this machine does not matter.',
};

function tick(name: CheckName, found: Found, context: ConnectorContext): Check {
  switch (name) {
    case 'reach':
      return reach(found.account);
    case 'clock':
      return clock;
    case 'credentials':
      return { name, ok: true };
    case 'token expiry':
      return tokenExpiry(found.token, context.now());
    case 'API version':
      return version(found.account);
    case 'account visible':
      return visible(found.account);
    case 'may write audiences':
      return mayWrite(found, context);
    case 'terms accepted':
      return terms(found.account, context);
  }
}

function reach({ headers }: AccountAnswer): Check {
  const usage = usageOf(headers);
  if (usage === undefined) return { name: 'reach', ok: true };
  const percent = Math.round(usage.used * 100);
  return { name: 'reach', ok: true, detail: `${percent} % of the call budget is used.` };
}

/** Meta says by a header that it carried a call out under a newer version than was asked for. */
function version({ headers }: AccountAnswer): Check {
  return headers['x-ad-api-version-warning'] === undefined
    ? { name: 'API version', ok: true, detail: GRAPH_VERSION }
    : {
        name: 'API version',
        ok: false,
        cause: `Meta answers ${GRAPH_VERSION} with a newer version and a warning.`,
        fix: retired.nextStep,
      };
}

/** States of an ad account that its pages name. Source: Ad Account reference, `account_status`. */
const STATES: Readonly<Record<number, string>> = {
  2: 'disabled',
  3: 'unsettled',
  7: 'under risk review',
  8: 'pending settlement',
  9: 'in its grace period',
  100: 'about to be closed',
  101: 'closed',
};
const SHUT = new Set([2, 101]);

function visible({ name, account_status: status }: AccountAnswer): Check {
  const state = status === undefined ? undefined : STATES[status];
  if (status !== undefined && SHUT.has(status)) {
    return {
      name: 'account visible',
      ok: false,
      cause: `The ad account is there, but ${state}.`,
      fix: 'Look at the ad account in Account Quality, or put another one in its place.',
    };
  }
  const detail = state === undefined ? name : `${name} (${state})`;
  return { name: 'account visible', ok: true, detail };
}

function mayWrite({ account, granted }: Found, context: ConnectorContext): Check {
  const name = 'may write audiences';
  const fix = nextStepFor(grant, context.account);
  if (granted !== null && !granted.includes('ads_management')) {
    return { name, ok: false, cause: 'The token lacks ads_management.', fix };
  }
  const tasks = account.user_tasks;
  if (tasks !== undefined && !tasks.some((task) => task === 'MANAGE' || task === 'ADVERTISE')) {
    const cause = 'The token may read this ad account, but not change it.';
    return { name, ok: false, cause, fix };
  }
  return granted === null || tasks === undefined
    ? { name, ok: null, detail: 'Meta does not tell what this token may do.' }
    : { name, ok: true };
}

function terms({ tos_accepted: accepted }: AccountAnswer, context: ConnectorContext): Check {
  const name = 'terms accepted';
  if (accepted === undefined) {
    return { name, ok: null, detail: 'Meta does not tell which terms are accepted.' };
  }
  return new Map(Object.entries(accepted)).get('custom_audience_tos') === 1
    ? { name, ok: true }
    : {
        name,
        ok: false,
        cause: 'The Custom Audience terms are not accepted for this ad account.',
        fix: nextStepFor(acceptTerms, context.account),
      };
}
