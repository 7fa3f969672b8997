/** The words of others in an alert. A second wall: what they say should hold nothing secret at all. */

const LONGEST = 400;

/** What looks like an address, a digest, a key, a phone number, or an address with a query. */
const SECRETS: readonly RegExp[] = [
  /[^\s@<>"'(]+@[^\s@<>"')]+\.[^\s@<>"'),.]+/gu,
  /\b[0-9a-f]{32,}\b/giu,
  /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{28,}\b/giu,
  /\bEAA[A-Za-z0-9]{8,}\b/gu,
  /(?<![\w.-])(?:\+\d[\d() -]{7,}\d|0\d{1,4}-?\d{1,4}-?\d{3,4})(?![\w-])/gu,
  /(?<=https?:\/\/[^\s?]{1,200})\?\S+/gu,
];

/** One line of at most 400 characters, with `…` for what does not belong into an alert. */
export function quoted(text: string): string {
  const line = SECRETS.reduce((said, secret) => said.replaceAll(secret, '…'), text)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const letters = Array.from(line);
  return letters.length <= LONGEST ? line : `${letters.slice(0, LONGEST - 1).join('')}…`;
}
