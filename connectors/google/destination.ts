/** Where requests are aimed: the list of one account, reached through whom. */
import type { ConnectorContext } from '../connector.ts';
import { loginAccountOf } from './settings.ts';

interface ProductAccount {
  readonly accountType: 'GOOGLE_ADS';
  readonly accountId: string;
}

/** An entry of `destinations` in a request that changes who is on a list. */
export interface Destination {
  readonly operatingAccount: ProductAccount;
  readonly loginAccount?: ProductAccount;
  /** The number of the list. */
  readonly productDestinationId: string;
}

/** The list `remoteId` of the account; a manager account stands in `loginAccount`. */
export function destinationOf(
  { account, options }: Pick<ConnectorContext, 'account' | 'options'>,
  remoteId: string,
): Destination {
  const login = loginAccountOf({ options });
  return {
    operatingAccount: googleAds(account),
    ...(login === undefined ? {} : { loginAccount: googleAds(login) }),
    productDestinationId: remoteId,
  };
}

/**
 * The headers of a request about lists, which names a manager account here; requests that change
 * who is on a list must not ("Configure destinations and headers").
 */
export function listHeaders(context: ConnectorContext): Readonly<Record<string, string>> {
  const login = loginAccountOf(context);
  return login === undefined
    ? {}
    : { 'login-account': `accountTypes/GOOGLE_ADS/accounts/${login}` };
}

/** The Cloud project whose quota a request uses, where it is another than the credentials'. */
export function projectHeaders({ options }: ConnectorContext): Readonly<Record<string, string>> {
  const project = options['quotaProject'];
  return project === undefined ? {} : { 'x-goog-user-project': project };
}

function googleAds(accountId: string): ProductAccount {
  return { accountType: 'GOOGLE_ADS', accountId };
}
