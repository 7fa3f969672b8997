/** From what is due on a channel to the messages that a person gets. */
import type { AlertKind, Severity } from './cause.ts';
import { momentIn } from '../infra/moment.ts';
import { PHRASES } from './phrases/index.ts';
import type { Language } from './phrases/index.ts';

export type AlertEvent = 'opened' | 'reminder' | 'closed';

/** One alert, as a channel is to tell it. */
export interface Notification {
  readonly event: AlertEvent;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly objectKind: 'sync' | 'destination' | 'erasures';
  readonly objectName: string | null;
  readonly runId: string | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly sentence: string;
  readonly nextStep: string;
  readonly recovery: string | null;
  /** Of one that is over: whether another took its place. */
  readonly replaced: boolean;
  /** Of one that is over: whether this channel never told that it began. */
  readonly untold: boolean;
}

/** Where an alert is looked at. */
export type Link =
  | { readonly kind: 'url'; readonly label: string; readonly url: string }
  | { readonly kind: 'command'; readonly text: string };

export interface Entry {
  readonly mark: 'urgent' | 'warning' | 'resolved' | 'closed' | 'test';
  readonly heading: string;
  readonly lines: readonly string[];
  readonly link: Link | null;
}

/** A message in any channel's form. */
export interface Message {
  readonly title: string;
  readonly entries: readonly Entry[];
  readonly footer: string;
  /** What stands in place of entries that a channel has no room for. */
  readonly more: (left: number) => string;
}

export interface Voice {
  readonly language: Language;
  readonly timezone: string;
  /** The address of the console without a trailing slash; null where there is none. */
  readonly consoleUrl: string | null;
}

/** One message of all that is given; the title of a single alert is its own. */
export function messageOf(notifications: readonly Notification[], voice: Voice): Message {
  const phrases = PHRASES[voice.language];
  const urgentFirst = notifications.toSorted((a, b) => rank(a) - rank(b));
  const entries = urgentFirst.map((notification) => entryOf(notification, voice));
  const closed = notifications.filter(({ event }) => event === 'closed');
  const resolved = closed.filter(({ replaced }) => !replaced).length;
  const [only] = entries;
  const title =
    entries.length === 1 && only !== undefined
      ? only.heading
      : phrases.several(notifications.length - closed.length, resolved, closed.length - resolved);
  return {
    title,
    entries,
    footer: phrases.footer,
    more: (left) => phrases.more(left, 'rekindle alerts'),
  };
}

/** The message by which a channel is tried. */
export function testMessage(voice: Voice, now: Date): Message {
  const { test, footer, more } = PHRASES[voice.language];
  const lines = [test.sentence(momentIn(voice.timezone)(now))];
  return {
    title: test.title,
    entries: [{ mark: 'test', heading: test.title, lines, link: null }],
    footer,
    more: (left) => more(left, 'rekindle alerts'),
  };
}

function rank({ event, severity }: Notification): number {
  if (event === 'closed') return 2;
  return severity === 'urgent' ? 0 : 1;
}

function entryOf(notification: Notification, voice: Voice): Entry {
  const { event, kind, objectName, severity, sentence, nextStep, openedAt } = notification;
  const phrases = PHRASES[voice.language];
  const moment = momentIn(voice.timezone);
  const title = phrases.title(kind, objectName);
  const link = linkOf(notification, voice);
  if (event === 'closed') {
    const until = moment(notification.closedAt ?? openedAt);
    const was = notification.untold ? [sentence] : [];
    const lines = [...was, notification.recovery ?? '', phrases.openFor(moment(openedAt), until)];
    return notification.replaced
      ? { mark: 'closed', heading: phrases.closed(title), lines, link }
      : { mark: 'resolved', heading: phrases.resolved(title), lines, link };
  }
  const since = event === 'reminder' ? [phrases.openSince(moment(openedAt))] : [];
  return {
    mark: severity,
    heading: event === 'reminder' ? phrases.reminder(title) : title,
    lines: [sentence, phrases.whatToDo(nextStep), ...since],
    link,
  };
}

/** The page of the console, else the command that shows the same. */
export function linkOf(
  { objectKind, objectName, runId }: Pick<Notification, 'objectKind' | 'objectName' | 'runId'>,
  { language, consoleUrl }: Pick<Voice, 'language' | 'consoleUrl'>,
): Link {
  const phrases = PHRASES[language];
  const name = objectName ?? '';
  const places = {
    sync:
      runId === null
        ? { path: `/syncs/${encodeURIComponent(name)}`, command: `rekindle runs --sync ${name}` }
        : { path: `/runs/${runId}`, command: `rekindle runs show ${runId}` },
    destination: {
      path: `/destinations/${encodeURIComponent(name)}`,
      command: `rekindle destination test ${name}`,
    },
    erasures: { path: '/erasures', command: 'rekindle erasures --pending' },
  };
  const { path, command } = places[objectKind];
  return consoleUrl === null
    ? { kind: 'command', text: phrases.byCommand(command) }
    : { kind: 'url', label: phrases.look, url: `${consoleUrl}${path}` };
}
