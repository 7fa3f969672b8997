/** The files of the trial: made-up people by the thousand, the same at every time. */

/** How many lines come at once. */
const LINES = 2_000;

/** @param generation says who has the address, so that another one is a changed address */
export function customerLines(size: number, generation = 'first'): Iterable<string> {
  return inChunks('customer_id,email,phone,country,first_name,last_name', size, (n) => {
    // Each tenth shares the phone of the one before: a household.
    const phone = `+8190${String(n % 10 === 1 ? n - 1 : n).padStart(8, '1')}`;
    const email = n % 50 === 7 ? '' : `p-${n}-${generation}@example.jp`;
    return `c-${n},${email},${phone},${n % 20 === 0 ? 'DE' : 'JP'},Hana ${n},Sato`;
  });
}

/** One in ten has no address any more. */
export function lostLines(size: number): Iterable<string> {
  return inChunks('customer_id,email,phone', size / 10, (n) => `c-${n * 10 + 3},,`);
}

/** Two years of buying: everybody with an even number has bought, some often. */
export function purchaseLines(size: number): Iterable<string> {
  return inChunks('purchase_id,customer_id,purchased_at,amount,currency', size, (n) => {
    const customer = (n % 3 === 0 ? n * 7 : n * 2) % size;
    const at = new Date(Date.UTC(2024, 10, 22) + ((n * 7919) % 729) * 86_400_000 + n);
    return `o-${n},c-${customer},${at.toISOString()},${1000 + (n % 90) * 100},JPY`;
  });
}

/** One in forty buys within the hour. */
export function laterPurchaseLines(size: number, from: Date): Iterable<string> {
  const at = new Date(from.getTime() + 3_600_000).toISOString();
  return inChunks('purchase_id,customer_id,purchased_at,amount,currency', size / 40, (n) => {
    return `late-${n},c-${n * 40 + 5},${at},2500,JPY`;
  });
}

/** One in three has said something, and one in thirty no. */
export function consentLines(size: number): Iterable<string> {
  return inChunks(
    'customer_id,ad_user_data,ad_personalization,at,source',
    Math.floor(size / 3),
    (n) => {
      const said = n % 10 === 4 ? 'denied' : 'granted';
      return `c-${n * 3},${said},${said},2026-0${1 + (n % 9)}-11T00:00:00Z,form`;
    },
  );
}

/** People, addresses and a domain. */
export function suppressionLines(size: number): Iterable<string> {
  return inChunks('kind,value,reason', Math.ceil(size / 500), (n) => {
    if (n === 0) return 'domain,nobody.example,asked';
    return n % 2 === 0
      ? `customer,c-${(n * 31) % size},asked`
      : `email,p-${(n * 37) % size}-first@example.jp,asked`;
  });
}

function* inChunks(header: string, size: number, line: (n: number) => string): Iterable<string> {
  yield `${header}\n`;
  for (let from = 0; from < size; from += LINES) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(size, from + LINES); n += 1) lines.push(`${line(n)}\n`);
    yield lines.join('');
  }
}
