/** Request addresses as they may be kept: without what is secret or about a person. */

const MASK = '***';

/** Digests, tokens and signatures are long; no part of a platform's own routes is. */
const LONG = /[\w+/=-]{32,}/;
/** E-mails, and phones as they are written with a plus. */
const PERSONAL = /@|\+\d{6,}/;
const PLAIN_NAME = /^[\w.[\]-]{1,40}$/;

/**
 * A path with its query as it may be kept and shown: every value of the query masked, and every
 * part of the path that is long, looks like a contact detail, or holds one of `secrets`.
 *
 * @param address as it came, encoded: `/a/b?c=d`
 */
export function maskedAddress(address: string, secrets: readonly string[]): string {
  const end = address.indexOf('?');
  const path = end === -1 ? address : address.slice(0, end);
  const query = end === -1 ? '' : address.slice(end + 1);
  const isPrivate = (text: string): boolean => {
    const plain = decoded(text);
    return (
      LONG.test(plain) ||
      PERSONAL.test(plain) ||
      secrets.some((secret) => secret !== '' && plain.includes(secret))
    );
  };
  const shown = path
    .split('/')
    .map((part) => (isPrivate(part) ? MASK : part))
    .join('/');
  if (query === '') return shown;
  const parameters = query.split('&').map((pair) => {
    const name = pair.split('=', 1)[0] ?? '';
    return `${PLAIN_NAME.test(name) && !isPrivate(name) ? name : MASK}=${MASK}`;
  });
  return `${shown}?${parameters.join('&')}`;
}

/** Decoded as often as it was encoded, within reason; what cannot be decoded stays as it is. */
function decoded(text: string): string {
  let plain = text;
  for (let round = 0; round < 3; round += 1) {
    try {
      plain = decodeURIComponent(plain);
    } catch {
      return plain;
    }
  }
  return plain;
}
