import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { envExample, parseConfig } from '../../src/config.ts';
import { RekindleError } from '../../src/errors.ts';

function problemOf(env: Record<string, string>): RekindleError {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof RekindleError) return error;
  }
  throw new Error('The variables were taken as they are.');
}

describe('the surroundings', () => {
  it('need nothing: every variable has a default or may be missing', () => {
    expect(parseConfig({})).toEqual({
      databaseUrl: undefined,
      home: resolve('.rekindle'),
      timezone: 'UTC',
      logLevel: undefined,
      host: '127.0.0.1',
      port: 4000,
      spreadSeconds: 300,
      alerts: { language: 'en' },
      endpoints: {},
    });
  });

  it('are taken as given', () => {
    const config = parseConfig({
      DATABASE_URL: 'postgresql://someone@db.example:5432/crm',
      REKINDLE_HOME: 'state',
      REKINDLE_TIMEZONE: 'Asia/Tokyo',
      REKINDLE_LOG_LEVEL: 'debug',
      REKINDLE_HOST: '0.0.0.0',
      REKINDLE_PORT: '8080',
      REKINDLE_LANGUAGE: 'ja',
      REKINDLE_ALERT_WEBHOOK: 'https://hooks.example/services/x',
      REKINDLE_ALERT_EMAIL: 'ads@shop.example, crm@shop.example',
      REKINDLE_SMTP_URL: 'smtps://user:password@mail.example',
      REKINDLE_MAIL_FROM: 'Rekindle 通知 <rekindle@shop.example>',
      REKINDLE_CONSOLE_URL: 'https://console.example/rekindle/',
      META_GRAPH_URL: 'http://127.0.0.1:9/meta',
      X_ADS_URL: 'https://ads.example',
      SOMETHING_ELSE: 'left alone',
    });
    expect(config).toEqual({
      databaseUrl: 'postgresql://someone@db.example:5432/crm',
      home: resolve('state'),
      timezone: 'Asia/Tokyo',
      logLevel: 'debug',
      host: '0.0.0.0',
      port: 8080,
      spreadSeconds: 300,
      alerts: {
        language: 'ja',
        webhookUrl: 'https://hooks.example/services/x',
        email: {
          to: ['ads@shop.example', 'crm@shop.example'],
          from: 'Rekindle 通知 <rekindle@shop.example>',
          smtpUrl: 'smtps://user:password@mail.example',
        },
        consoleUrl: 'https://console.example/rekindle',
      },
      endpoints: { META_GRAPH_URL: 'http://127.0.0.1:9/meta', X_ADS_URL: 'https://ads.example' },
    });
    expect(isAbsolute(config.home)).toBe(true);
  });

  it('count an empty value as unset', () => {
    const names = variablesOf(envExample()).map(([name]) => [name, ''] as const);
    expect(names.length).toBeGreaterThan(0);
    expect(parseConfig(Object.fromEntries(names))).toEqual(parseConfig({}));
  });

  it.each([
    ['DATABASE_URL', 'mysql://127.0.0.1/crm', 'postgres://'],
    ['DATABASE_URL', 'not an address', 'postgres://'],
    ['REKINDLE_TIMEZONE', 'Tokyo', 'IANA'],
    ['REKINDLE_TIMEZONE', '+09:00', 'IANA'],
    ['REKINDLE_LOG_LEVEL', 'loud', 'warn'],
    ['REKINDLE_PORT', '0', 'a port from 1'],
    ['REKINDLE_PORT', '65536', 'a port from 1'],
    ['REKINDLE_PORT', 'http', 'a port from 1'],
    ['REKINDLE_LANGUAGE', 'fr', 'en'],
    ['REKINDLE_ALERT_WEBHOOK', 'hooks.slack.com/services/x', 'http'],
    ['REKINDLE_ALERT_EMAIL', 'ads@shop.example, crm', 'e-mail addresses'],
    ['REKINDLE_ALERT_EMAIL', 'ads@shop.example', 'needs REKINDLE_SMTP_URL and REKINDLE_MAIL_FROM'],
    ['REKINDLE_SMTP_URL', 'mail.example:465', 'smtp'],
    ['REKINDLE_MAIL_FROM', 'Rekindle', 'an e-mail address'],
    ['REKINDLE_CONSOLE_URL', 'console', 'http'],
    ['META_GRAPH_URL', 'graph.facebook.com', 'http'],
    ['GOOGLE_DATA_MANAGER_URL', 'ftp://127.0.0.1', 'http'],
    ['GOOGLE_OAUTH_URL', '/token', 'http'],
    ['X_ADS_URL', 'x', 'http'],
  ])('refuse %s=%s and say what it must be', (name, value, says) => {
    const { code, message } = problemOf({ [name]: value });
    expect(code).toBe('config.invalid');
    expect(message).toContain(name);
    expect(message).toContain(says);
  });

  it('name every wrong value at once', () => {
    const { message } = problemOf({
      DATABASE_URL: 'x',
      REKINDLE_TIMEZONE: 'x',
      REKINDLE_LOG_LEVEL: 'x',
      X_ADS_URL: 'x',
      REKINDLE_HOME: 'fine',
    });
    for (const name of ['DATABASE_URL', 'REKINDLE_TIMEZONE', 'REKINDLE_LOG_LEVEL', 'X_ADS_URL']) {
      expect(message).toContain(name);
    }
    expect(message).not.toContain('REKINDLE_HOME');
  });

  it('never repeat the address of a webhook or mail server, nor who is told', () => {
    const { message } = problemOf({
      REKINDLE_ALERT_WEBHOOK: 'ftp://hooks.example/hunter2',
      REKINDLE_SMTP_URL: 'http://user:hunter2@mail.example',
      REKINDLE_ALERT_EMAIL: 'hunter2',
    });
    expect(message).not.toContain('hunter2');
  });

  it('never repeat a wrong value, which may hold a password', () => {
    const { message } = problemOf({ DATABASE_URL: 'postgress://user:hunter2@db.example/crm' });
    expect(message).not.toContain('hunter2');
  });
});

describe('.env.example', () => {
  it('is what config.ts writes', () => {
    const file = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    expect(file).toBe(envExample());
  });

  it('holds values that are taken when their # goes', () => {
    const env = Object.fromEntries(variablesOf(envExample()));
    const config = parseConfig(env);
    expect(config.databaseUrl).toBe(env['DATABASE_URL']);
    expect(config.timezone).toBe(env['REKINDLE_TIMEZONE']);
    expect(Object.keys(config.endpoints)).toHaveLength(5);
  });
});

function variablesOf(example: string): (readonly [string, string])[] {
  return [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gmu)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
}
