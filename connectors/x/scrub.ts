/** Most characters of a platform's text that go into a message. */
const MAX_LENGTH = 300;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/\S+/gi, '[address]'],
  [/\S+@\S+/g, '[e-mail]'],
  [/[0-9a-f]{32,}/gi, '[digest]'],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '[id]'],
  // Ids that are sent as they are look like any word; platforms quote what they repeat.
  [/"[^"]*"/g, '[value]'],
  [/\+?\d[\d\s()-]{6,}\d/g, '[number]'],
];

/**
 * A platform's text without what it may have echoed: secrets, addresses, e-mails, digests, ids,
 * quoted values and numbers as long as a phone's.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[secret]');
  for (const [pattern, instead] of PATTERNS) clean = clean.replace(pattern, instead);
  return clean.slice(0, MAX_LENGTH);
}
