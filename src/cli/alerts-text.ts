/** Alerts and their channels as lines that a person reads. */
import { momentIn } from '../services/list-alerts.ts';
import type { AlertList, ListedAlert, ListedChannel } from '../services/list-alerts.ts';
import type { TestedChannel } from '../services/test-alerts.ts';
import { countOf } from './output.ts';

const NO_CHANNEL =
  'Nobody is told: set REKINDLE_ALERT_WEBHOOK, or REKINDLE_ALERT_EMAIL with REKINDLE_SMTP_URL and REKINDLE_MAIL_FROM.';

export function describeAlerts({ open, closed, channels }: AlertList, timezone: string): string {
  const moment = momentIn(timezone);
  return [
    ...(open.length === 0 ? ['Nothing needs you.'] : [`${countOf(open.length, 'open alert')}:`]),
    ...open.flatMap((alert) => openAlert(alert, moment)),
    ...(closed.length === 0 ? [] : ['', 'Over:']),
    ...closed.map((alert) => closedAlert(alert, moment)),
    '',
    ...(channels.some(({ configured }) => configured) ? [] : [NO_CHANNEL]),
    ...channels.map((channel) => channelLine(channel, moment)),
  ].join('\n');
}

type SayMoment = (at: Date) => string;

function openAlert(alert: ListedAlert, moment: SayMoment): string[] {
  const link = alert.link.kind === 'url' ? alert.link.url : alert.link.text;
  return [
    `${alert.severity === 'urgent' ? '✗' : '!'} ${alert.sentence}`,
    `  What to do: ${alert.nextStep}`,
    `  Since ${moment(alert.openedAt)}. ${link}`,
  ];
}

function closedAlert(alert: ListedAlert, moment: SayMoment): string {
  const until = alert.closedAt === null ? '' : `${moment(alert.closedAt)}: `;
  return `✓ ${until}${alert.recovery ?? ''} (${alert.cause}, since ${moment(alert.openedAt)})`;
}

function channelLine(channel: ListedChannel, moment: SayMoment): string {
  const { channel: name, configured, failures, problem, retryAt, waiting, toldAt } = channel;
  if (!configured) return `– ${name}: not set; ${waiting} to be told.`;
  if (failures > 0) {
    const again = retryAt === null ? '' : ` Tried again after ${moment(retryAt)}.`;
    return `✗ ${name}: ${problem ?? ''} ${countOf(failures, 'failure')} in a row, ${waiting} to be told.${again}`;
  }
  const last =
    toldAt === null ? 'has told nothing yet' : `last told something at ${moment(toldAt)}`;
  const queue = waiting === 0 ? '' : `, ${waiting} to be told`;
  return `✓ ${name}: ${last}${queue}.${problem === null ? '' : ` ${problem}`}`;
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
