/**
 * A message as a Slack incoming webhook takes it: `text` for notifications and for receivers that
 * know no blocks, and `blocks` of Block Kit. Limits as Slack documents them: 150 characters in a
 * header, 3,000 in the text of a section, 50 blocks.
 */
import type { Entry, Message } from './message.ts';

export interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackText }
  | { readonly type: 'section'; readonly text: SlackText }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] };

export interface SlackPayload {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

const HEADER = 150;
const SECTION = 3_000;
/** Entries of one message; with header and context far below 50 blocks, and readable. */
const ENTRIES = 20;
/** Characters of one entry in `text`, of which Slack takes 40,000 in all. */
const PLAIN = 1_200;
/** Room for a link behind the text of a section. */
const LINK = 600;

const MARKS: Readonly<Record<Entry['mark'], string>> = {
  urgent: ':red_circle:',
  warning: ':large_orange_circle:',
  resolved: ':large_green_circle:',
  closed: ':white_circle:',
  test: ':white_circle:',
};

export function slackPayload(message: Message): SlackPayload {
  const shown = message.entries.slice(0, ENTRIES);
  const left = message.entries.length - shown.length;
  const isOne = message.entries.length === 1;
  const notes = [...(left > 0 ? [message.more(left)] : []), message.footer];
  return {
    text: text(message, shown, left),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: cut(`Rekindle: ${message.title}`, HEADER) },
      },
      ...shown.map((entry): SlackBlock => ({
        type: 'section',
        text: { type: 'mrkdwn', text: section(entry, !isOne) },
      })),
      {
        type: 'context',
        elements: notes.map((note) => ({ type: 'mrkdwn', text: escaped(note) })),
      },
    ],
  };
}

/** The whole message, for notifications and for whoever shows no blocks. */
function text(message: Message, shown: readonly Entry[], left: number): string {
  const isOne = message.entries.length === 1;
  const said = shown.map(({ heading, lines, link }) => {
    const all = [...(isOne ? [] : [`• ${heading}`]), ...lines].map((line) => escaped(line));
    return [cut(all.join('\n'), PLAIN), ...links(link)].join('\n');
  });
  const more = left > 0 ? [escaped(message.more(left))] : [];
  return [`Rekindle: ${escaped(message.title)}`, ...said, ...more].join('\n');
}

function section(entry: Entry, withHeading: boolean): string {
  const { mark, heading, lines, link } = entry;
  const said = lines.map((line) => escaped(line));
  const body = withHeading
    ? [`${MARKS[mark]} *${escaped(heading)}*`, ...said]
    : [`${MARKS[mark]} ${said[0] ?? ''}`, ...said.slice(1)];
  return [cut(body.join('\n'), SECTION - LINK), ...links(link)].join('\n');
}

function links(link: Entry['link']): string[] {
  if (link === null) return [];
  if (link.kind === 'command') return [escaped(link.text)];
  return [`<${link.url}|${escaped(link.label)}>`];
}

/** Slack docs, formatting text: these three alone are to be escaped. */
function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(value: string, most: number): string {
  return value.length <= most ? value : `${value.slice(0, most - 1)}…`;
}
