/** The accounts of the sandbox, and who reaches which of them. */
import { invalid, Refusal } from './answer.ts';

/** The signed-in user and the service account are users of this one. */
export const ACCOUNT = '1234567890';

/** They are users of the manager account too, and reach the managed one through it alone. */
export const MANAGER_ACCOUNT = '9998887777';
export const MANAGED_ACCOUNT = '2345678901';

/** A Cloud project on which they have the role Service Usage Consumer. */
export const PROJECT = 'rekindle-sandbox';

/** @throws Refusal 403 for an account out of reach; Google tells no more than that either. */
export function requireAccess(account: string, login: string | undefined): void {
  const reached =
    account === ACCOUNT
      ? login === undefined || login === ACCOUNT || login === MANAGER_ACCOUNT
      : account === MANAGED_ACCOUNT && login === MANAGER_ACCOUNT;
  if (!reached) throw denied('PERMISSION_DENIED', 'The caller does not have permission');
}

/** @throws Refusal for a header `login-account` that names no Google Ads account. */
export function loginOfHeader(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const login = /^accountTypes\/GOOGLE_ADS\/accounts\/(\d+)$/.exec(header)?.[1];
  if (login !== undefined) return login;
  const field = 'login-account';
  throw invalid({ field, reason: 'INVALID_RESOURCE_NAME', description: 'Not an account.' });
}

/** @throws Refusal 403 for a quota project on which the caller has no role. */
export function requireProject(header: string | undefined): void {
  if (header === undefined || header === PROJECT) return;
  throw denied('USER_PROJECT_DENIED', 'Caller does not have required permission to use project.');
}

function denied(reason: string, message: string): Refusal {
  return new Refusal(message, { status: 403, rpc: 'PERMISSION_DENIED', reason });
}
