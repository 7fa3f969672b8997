/** What a destination on Google says of itself: its account, its secrets, its options. */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { readKeyFile } from './service-account.ts';

/** A Google Ads account as people write it; hyphens go. */
export const AccountNumber = z
  .string()
  .trim()
  .regex(
    /^\d{3}-?\d{3}-?\d{4}$/,
    'A Google Ads account is 10 digits, such as 1234567890 or 123-456-7890.',
  )
  .transform((account) => account.replaceAll('-', ''));

/** All optional, since there are two ways in; `missingCredentials` asks for one of them. */
export const Credentials = z.object({
  clientId: z
    .string()
    .min(1)
    .optional()
    .describe('Id of an OAuth client of your Google Cloud project.'),
  clientSecret: z.string().min(1).optional().describe('Secret of that OAuth client.'),
  refreshToken: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Refresh token made with that client, by a user of the Google Ads account, for the scope https://www.googleapis.com/auth/datamanager (and https://www.googleapis.com/auth/adwords for spend and for the option upload).',
    ),
  serviceAccountKey: z
    .string()
    .refine((content) => readKeyFile(content) !== undefined, {
      error: 'Give the content of the JSON key file of a service account.',
    })
    .optional()
    .describe(
      'Instead of the other three, and before them: content of the JSON key file of a service account whose e-mail address is a user of the Google Ads account.',
    ),
  developerToken: z
    .string()
    .min(1)
    .optional()
    .describe('For the Google Ads API alone; Google has not asked for one since 2026-09-09.'),
});

export const Options = z.strictObject({
  loginAccount: AccountNumber.optional().describe(
    'Number of the manager account by which the signed-in user reaches the ad account; leave it out where the user has direct access.',
  ),
  quotaProject: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9.:-]{2,61}[a-z0-9])$/, 'Write the id or number of a Cloud project.')
    .optional()
    .describe(
      'Cloud project whose quota is used in place of the one that the credentials belong to; they need the role Service Usage Consumer on it.',
    ),
  upload: z
    .enum(['data-manager', 'ads-api'])
    .optional()
    .describe(
      'By which API people are taken on and off a list: data-manager, unless written otherwise, or ads-api for a Cloud project that Google still lets use it for Customer Match.',
    ),
});

const BY_REFRESH_TOKEN = ['clientId', 'clientSecret', 'refreshToken'] as const;

/** What is missing beside the credentials given; null where they are enough. */
export function missingCredentials(given: readonly string[]): string | null {
  if (given.includes('serviceAccountKey')) return null;
  const missing = BY_REFRESH_TOKEN.filter((name) => !given.includes(name));
  if (missing.length === 0) return null;
  return missing.length < BY_REFRESH_TOKEN.length
    ? `${missing.join(' and ')}, or serviceAccountKey in place of all three`
    : 'either clientId, clientSecret and refreshToken, or serviceAccountKey';
}

/**
 * Google counts requests per Cloud project, not per ad account: the project asked for, that of the
 * service account, or the number that a client id of Google's begins with.
 */
export function cloudProject({
  credentials,
  options,
}: Pick<ConnectorContext, 'credentials' | 'options'>): string {
  const key = readKeyFile(credentials['serviceAccountKey'] ?? '');
  const clientId = credentials['clientId'] ?? '';
  return (
    options['quotaProject'] ??
    key?.project_id ??
    /^(\d+)-/.exec(clientId)?.[1] ??
    (key === undefined ? clientId : key.client_email)
  );
}

/** The manager account to go through, digits alone; undefined where access is direct. */
export function loginAccountOf({ options }: Pick<ConnectorContext, 'options'>): string | undefined {
  return options['loginAccount']?.replaceAll('-', '');
}

/** Whether people go to and from lists by the Google Ads API. */
export function uploadsByAds({ options }: Pick<ConnectorContext, 'options'>): boolean {
  return options['upload'] === 'ads-api';
}
