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
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).optional(),
    example: 'info',
    help: 'How much goes to stderr: silent, error, warn, info or debug. Unset: info of workers and servers, error of other commands, which say themselves what came of them.',
  },
  REKINDLE_HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    example: '0.0.0.0',
    help: 'Where the HTTP server listens. Unset: 127.0.0.1, for this machine alone.',
  },
  REKINDLE_PORT: {
    schema: z
      .string()
      .regex(/^\d{1,5}$/u, 'must be a port from 1 to 65535')
      .transform(Number)
      .refine((port) => port >= 1 && port <= 65_535, 'must be a port from 1 to 65535')
      .default(4000),
    example: '4000',
    help: 'The port of the HTTP server.',
  },
  REKINDLE_SPREAD_SECONDS: {
    schema: z
      .string()
      .regex(/^\d{1,4}$/u, 'must be a number of seconds up to 9999')
      .transform(Number)
      .default(300),
    example: '300',
    help: 'Longest time that a scheduled run is held back, so that not all start at 03:00 sharp.',
  },
} as const satisfies Record<string, { schema: z.ZodType; example: string; help: string }>;

/** By what way, and in which words, people are told of what needs them. */
const ALERTS = {
  REKINDLE_LANGUAGE: {
    schema: z.enum(['en', 'ja']).default('en'),
    example: 'ja',
    help: 'Language of alerts: en or ja.',
  },
  REKINDLE_ALERT_WEBHOOK: {
    schema: url.optional(),
    example: 'https://hooks.slack.com/services/T000/B000/secret',
    help: 'A Slack incoming webhook, or one that takes the same, to which alerts go. A secret.',
  },
  REKINDLE_ALERT_EMAIL: {
    schema: z
      .string()
      .transform((text) => text.split(',').map((address) => address.trim()))
      .pipe(z.array(z.email({ error: 'must be e-mail addresses with commas between' })).min(1))
      .optional(),
    example: 'ads@shop.example,crm@shop.example',
    help: 'Who gets alerts by e-mail, with commas between; needs the two variables below.',
  },
  REKINDLE_SMTP_URL: {
    schema: z
      .url({ protocol: /^smtps?$/u, error: 'must be an smtp:// or smtps:// address' })
      .optional(),
    example: 'smtps://user:password@mail.shop.example:465',
    help: 'The mail server that sends them. A secret.',
  },
  REKINDLE_MAIL_FROM: {
    schema: z
      .string()
      .regex(
        /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/u,
        'must be an e-mail address, with or without a name: Rekindle <rekindle@shop.example>',
      )
      .optional(),
    example: 'rekindle@shop.example',
    help: 'The sender of such e-mails.',
  },
  REKINDLE_CONSOLE_URL: {
    schema: url.optional(),
    example: 'https://rekindle.shop.example',
    help: 'Where people reach the console, for links in alerts. Unset: alerts name commands.',
  },
} as const satisfies Record<string, { schema: z.ZodType; example: string; help: string }>;

const AlertVariables = z
  .object({
    REKINDLE_LANGUAGE: ALERTS.REKINDLE_LANGUAGE.schema,
    REKINDLE_ALERT_WEBHOOK: ALERTS.REKINDLE_ALERT_WEBHOOK.schema,
    REKINDLE_ALERT_EMAIL: ALERTS.REKINDLE_ALERT_EMAIL.schema,
    REKINDLE_SMTP_URL: ALERTS.REKINDLE_SMTP_URL.schema,
    REKINDLE_MAIL_FROM: ALERTS.REKINDLE_MAIL_FROM.schema,
    REKINDLE_CONSOLE_URL: ALERTS.REKINDLE_CONSOLE_URL.schema,
  })
  .transform((given, context): AlertConfig => {
    const {
      REKINDLE_ALERT_EMAIL: to,
      REKINDLE_SMTP_URL: smtpUrl,
      REKINDLE_MAIL_FROM: from,
    } = given;
    const isWhole = smtpUrl !== undefined && from !== undefined;
    if (to !== undefined && !isWhole) {
      context.addIssue({
        code: 'custom',
        path: ['REKINDLE_ALERT_EMAIL'],
        message: 'needs REKINDLE_SMTP_URL and REKINDLE_MAIL_FROM beside it',
      });
    }
    return {
      language: given.REKINDLE_LANGUAGE,
      webhookUrl: given.REKINDLE_ALERT_WEBHOOK,
      email: to === undefined || !isWhole ? undefined : { to, from, smtpUrl },
      consoleUrl: given.REKINDLE_CONSOLE_URL?.replace(/\/+$/u, ''),
    };
  });

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
  /** Unset, it goes by the command. */
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug' | undefined;
  /** Where the HTTP server listens. */
  readonly host: string;
  readonly port: number;
  /** Longest time that a scheduled run is held back for the sake of others. */
  readonly spreadSeconds: number;
  readonly alerts: AlertConfig;
  /** Addresses that replace a connector's own, by variable name. */
  readonly endpoints: Readonly<Record<string, string>>;
}

export interface AlertConfig {
  readonly language: 'en' | 'ja';
  /** A secret: whoever knows it can write into the channel. */
  readonly webhookUrl: string | undefined;
  readonly email:
    | {
        readonly to: readonly string[];
        readonly from: string;
        /** With the password in it. */
        readonly smtpUrl: string;
      }
    | undefined;
  /** Without a trailing slash. */
  readonly consoleUrl: string | undefined;
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
    REKINDLE_HOST: VARIABLES.REKINDLE_HOST.schema,
    REKINDLE_PORT: VARIABLES.REKINDLE_PORT.schema,
    REKINDLE_SPREAD_SECONDS: VARIABLES.REKINDLE_SPREAD_SECONDS.schema,
    ...Object.fromEntries(Object.keys(ADDRESSES).map((name) => [name, url.optional()])),
  });
  const given = Object.fromEntries(
    Object.keys({ ...VARIABLES, ...ALERTS, ...ADDRESSES }).map((name) => [
      name,
      env[name] === '' ? undefined : env[name],
    ]),
  );
  const parsed = schema.safeParse(given);
  const alerts = AlertVariables.safeParse(given);
  if (!parsed.success || !alerts.success) {
    const issues = [...(parsed.error?.issues ?? []), ...(alerts.error?.issues ?? [])];
    const problems = issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
    throw new RekindleError(
      'config.invalid',
      `The environment is not usable: ${problems.join('; ')}.`,
    );
  }
  const {
    DATABASE_URL,
    REKINDLE_HOME,
    REKINDLE_TIMEZONE,
    REKINDLE_LOG_LEVEL,
    REKINDLE_HOST,
    REKINDLE_PORT,
    REKINDLE_SPREAD_SECONDS,
    ...rest
  } = parsed.data;
  return {
    databaseUrl: DATABASE_URL,
    home: resolve(REKINDLE_HOME),
    timezone: REKINDLE_TIMEZONE,
    logLevel: REKINDLE_LOG_LEVEL,
    host: REKINDLE_HOST,
    port: REKINDLE_PORT,
    spreadSeconds: REKINDLE_SPREAD_SECONDS,
    alerts: alerts.data,
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
  const blocks = Object.entries({ ...VARIABLES, ...ALERTS, ...ADDRESSES }).map(
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
