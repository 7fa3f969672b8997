/** A mail server on loopback that speaks the few verbs it takes, and keeps what it is sent. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { atTheEnd } from './at-the-end.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire, without the closing dot. */
  readonly raw: string;
}

export interface SmtpServer {
  readonly url: string;
  readonly mails: Mail[];
  /** The verbs that it heard. */
  readonly verbs: readonly string[];
  /**
   * Answers to verbs, other than the usual ones: `RCPT` → `550 no`; `.` is the end of a message. Null:
   * it keeps silent.
   */
  readonly answers: Map<string, string | null>;
  /** A recipient who is refused. */
  refuse: string | undefined;
}

const USUAL: Readonly<Record<string, string>> = {
  EHLO: '250-mail.test\r\n250 8BITMIME',
  HELO: '250 mail.test',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  RSET: '250 ok',
  QUIT: '221 bye',
};

export async function smtpServer(host = '127.0.0.1'): Promise<SmtpServer> {
  const verbs: string[] = [];
  const mails: Mail[] = [];
  const answers = new Map<string, string | null>();
  const sockets = new Set<Socket>();
  const state: { refuse: string | undefined } = { refuse: undefined };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let mail = { from: '', to: [] as string[] };
    let buffer = '';
    let isData = false;
    socket.write('220 mail.test\r\n');
    const say = (verb: string, line: string): void => {
      verbs.push(verb);
      const refused = verb === 'RCPT' && state.refuse !== undefined && line.includes(state.refuse);
      const answer = refused ? '550 no such user' : (answers.get(verb) ?? USUAL[verb]);
      if (answers.get(verb) === null) return;
      if (!refused && answer?.startsWith('250') === true) {
        const address = /<([^>]*)>/u.exec(line)?.[1] ?? '';
        if (verb === 'MAIL') mail = { from: address, to: [] };
        if (verb === 'RCPT') mail.to.push(address);
      }
      isData = verb === 'DATA' && answer?.startsWith('354') === true;
      socket.write(`${answer ?? '502 what'}\r\n`);
    };
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      buffer += chunk;
      for (;;) {
        const end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n');
        if (end === -1) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (isData ? 5 : 2));
        if (isData) {
          isData = false;
          const answer = answers.get('.') ?? '250 taken';
          if (answer.startsWith('250')) mails.push({ ...mail, raw: text });
          socket.write(`${answer}\r\n`);
        } else {
          say((text.split(' ')[0] ?? '').toUpperCase(), text);
        }
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  atTheEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { url: `smtp://127.0.0.1:${port}`, mails, answers, verbs });
}

/** What a reader of mail shows: headers decoded by RFC 2047, the body by its transfer encoding. */
export function readMail({ raw }: Mail): { headers: Map<string, string>; body: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const unfolded = head.replaceAll(/\r\n[ \t]+/gu, ' ');
  const headers = new Map(
    unfolded.split('\r\n').map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name.toLowerCase(), decodedWords(value.join(': '))] as const;
    }),
  );
  const body = rest.join('\r\n\r\n');
  const encoding = headers.get('content-transfer-encoding') ?? '7bit';
  return {
    headers,
    body: encoding === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : body,
  };
}

function decodedWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/gu, '?==?')
    .replaceAll(/((?:=\?utf-8\?[bq]\?[^?]*\?=)+)/giu, (words: string) =>
      Buffer.concat(
        [...words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/giu)].map(([, how = '', text = '']) =>
          how.toLowerCase() === 'b'
            ? Buffer.from(text, 'base64')
            : Buffer.from(
                text
                  .replaceAll('_', ' ')
                  .replaceAll(/=([0-9A-F]{2})/gu, (_, hex: string) =>
                    String.fromCharCode(Number.parseInt(hex, 16)),
                  ),
                'latin1',
              ),
        ),
      ).toString('utf8'),
    );
}
