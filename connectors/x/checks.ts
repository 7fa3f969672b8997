import { ConnectorFailure } from '../connector.ts';
import type { Check, ConnectorContext } from '../connector.ts';
import { API_VERSION, listAudiences, readAccount, readPermissions } from './api.ts';

/** Roles that may change campaigns, and audiences with them (X docs, authenticated user access). */
const WRITING_ROLES: readonly string[] = ['ACCOUNT_ADMIN', 'AD_MANAGER'];

const BEFORE_ACCOUNT = ['reach', 'API version', 'credentials'] as const;

type CheckName = (typeof BEFORE_ACCOUNT)[number] | 'account visible' | 'may write audiences';

/**
 * The checks of `destination test`, by reading alone. A check that cannot be judged because an
 * earlier one failed is left out. X tells nothing of accepted terms, so there is no tick for them.
 */
export async function check(context: ConnectorContext): Promise<Check[]> {
  try {
    const account = await readAccount(context);
    const passed = ticks([...BEFORE_ACCOUNT]).map((tick) =>
      tick.name === 'API version' ? { ...tick, detail: versionDetail(account) } : tick,
    );
    return [...passed, accountCheck(account), await writeCheck(context)];
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    const name = checkThatFailed(error);
    const before = [...BEFORE_ACCOUNT, 'account visible' as const];
    return [
      ...ticks(
        before.slice(
          0,
          before.findIndex((each) => each === name),
        ),
      ),
      cross(name, error),
    ];
  }
}

type Account = Awaited<ReturnType<typeof readAccount>>;

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
    if (!(error instanceof ConnectorFailure)) throw error;
    return cross(name, error);
  }
}

function checkThatFailed(
  failure: ConnectorFailure,
): (typeof BEFORE_ACCOUNT)[number] | 'account visible' {
  if (failure.code === 'ROUTE_NOT_FOUND') return 'API version';
  if (failure.kind === 'auth') return 'credentials';
  return failure.healsItself || failure.status === undefined ? 'reach' : 'account visible';
}

function ticks(names: readonly CheckName[]): { name: CheckName; ok: true }[] {
  return names.map((name) => ({ name, ok: true }));
}

function cross(name: CheckName, failure: ConnectorFailure): Check {
  return { name, ok: false, cause: failure.message, fix: failure.nextStep };
}

function versionDetail({ versionWarning }: Account): string {
  return versionWarning === undefined ? API_VERSION : `${API_VERSION}; X warns: ${versionWarning}`;
}
