import { describe, expect, it } from 'vitest';
import { google } from '../../connectors/google/index.ts';
import { keyFile, newPrivateKey } from '../../connectors/google/sandbox/service-account.ts';
import { googleContext } from '../support/google-context.ts';

const KEY = keyFile(newPrivateKey());
const { credentials: Credentials, options: Options, missing } = google.settings;

describe('the credentials of a Google destination', () => {
  it.each<[string[], string | null]>([
    [['clientId', 'clientSecret', 'refreshToken'], null],
    [['serviceAccountKey'], null],
    [['serviceAccountKey', 'clientId'], null],
    [[], 'either clientId, clientSecret and refreshToken, or serviceAccountKey'],
    [['clientId', 'refreshToken'], 'clientSecret, or serviceAccountKey in place of all three'],
    [['refreshToken'], 'clientId and clientSecret, or serviceAccountKey in place of all three'],
  ])('%j lack %j', (given, lacking) => {
    expect(missing?.(given)).toBe(lacking);
  });

  it('may be a key file, and nothing that is none; the complaint does not repeat it', () => {
    expect(Credentials.parse({ serviceAccountKey: KEY })).toEqual({ serviceAccountKey: KEY });
    const wrong = ['', '{}', 'secret', KEY.replace('service_account', 'authorized_user')];
    for (const serviceAccountKey of wrong) {
      const { error } = Credentials.safeParse({ serviceAccountKey });
      expect(error?.issues).toHaveLength(1);
      if (serviceAccountKey !== '') expect(JSON.stringify(error)).not.toContain('PRIVATE');
      expect(JSON.stringify(error)).not.toContain('"secret"');
    }
  });

  it('each say what they are', () => {
    for (const shape of [Credentials.shape, Options?.shape ?? {}]) {
      for (const field of Object.values(shape)) {
        expect(field.description).toMatch(/^[A-Z].{20,}\.$/);
      }
    }
  });
});

describe('the options of a Google destination', () => {
  it.each([
    [{}, {}],
    [{ loginAccount: '999-888-7777' }, { loginAccount: '9998887777' }],
    [{ upload: 'ads-api', quotaProject: 'my-project-12' }, undefined],
    [{ quotaProject: 'example.com:my-project' }, undefined],
    [{ quotaProject: '987654321098' }, undefined],
  ])('take %j', (given, read) => {
    expect(Options?.parse(given)).toEqual(read ?? given);
  });

  it.each([
    { loginAccount: '12345' },
    { upload: 'both' },
    { quotaProject: 'A Project' },
    { loginaccount: '9998887777' },
  ])('refuse %j', (given) => {
    expect(Options?.safeParse(given).success).toBe(false);
  });
});

describe('the request budget of a Google destination', () => {
  const budget = (credentials: Record<string, string>, options: Record<string, string> = {}) =>
    google.budgetOf?.(googleContext({ credentials, options }));

  it('is that of the Cloud project, whatever the ad account', () => {
    const client = { clientId: '987654321098-abc.apps.googleusercontent.com' };
    expect(budget(client)).toBe('987654321098');
    expect(budget({ serviceAccountKey: KEY })).toBe('rekindle-sandbox');
    expect(budget({ ...client, serviceAccountKey: KEY })).toBe('rekindle-sandbox');
    expect(budget(client, { quotaProject: 'my-project-12' })).toBe('my-project-12');
    expect(budget({ clientId: 'made-up' })).toBe('made-up');
  });
});
