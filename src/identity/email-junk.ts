/**
 * Addresses that were typed to get past a form. The list is short on purpose: only what is nobody's
 * for certain. test@gmail.com or testing@testing.com may be somebody's, and match nobody if not.
 */
const NOBODY = new Set([
  'donotreply',
  'do-not-reply',
  'do_not_reply',
  'na',
  'n/a',
  'no-email',
  'no-mail',
  'no-reply',
  'no.email',
  'no.reply',
  'no_email',
  'no_mail',
  'no_reply',
  'noemail',
  'nomail',
  'noreply',
  'none',
  'notprovided',
  'null',
  'undefined',
  'unknown',
]);

/** Mailboxes that are nobody's where the domain says the same: none@none.com, test@test.co.jp. */
const NOBODY_AT_ITSELF = /^(?:(test|dummy|none|null|na|aaa*|xxx*|asdf|qwerty))@\1\./u;

/** @param address normalised. */
export function isNobody(address: string): boolean {
  const at = address.indexOf('@');
  const first = address.charCodeAt(0);
  // Cheap before sure: all entries of both lists begin with one of these letters.
  if (!FIRST_LETTERS.has(first)) return address.endsWith('.invalid');
  return (
    NOBODY.has(address.slice(0, at)) ||
    NOBODY_AT_ITSELF.test(address) ||
    address.endsWith('.invalid')
  );
}

const FIRST_LETTERS: ReadonlySet<number> = new Set(
  Array.from('adnqtux', (letter) => letter.charCodeAt(0)),
);
