/** Sends plain-text e-mail by SMTP. No problem that it tells holds a password or an address. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { SMTPTransportGetSocket } from 'nodemailer/lib/smtp-transport';
import { isLoopback } from './loopback.ts';

export interface Mailbox {
  /** `smtp://` or `smtps://`, with user and password where the server asks for them. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
}

export type Mailed =
  | {
      readonly ok: true;
      /** Recipients whom the server did not take. */
      readonly refused: number;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Never throws for what the server does, or does not. The deadline is for all of it: a server that
 * says a little now and then is never inactive. A server may still fail to deliver later.
 */
export async function sendMail(
  mailbox: Mailbox,
  letter: { readonly subject: string; readonly text: string },
  options: { readonly deadlineMs: number },
): Promise<Mailed> {
  const { deadlineMs } = options;
  const late = Promise.withResolvers<Mailed>();
  const line: { socket?: Socket; isOver: boolean } = { isOver: false };
  const timer = setTimeout(() => {
    line.isOver = true;
    late.resolve({ ok: false, problem: problemOf({ code: 'ETIMEDOUT' }) });
    line.socket?.destroy();
  }, deadlineMs);
  const dial: SMTPTransportGetSocket = ({ host = 'localhost', port, secure, auth }, take) => {
    const socket = connect({ host, port: Number(port ?? (secure === true ? 465 : 587)) });
    line.socket = socket;
    socket.on('error', () => {});
    socket.once('error', take);
    socket.once('connect', () => {
      socket.off('error', take);
      // Off this machine, a password goes over an encrypted line or not at all.
      const isOpen = auth !== undefined && !isLoopback(socket.remoteAddress ?? '');
      take(null, { connection: socket, ...(isOpen ? { requireTLS: true } : {}) });
    });
    socket.once('close', () => clearTimeout(timer));
    if (line.isOver) socket.destroy();
  };
  try {
    return await Promise.race([send(mailbox, letter, { deadlineMs, dial }), late.promise]);
  } finally {
    // The farewell may take what is left of the time, and keeps nobody waiting.
    timer.unref();
    if (line.socket === undefined || line.socket.destroyed) clearTimeout(timer);
  }
}

async function send(
  { smtpUrl, from, to }: Mailbox,
  letter: { readonly subject: string; readonly text: string },
  { deadlineMs, dial }: { readonly deadlineMs: number; readonly dial: SMTPTransportGetSocket },
): Promise<Mailed> {
  try {
    const transport = createTransport({
      url: smtpUrl,
      getSocket: dial,
      connectionTimeout: deadlineMs,
      greetingTimeout: deadlineMs,
      socketTimeout: deadlineMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const info = await transport.sendMail({
      from,
      to: [...to],
      subject: letter.subject,
      // RFC 2045 §6.8: lines of text end with CR LF inside base64 as well.
      text: letter.text.replaceAll(/\r?\n/gu, '\r\n'),
      // Base64 keeps Japanese whole on servers that take seven bits alone.
      textEncoding: 'base64',
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return { ok: true, refused: info.rejected.length };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** What nodemailer's codes mean to whoever set the variables; its messages may hold addresses. */
const PROBLEMS: Readonly<Record<string, string>> = {
  EAUTH: 'The mail server refused user or password. Check REKINDLE_SMTP_URL',
  ENOAUTH: 'The mail server asks for user and password. Set them in REKINDLE_SMTP_URL',
  EENVELOPE: 'The mail server does not accept the sender, or none of the recipients',
  ETLS: 'No safe connection to the mail server could be made; a password is sent over no other',
  ENOTFOUND: 'There is no mail server of that name. Check REKINDLE_SMTP_URL',
  ETIMEDOUT: 'The mail server did not answer in time',
  ECONNECTION: 'The connection to the mail server broke off',
  ESOCKET: 'The mail server could not be reached',
  ECONNREFUSED: 'The mail server could not be reached',
  EHOSTUNREACH: 'The mail server could not be reached',
  ENETUNREACH: 'The mail server could not be reached',
  EMESSAGE: 'The mail server did not take the message',
};

function problemOf(error: unknown): string {
  const code = field(error, 'code');
  const reply = field(error, 'responseCode');
  const named = [code, reply].filter((part) => part !== undefined).join(', ');
  const said = PROBLEMS[code ?? ''] ?? 'The e-mail could not be sent';
  return `${said}${named === '' ? '' : ` (${named})`}.`;
}

function field(error: unknown, name: 'code' | 'responseCode'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value = new Map(Object.entries(error)).get(name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
