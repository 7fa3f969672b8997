/**
 * The only reader of process.env. Everything Rekindle takes from its surroundings is listed in
 * VARIABLES and ADDRESSES, from which `.env.example` is written and checked.
 */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { RekindleError } from './errors.ts';

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const VARIABLES = {
  DATABASE_URL: {
    schema: z
      .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' })
      .optional(),
    example: 'postgres://user:password@127.0.0.1:5432/rekindle',
    help: 'The PostgreSQL to use. Unset: an embedded PostgreSQL is kept under REKINDLE_HOME.',
  },
  REKINDLE_HOME: {
    schema: z.string().min(1).default('.rekindle'),
    example: '.rekindle',
    help: 'Where the embedded database and the sandbox keep their state.',
  },
  REKINDLE_TIMEZONE: {
    schema: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone, e.g. Asia/Tokyo')
      .default('UTC'),
    example: 'Asia/Tokyo',
    help: 'Time zone of imported dates that carry none, and of days in reports.',
  },
  REKINDLE_LOG_LEVEL: {
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
    example: 'info',
    help: 'How much goes to stderr: silent, error, warn, info or debug.',
  },
} as const satisfies Record<string, { schema: z.ZodType; example: string; help: string }>;

/** What replaces the addresses that connectors have of their own, by the connectors' names for it. */
const ADDRESSES: Readonly<Record<string, { readonly example: string; readonly help: string }>> = {
  META_GRAPH_URL: {
    example: 'http://127.0.0.1:4010/meta',
    help: 'Another Graph API than https://graph.facebook.com, e.g. the sandbox.',
  },
  GOOGLE_DATA_MANAGER_URL: {
    example: 'http://127.0.0.1:4010/google',
    help: 'Another Data Manager API than https://datamanager.googleapis.com.',
  },
  GOOGLE_OAUTH_URL: {
    example: 'http://127.0.0.1:4010/google/token',
    help: 'Another token endpoint than https://oauth2.googleapis.com/token.',
  },
  GOOGLE_ADS_URL: {
    example: 'http://127.0.0.1:4010/google/ads',
    help: 'Another Google Ads API than https://googleads.googleapis.com.',
  },
  X_ADS_URL: {
    example: 'http://127.0.0.1:4010/x',
    help: 'Another Ads API than https://ads-api.x.com.',
  },
};

export interface Config {
  readonly databaseUrl: string | undefined;
  /** Absolute. */
  readonly home: string;
  readonly timezone: string;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Addresses that replace a connector's own, by variable name. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/**
 * Reads and checks the surroundings, after `.env` where present.
 *
 * @throws RekindleError `config.invalid` naming every variable that is wrong.
 */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return parseConfig(process.env);
}

/** `loadConfig` for given variables. An empty value counts as unset. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const schema = z.object({
    DATABASE_URL: VARIABLES.DATABASE_URL.schema,
    REKINDLE_HOME: VARIABLES.REKINDLE_HOME.schema,
    REKINDLE_TIMEZONE: VARIABLES.REKINDLE_TIMEZONE.schema,
    REKINDLE_LOG_LEVEL: VARIABLES.REKINDLE_LOG_LEVEL.schema,
    ...Object.fromEntries(Object.keys(ADDRESSES).map((name) => [name, url.optional()])),
  });
  const given = Object.fromEntries(
    Object.keys({ ...VARIABLES, ...ADDRESSES }).map((name) => [
      name,
      env[name] === '' ? undefined : env[name],
    ]),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new RekindleError(
      'config.invalid',
      `The environment is not usable: ${problems.join('; ')}.`,
    );
  }
  const { DATABASE_URL, REKINDLE_HOME, REKINDLE_TIMEZONE, REKINDLE_LOG_LEVEL, ...rest } =
    parsed.data;
  return {
    databaseUrl: DATABASE_URL,
    home: resolve(REKINDLE_HOME),
    timezone: REKINDLE_TIMEZONE,
    logLevel: REKINDLE_LOG_LEVEL,
    endpoints: Object.fromEntries(
      Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

/**
 * The value of a secret, read at the moment it is used and never kept.
 *
 * @throws RekindleError `secret.missing` naming the variable.
 */
export function readSecret(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new RekindleError(
      'secret.missing',
      `The environment variable ${name} is not set; a destination's credentials refer to it. Set it or add it to .env.`,
    );
  }
  return value;
}

/** Who is at the keyboard, for the audit trail. */
export function operatorName(): string {
  const named = process.env['USER'] ?? process.env['LOGNAME'];
  if (named !== undefined && named !== '') return named;
  try {
    return userInfo().username;
  } catch {
    // An id without a name, as containers have.
    return 'unknown';
  }
}

/** The text of `.env.example`. */
export function envExample(): string {
  const blocks = Object.entries({ ...VARIABLES, ...ADDRESSES }).map(
    ([name, { example, help }]) => `# ${help}\n# ${name}=${example}\n`,
  );
  return `# Copy to .env and take the leading # off what you need.\n\n${blocks.join('\n')}`;
}

/**
 * Whether a text names an IANA time zone. Offsets such as `+09:00` are none: PostgreSQL reads their
 * sign the other way round than ISO 8601 does.
 */
export function isTimeZone(value: string): boolean {
  try {
    return (
      /^[A-Za-z]/u.test(value) &&
      new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
}
