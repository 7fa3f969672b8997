import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/infra/log.ts';
import type { Log } from '../../src/infra/log.ts';

/** What a log writes while `work` runs: the lines, and the text as a whole. */
function written(work: (log: Log) => void, level = 'debug') {
  let text = '';
  work(createLog(level, { write: (line) => void (text += line) }));
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return { text, lines };
}

const EMAIL = 'taro@example.jp';
const PHONE = '+819012345678';
const TOKEN = 'EAAB-very-secret';

describe('the log', () => {
  it('keeps what says what happened', () => {
    const { lines } = written((log) => log.info({ sync: 'lapsed-meta', rows: 12 }, 'sent'));
    expect(lines).toMatchObject([{ level: 30, sync: 'lapsed-meta', rows: 12, msg: 'sent' }]);
  });

  it.each([
    'email',
    'emails',
    'Email',
    'email_2',
    'phone',
    'phones',
    'phoneNumber',
    'digest',
    'accessToken',
    'access_token',
    'refreshToken',
    'X-Access-Token',
    'clientSecret',
    'apiKey',
    'API-Key',
    'password',
    'Authorization',
    'credentials',
    'set-cookie',
    'url',
    'databaseUrl',
  ])('cuts the field %s wherever it stands', (name) => {
    const { text, lines } = written((log) => {
      log.info({ [name]: TOKEN }, 'on top');
      log.warn({ a: { b: { c: { d: { [name]: [TOKEN] } } } } }, 'deep down');
      log.error({ rows: [{ [name]: { value: TOKEN } }] }, 'in a list');
      log.error(Object.assign(new Error('no'), { request: { headers: { [name]: TOKEN } } }));
    });
    expect(lines).toHaveLength(4);
    expect(text.match(/\[cut\]/gu)).toHaveLength(4);
    expect(text).not.toContain(TOKEN);
  });

  it('lets no person through with what they are part of', () => {
    const customer = { customerId: 'c-1', emails: [EMAIL], phones: [PHONE], country: 'JP' };
    const cause = Object.assign(new Error('inner'), { customer });
    const { text, lines } = written((log) => {
      log.info({ customers: [customer] }, 'read');
      log.error({ err: new Error('outer', { cause }), customer }, 'failed');
    });
    expect(text).not.toContain(EMAIL);
    expect(text).not.toContain(PHONE);
    expect(lines).toMatchObject([
      { customers: [{ customerId: 'c-1', country: 'JP' }] },
      { customer: { customerId: 'c-1' }, err: { type: 'Error' } },
    ]);
  });

  it('keeps an error’s kind, message and stack, and dates as dates', () => {
    const at = new Date('2026-11-21T00:00:00Z');
    const { lines } = written((log) => log.error({ err: new TypeError('odd'), at }, 'failed'));
    expect(lines).toMatchObject([
      {
        err: { type: 'TypeError', message: 'odd', stack: expect.stringContaining('log.test.ts') },
        at: '2026-11-21T00:00:00.000Z',
      },
    ]);
  });

  it('survives what points at itself, without changing it', () => {
    const node: Record<string, unknown> = { name: 'a', email: EMAIL };
    node['self'] = node;
    const { text, lines } = written((log) => log.info({ node }));
    expect(text).not.toContain(EMAIL);
    expect(lines).toMatchObject([{ node: { name: 'a', email: '[cut]', self: '[circular]' } }]);
    expect(node['email']).toBe(EMAIL);
  });

  it('says no more than its level allows', () => {
    const all = (log: Log): void => {
      log.debug('one');
      log.info('two');
      log.warn('three');
      log.error('four');
    };
    expect(written(all, 'warn').lines).toHaveLength(2);
    expect(written(all, 'silent').text).toBe('');
  });
});
