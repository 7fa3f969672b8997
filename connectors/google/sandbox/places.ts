/** Which regions and postal codes the sandbox takes. Google publishes neither of its rules. */

/** Unicode names these too; ISO 3166-1 has reserved them or leaves them to users. */
const NOT_ASSIGNED = 'AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ'.split(' ');

const NAMES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/**
 * Whether a code is assigned in ISO 3166-1: Unicode names it and gives no other for it, as it does
 * for those that were withdrawn (AN, SU). Whether Google takes XK is unconfirmed; here it does not.
 */
export function isRegion(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || NOT_ASSIGNED.includes(code)) return false;
  return NAMES.of(code) !== undefined && new Intl.Locale(`und-${code}`).region === code;
}

/** Groups of letters and digits with one space or hyphen between; letters alone in Bermuda only. */
export function isPostalCode(code: string, region: string): boolean {
  if (code.length > 20) return false;
  const groups = code.split(/[ -]/);
  if (!groups.every((group) => /^[\dA-Za-z]+$/.test(group))) return false;
  if (groups.some((group) => /\d/.test(group))) return true;
  return region === 'BM' && !code.includes('-') && groups.join('').length === 4;
}
