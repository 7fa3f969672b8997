/** A message as an e-mail: a subject and plain text, which every reader shows. */
import type { Entry, Message } from './message.ts';

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** Entries of one letter. */
const ENTRIES = 200;

export function letterOf(message: Message): Letter {
  const shown = message.entries.slice(0, ENTRIES);
  const left = message.entries.length - shown.length;
  const isOne = message.entries.length === 1;
  const paragraphs = [
    ...shown.map((entry) => paragraph(entry, !isOne)),
    ...(left > 0 ? [message.more(left)] : []),
    `-- \n${message.footer}`,
  ];
  return { subject: `[Rekindle] ${message.title}`, text: `${paragraphs.join('\n\n')}\n` };
}

function paragraph({ heading, lines, link }: Entry, withHeading: boolean): string {
  const said = withHeading ? [`■ ${heading}`, ...lines] : lines;
  if (link === null) return said.join('\n');
  return [...said, link.kind === 'url' ? `${link.label}: ${link.url}` : link.text].join('\n');
}
