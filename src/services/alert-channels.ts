/** The ways by which people are told of alerts, as the surroundings are set. */
import { letterOf, slackPayload } from '../alert/index.ts';
import type { Channel, Message, Sent, Voice } from '../alert/index.ts';
import type { AlertConfig } from '../config.ts';
import { sendMail } from '../infra/mail.ts';
import type { Mailbox } from '../infra/mail.ts';
import { postJson } from '../infra/webhook.ts';
import type { ServiceContext } from './context.ts';

/** How a door is set to tell people. */
export interface AlertSurroundings
  extends Partial<Omit<AlertConfig, 'language'>>, Pick<AlertConfig, 'language'> {
  /** Milliseconds that a webhook or mail server may take. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 15_000;

export function alertChannels(settings: AlertSurroundings): Channel[] {
  const { webhookUrl, email, deadlineMs = DEADLINE_MS } = settings;
  return [
    ...(webhookUrl === undefined ? [] : [webhook(webhookUrl, deadlineMs)]),
    ...(email === undefined ? [] : [mail(email, deadlineMs)]),
  ];
}

export function alertVoice(context: ServiceContext, settings: AlertSurroundings): Voice {
  const { language, consoleUrl } = settings;
  return { language, timezone: context.timezone, consoleUrl: consoleUrl ?? null };
}

function webhook(url: string, deadlineMs: number): Channel {
  return {
    name: 'webhook',
    async send(message: Message): Promise<Sent> {
      const payload = slackPayload(message);
      const posted = await postJson(url, payload, { deadlineMs });
      // A receiver of Slack's form that knows no blocks refuses them: the text alone says it all.
      if (posted.ok || posted.status !== 400) return posted;
      return postJson(url, { text: payload.text }, { deadlineMs });
    },
  };
}

function mail(mailbox: Mailbox, deadlineMs: number): Channel {
  return {
    name: 'email',
    async send(message: Message): Promise<Sent> {
      const mailed = await sendMail(mailbox, letterOf(message), { deadlineMs });
      if (!mailed.ok || mailed.refused === 0) return mailed;
      const note = `The mail server refused ${mailed.refused} of ${mailbox.to.length} recipients.`;
      return { ok: true, note };
    },
  };
}
