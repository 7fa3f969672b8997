/** Numbers that were typed to get past a form. */

const RUNS = new Set([
  '123456789',
  '1234567890',
  '0123456789',
  '12345678',
  '12345678901',
  '987654321',
  '9876543210',
]);

/** Eight zeros at the end: no network hands such a number to a person. */
export function endsInZeros(nationalNumber: string): boolean {
  return nationalNumber.endsWith('00000000');
}

/** 1111111111: junk unless it is a number of the country, as 888-888-8888 is in the United States. */
export function isOneDigit(nationalNumber: string): boolean {
  return /^(\d)\1+$/u.test(nationalNumber);
}

/** 1234567890: junk unless it is a number of the country, as 0123-45-6789 is in Japan. */
export function isRun(nationalNumber: string): boolean {
  return RUNS.has(nationalNumber);
}
