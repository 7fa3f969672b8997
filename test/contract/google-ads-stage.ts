/** Google's addresses played by nock, for the tests of the Google Ads API: nothing else is reached. */
import { inspect } from 'node:util';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ConnectorFailure } from '../../connectors/connector.ts';
import type { ConnectorContext } from '../../connectors/connector.ts';
import { googleContext } from '../support/google-context.ts';

export const ADS = 'https://googleads.googleapis.com';
export const ACCOUNT = '1234567890';
export const SEARCH = `/v25/customers/${ACCOUNT}/googleAds:search`;

export const SECRETS = {
  clientId: '4711-shop.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-a-secret-of-the-shop',
  refreshToken: '1//a-refresh-token-of-the-shop',
  developerToken: 'aDeveloperTokenOfShop1',
};
export const ACCESS_TOKEN = 'ya29.a0-an-access-token-of-the-shop';

/** Lets nothing out of the process and expects every answer that was laid out to be asked for. */
export function playGoogle(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => {
    const left = nock.pendingMocks();
    nock.abortPendingRequests();
    nock.cleanAll();
    expect(left).toEqual([]);
  });
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}

/** A context of the real addresses, with everything secret that a destination may have. */
export function adsContext(given: Partial<ConnectorContext> = {}): ConnectorContext {
  return googleContext({ account: ACCOUNT, endpoints: {}, credentials: SECRETS, ...given });
}

export function ads(): nock.Scope {
  return nock(ADS);
}

/** The token endpoint gives `ACCESS_TOKEN`, `times` times. */
export function grantTokens(times = 1, token = ACCESS_TOKEN): void {
  nock('https://oauth2.googleapis.com')
    .post('/token')
    .times(times)
    .reply(200, { access_token: token, expires_in: 3599, token_type: 'Bearer' });
}

/** The failure that a call ends with, once it is shown to hold no secret anywhere in it. */
export async function failureOf(call: Promise<unknown>): Promise<ConnectorFailure> {
  const error = await call.then(
    () => new Error('It succeeded.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectorFailure)) throw error;
  const whole = inspect(error, { depth: Infinity, showHidden: true, getters: true });
  for (const secret of [...Object.values(SECRETS), ACCESS_TOKEN]) {
    expect(whole).not.toContain(secret);
  }
  return error;
}

/** An error answer as the API writes it, echoing what it should not. */
export function adsError(
  status: number,
  errorCode: Record<string, string>,
  more: object = {},
): object {
  const echo = `${ACCESS_TOKEN} ${SECRETS.developerToken} ${SECRETS.refreshToken}`;
  return {
    error: {
      code: status,
      message: `Request is wrong: ${echo}`,
      status: 'INVALID_ARGUMENT',
      details: [
        {
          '@type': 'type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure',
          errors: [
            { errorCode, message: `Wrong: ${echo}`, trigger: { stringValue: echo }, ...more },
          ],
          requestId: 'rQ1-_x',
        },
      ],
    },
  };
}

export const CREATE = `/v25/customers/${ACCOUNT}/offlineUserDataJobs:create`;
export const job = (id: number) => `customers/${ACCOUNT}/offlineUserDataJobs/${id}`;

export type Json = Record<string, unknown>;

/** Lays out the answers to a job that goes well and gives the bodies that are sent, by step. */
export function takeJob(
  id: number,
  steps: readonly ('create' | 'add' | 'run')[] = ['create', 'add', 'run'],
) {
  const sent: { create?: Json; add?: Json; run?: Json; headers?: Headers } = {};
  const answers = {
    create: [CREATE, { resourceName: job(id) }],
    add: [`/v25/${job(id)}:addOperations`, {}],
    run: [`/v25/${job(id)}:run`, { name: `customers/${ACCOUNT}/operations/x`, metadata: {} }],
  } as const;
  for (const step of steps) {
    const [path, body] = answers[step];
    ads()
      .post(path)
      .reply(200, async (request: Request) => {
        sent[step] = (await request.json()) as Json;
        sent.headers = request.headers;
        return body;
      });
  }
  return sent;
}
