import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { sendMail } from '../../src/infra/mail.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { readMail, smtpServer } from '../support/smtp-server.ts';
import type { SmtpServer } from '../support/smtp-server.ts';

const DEADLINE = { deadlineMs: 10_000 };
const TO = ['ads@shop.example', 'crm@shop.example'];

const SUBJECT = '[Rekindle] 実行が失敗しました：休眠顧客の掘り起こし-meta（対応が必要です）';
const TEXT = [
  '同期「休眠顧客」の実行 12 が失敗しました（2026-11-22 03:10 UTC+09:00）。',
  '.',
  '対応方法: 新しいトークンを発行し、設定を差し替えてください。🔑',
  '',
].join('\n');

/** The head of a TLS record of 16,383 bytes. */
const RECORD = Buffer.from([0x16, 3, 3, 0x3f, 0xff]);

const send = (server: SmtpServer, url = server.url) =>
  sendMail(
    { smtpUrl: url, from: 'Rekindle 通知 <rekindle@shop.example>', to: TO },
    { subject: SUBJECT, text: TEXT },
    DEADLINE,
  );

describe('an e-mail', () => {
  it('arrives as it was written, in Japanese too', async () => {
    const server = await smtpServer();
    expect(await send(server)).toEqual({ ok: true, refused: 0 });
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'rekindle@shop.example', to: TO });
    expect(mail?.raw).toMatch(/^[\t\r\n -~]*$/u);
    const { headers, body } = readMail(mail ?? { from: '', to: [], raw: '' });
    expect(headers.get('subject')).toBe(SUBJECT);
    expect(headers.get('from')).toBe('Rekindle 通知 <rekindle@shop.example>');
    expect(headers.get('content-type')).toMatch(/^text\/plain; charset=utf-8/u);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(body).toBe(TEXT.replaceAll('\n', '\r\n'));
  });

  it('counts as sent where one recipient is refused, and says how many were', async () => {
    const server = await smtpServer();
    server.refuse = 'crm@shop.example';
    expect(await send(server)).toEqual({ ok: true, refused: 1 });
    expect(server.mails).toMatchObject([{ to: ['ads@shop.example'] }]);
  });

  it.each([
    [
      'RCPT',
      '550 no',
      'The mail server does not accept the sender, or none of the recipients (EENVELOPE, 550).',
    ],
    ['.', '451 later', 'The mail server did not take the message (EMESSAGE, 451).'],
  ])('says why it was not sent: %s answered with %s', async (verb, answer, problem) => {
    const server = await smtpServer();
    server.answers.set(verb, answer);
    expect(await send(server)).toEqual({ ok: false, problem });
  });

  it('says that a login was refused, without the password', async () => {
    const server = await smtpServer();
    server.answers.set('EHLO', '250-mail.test\r\n250 AUTH PLAIN');
    server.answers.set('AUTH', '535 no');
    const url = server.url.replace('smtp://', 'smtp://someone:hunter2@');
    const mailed = await send(server, url);
    expect(mailed).toEqual({
      ok: false,
      problem: 'The mail server refused user or password. Check REKINDLE_SMTP_URL (EAUTH, 535).',
    });
    expect(JSON.stringify(mailed)).not.toMatch(/hunter2|someone|shop/u);
  });

  it.each(['smtp', 'smtps'])('has a deadline as a whole: %s that drips', async (scheme) => {
    let isClosed = false;
    const server = createServer((socket) => {
      const drip = setInterval(() => socket.write(scheme === 'smtp' ? '250-x\r\n' : '\0'), 40);
      socket.on('error', () => {});
      socket.once('close', () => {
        clearInterval(drip);
        isClosed = true;
      });
      socket.write(scheme === 'smtp' ? '220 mail.test\r\n' : RECORD);
      socket.resume();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    atTheEnd(async () => void server.close());
    const { port } = server.address() as AddressInfo;
    const mailed = await sendMail(
      { smtpUrl: `${scheme}://127.0.0.1:${port}`, from: 'a@shop.example', to: TO },
      { subject: 'x', text: 'y' },
      { deadlineMs: 300 },
    );
    expect(mailed).toEqual({
      ok: false,
      problem: 'The mail server did not answer in time (ETIMEDOUT).',
    });
    await vi.waitFor(() => expect(isClosed).toBe(true));
  });

  it('does not send a password in the open, but on this machine', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    const server = await smtpServer('0.0.0.0');
    server.answers.set('EHLO', '250-mail.test\r\n250 AUTH PLAIN');
    server.answers.set('AUTH', '235 welcome');
    const url = server.url.replace('smtp://', 'smtp://someone:hunter2@');
    expect(await send(server, url)).toEqual({ ok: true, refused: 0 });
    if (outside === undefined) return;
    const refused = await send(server, url.replace('127.0.0.1', outside.address));
    expect(refused).toMatchObject({ ok: false, problem: expect.stringContaining('No safe') });
    expect(server.verbs.filter((verb) => verb === 'AUTH')).toHaveLength(1);
  });

  it('does not wait for ever for a server that keeps silent, or is not there', async () => {
    const server = await smtpServer();
    server.answers.set('EHLO', null);
    const silent = await sendMail(
      { smtpUrl: server.url, from: 'a@shop.example', to: TO },
      { subject: 'x', text: 'y' },
      { deadlineMs: 300 },
    );
    expect(silent).toMatchObject({ ok: false, problem: expect.stringContaining('in time') });
    const absent = await send(server, 'smtp://127.0.0.1:65534');
    expect(absent).toMatchObject({ ok: false, problem: expect.stringContaining('reached') });
  });
});
