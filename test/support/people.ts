/** Customers of a test, written into the database the way an import does, and their digests. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ServiceContext } from '../../src/services/context.ts';
import { importCustomers } from '../../src/services/import-customers.ts';

export interface TestPerson {
  readonly id: string;
  readonly email?: string;
  readonly phone?: string;
  readonly country?: string;
}

/** Imports people as NDJSON; a field left out is cleared. */
export async function bring(context: ServiceContext, people: readonly TestPerson[]): Promise<void> {
  const lines = people.map(({ id, email, phone, country }) =>
    JSON.stringify({
      customer_id: id,
      email: email ?? '',
      phone: phone ?? '',
      country: country ?? 'JP',
    }),
  );
  await importCustomers(context, Readable.from([`${lines.join('\n')}\n`]), {
    file: 'test',
    format: 'ndjson',
    encoding: 'utf-8',
    columns: {},
    timezone: 'UTC',
  });
}

/** Clean values alone: lowercase addresses outside gmail, phones in E.164. */
export function digestsOf(person: TestPerson, platform: string): string[] {
  const phone = platform === 'meta' ? person.phone?.slice(1) : person.phone;
  return [person.email, phone].filter((value) => value !== undefined).map(sha256);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Sorted, each once, as emulators list members. */
export function digestSet(people: readonly TestPerson[], platform: string): string[] {
  return [...new Set(people.flatMap((person) => digestsOf(person, platform)))].sort();
}
