/** The words of others in an alert. A second wall: what they say should hold nothing secret at all. */

const LONGEST = 400;

/** What looks like an address, a digest, a key, a phone number, a webhook, or a URL with a query. */
const SECRETS: readonly RegExp[] = [
  /https?:\/\/\S*hook\S*/giu,
  /(?<=\bbearer )\S+/giu,
  /(?<=(?:token|secret|password|key)=)["']?[^\s"'&,]+/giu,
  /[^\s@<>"'(]+@[^\s@<>"')]+\.[^\s@<>"'),.]+/gu,
  /\b[0-9a-f]{32,}\b/giu,
  // A SHA-256 digest in base64.
  /(?<![\w+/-])[\w+/-]{43}=/gu,
  /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{28,}\b/giu,
  /\bEAA[A-Za-z0-9]{8,}\b/gu,
  // Phones: +81 …, 090-…, 81-90-…, (415) 555-2671, and digits alone; ids of platforms are longer.
  /(?<![\w.-])(?:\+\d[\d() -]{7,}\d|0\d{1,4}[- ]?\d{1,4}[- ]?\d{3,4})(?![\w-])/gu,
  /(?<![\w.-])\d{1,3}[- ]\d{1,4}[- ]\d{3,4}[- ]\d{3,4}(?![\w-])/gu,
  /(?<![\w.-])\(?\d{3}\)?[-. ]?\d{3}[-. ]\d{4}(?![\w-])/gu,
  /(?<![\w.-])\d{10,14}(?![\w-])/gu,
  /(?<=https?:\/\/[^\s?]{1,200})\?\S+/gu,
];

/** One line of at most 400 characters, with `…` for what does not belong into an alert. */
export function quoted(text: string): string {
  const line = SECRETS.reduce(cut, text).replaceAll(/\s+/gu, ' ').trim();
  const letters = Array.from(line);
  return letters.length <= LONGEST ? line : `${letters.slice(0, LONGEST - 1).join('')}…`;
}

/** Full-width letters and digits are found as what they stand for, and the rest stays as it is. */
function cut(text: string, secret: RegExp): string {
  let kept = '';
  let from = 0;
  for (const { index, 0: found } of narrow(text).matchAll(secret)) {
    kept += `${text.slice(from, index)}…`;
    from = index + found.length;
  }
  return kept + text.slice(from);
}

/** As long as the text that it is given. */
function narrow(text: string): string {
  return text
    .replaceAll(/[\uff01-\uff5e]/gu, (wide) => String.fromCodePoint(wide.charCodeAt(0) - 0xfee0))
    .replaceAll(/[\u2010-\u2015\u2212]|(?<=\d)ー(?=\d)/gu, '-')
    .replaceAll('\u3000', ' ');
}
