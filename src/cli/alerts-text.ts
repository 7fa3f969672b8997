/** Alerts and their channels as lines that a person reads. */
import { momentIn } from '../infra/moment.ts';
import type { AlertList, Language, ListedAlert, ListedChannel } from '../services/list-alerts.ts';
import type { TestedChannel } from '../services/test-alerts.ts';
import { countOf } from './output.ts';

const NO_CHANNEL =
  'Nobody is told: set REKINDLE_ALERT_WEBHOOK, or REKINDLE_ALERT_EMAIL with REKINDLE_SMTP_URL and REKINDLE_MAIL_FROM.';

/** What the list says around the alerts, which come in the language that is set. */
interface Labels {
  readonly nothing: string;
  readonly open: (count: number) => string;
  readonly over: string;
  readonly whatToDo: (step: string) => string;
  readonly since: (moment: string) => string;
  readonly from: (cause: string, moment: string) => string;
  readonly notSet: (channel: string, waiting: number) => string;
  readonly failing: (channel: string, problem: string, failures: number, waiting: number) => string;
  readonly again: (moment: string) => string;
  readonly told: (channel: string, last: string | null, waiting: number) => string;
  readonly noChannel: string;
}

const LABELS: Readonly<Record<Language, Labels>> = {
  en: {
    nothing: 'Nothing needs you.',
    open: (count) => `${countOf(count, 'open alert')}:`,
    over: 'Over:',
    whatToDo: (step) => `What to do: ${step}`,
    since: (moment) => `Since ${moment}. `,
    from: (cause, moment) => ` (${cause}, since ${moment})`,
    notSet: (channel, waiting) => `${channel}: not set; ${waiting} to be told.`,
    failing: (channel, problem, failures, waiting) =>
      `${channel}: ${problem} ${countOf(failures, 'failure')} in a row, ${waiting} to be told.`,
    again: (moment) => ` Tried again after ${moment}.`,
    told: (channel, last, waiting) =>
      `${channel}: ${last === null ? 'has told nothing yet' : `last told something at ${last}`}${waiting === 0 ? '' : `, ${waiting} to be told`}.`,
    noChannel: NO_CHANNEL,
  },
  ja: {
    nothing: '対応が必要なアラートはありません。',
    open: (count) => `未解決のアラート：${count}件`,
    over: '終了したアラート：',
    whatToDo: (step) => `対応方法：${step}`,
    since: (moment) => `発生：${moment}　`,
    from: (cause, moment) => `（${cause}、発生：${moment}）`,
    notSet: (channel, waiting) => `${channel}：未設定（未送信 ${waiting}件）`,
    failing: (channel, problem, failures, waiting) =>
      `${channel}：${problem}（${failures}回続けて失敗、未送信 ${waiting}件）`,
    again: (moment) => ` ${moment} 以降に再送します。`,
    told: (channel, last, waiting) =>
      `${channel}：${last === null ? '送信の記録はまだありません' : `最終送信 ${last}`}${waiting === 0 ? '' : `、未送信 ${waiting}件`}`,
    noChannel:
      '通知先がありません。REKINDLE_ALERT_WEBHOOK、または REKINDLE_ALERT_EMAIL と REKINDLE_SMTP_URL、REKINDLE_MAIL_FROM を設定してください。',
  },
};

export function describeAlerts(
  { open, closed, channels }: AlertList,
  timezone: string,
  language: Language,
): string {
  const say: Words = { ...LABELS[language], moment: momentIn(timezone) };
  return [
    ...(open.length === 0 ? [say.nothing] : [say.open(open.length)]),
    ...open.flatMap((alert) => openAlert(alert, say)),
    ...(closed.length === 0 ? [] : ['', say.over]),
    ...closed.map((alert) => closedAlert(alert, say)),
    '',
    ...(channels.some(({ configured }) => configured) ? [] : [say.noChannel]),
    ...channels.map((channel) => channelLine(channel, say)),
  ].join('\n');
}

type Words = Labels & { readonly moment: (at: Date) => string };

function openAlert(alert: ListedAlert, say: Words): string[] {
  const link = alert.link.kind === 'url' ? alert.link.url : alert.link.text;
  return [
    `${alert.severity === 'urgent' ? '✗' : '!'} ${alert.sentence}`,
    `  ${say.whatToDo(alert.nextStep)}`,
    `  ${say.since(say.moment(alert.openedAt))}${link}`,
  ];
}

function closedAlert(alert: ListedAlert, say: Words): string {
  const until = alert.closedAt === null ? '' : `${say.moment(alert.closedAt)}: `;
  return `✓ ${until}${alert.recovery ?? ''}${say.from(alert.cause, say.moment(alert.openedAt))}`;
}

function channelLine(channel: ListedChannel, say: Words): string {
  const { channel: name, configured, failures, problem, retryAt, waiting, toldAt } = channel;
  if (!configured) return `– ${say.notSet(name, waiting)}`;
  if (failures > 0) {
    const again = retryAt === null ? '' : say.again(say.moment(retryAt));
    return `✗ ${say.failing(name, problem ?? '', failures, waiting)}${again}`;
  }
  const last = toldAt === null ? null : say.moment(toldAt);
  return `✓ ${say.told(name, last, waiting)}${problem === null ? '' : ` ${problem}`}`;
}

export function describeTest(channels: readonly TestedChannel[]): string {
  if (channels.length === 0) return NO_CHANNEL;
  return channels
    .map(({ channel, ok, detail }) => {
      if (!ok) return `✗ ${channel}: ${detail ?? ''}`;
      return `✓ ${channel}: the test message went out.${detail === null ? '' : ` ${detail}`}`;
    })
    .join('\n');
}
