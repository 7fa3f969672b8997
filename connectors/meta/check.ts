/** `destination test` for Meta: named ticks that two reads can answer, changing nothing. */
import { ConnectorFailure } from '../connector.ts';
import type { Check, ConnectorContext } from '../connector.ts';
import { readAccount, readPermissions } from './api.ts';
import type { AccountAnswer } from './api.ts';
import { acceptTerms, grant, retired } from './failures.ts';
import { GRAPH_VERSION } from './sdk.ts';
import { usedPercent } from './usage.ts';

/** The ticks in the order in which one builds on the other. */
const TICKS = ['reach', 'credentials', 'API version', 'account', 'permission', 'terms'] as const;
type Tick = (typeof TICKS)[number];

/** All ticks, always; what an earlier failure leaves open says so. */
export async function check(context: ConnectorContext): Promise<Check[]> {
  try {
    const account = await readAccount(context);
    return TICKS.map((name) => tick(name, account)).with(
      TICKS.indexOf('permission'),
      permission(account, await readPermissions(context)),
    );
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return fromFailure(error);
  }
}

function fromFailure(failure: ConnectorFailure): Check[] {
  const failed = TICKS.indexOf(tickOf(failure));
  return TICKS.map((name, position): Check => {
    if (position < failed) return { name, ok: true };
    if (position === failed) {
      return { name, ok: false, cause: failure.message, fix: failure.nextStep };
    }
    const cause = `Not checked, because "${TICKS[failed]}" failed.`;
    return { name, ok: false, cause, fix: `Mend "${TICKS[failed]}", then test again.` };
  });
}

/** The tick that a failure crosses out. */
function tickOf(failure: ConnectorFailure): Tick {
  if (failure.code === '2635') return 'API version';
  switch (failure.kind) {
    case 'transient':
    case 'throttled':
      return 'reach';
    case 'auth':
      return 'credentials';
    case 'gone':
      return 'account';
    case 'terms':
      return 'terms';
    case 'permission':
    case 'policy':
    case 'invalid':
      return 'permission';
  }
}

function tick(name: Tick, account: AccountAnswer): Check {
  if (name === 'reach') {
    const used = usedPercent(account.headers);
    return used === undefined
      ? { name, ok: true }
      : { name, ok: true, detail: `${used} % of the call budget is used.` };
  }
  if (name === 'account') return { name, ok: true, detail: account.name };
  if (name === 'API version') return version(account);
  if (name === 'terms') return terms(account);
  return { name, ok: true };
}

function version(account: AccountAnswer): Check {
  return account.headers['x-ad-api-version-warning'] === undefined
    ? { name: 'API version', ok: true, detail: GRAPH_VERSION }
    : {
        name: 'API version',
        ok: false,
        cause: `Meta answers ${GRAPH_VERSION} with a newer version and a warning.`,
        fix: retired.nextStep,
      };
}

function terms(account: AccountAnswer): Check {
  const accepted = new Map(Object.entries(account.tos_accepted)).get('custom_audience_tos') === 1;
  return accepted
    ? { name: 'terms', ok: true }
    : {
        name: 'terms',
        ok: false,
        cause: 'The Custom Audience terms are not accepted for this ad account.',
        fix: acceptTerms.nextStep,
      };
}

function permission(account: AccountAnswer, granted: readonly string[]): Check {
  const name = 'permission';
  const fix = grant.nextStep;
  if (!granted.includes('ads_management')) {
    return { name, ok: false, cause: 'The token lacks ads_management.', fix };
  }
  return account.user_tasks.some((task) => task === 'MANAGE' || task === 'ADVERTISE')
    ? { name, ok: true }
    : { name, ok: false, cause: 'The token may read this ad account, but not change it.', fix };
}
