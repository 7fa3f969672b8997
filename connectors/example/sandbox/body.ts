/** What the emulated Example Ads takes as the body of a request. */
import { z } from 'zod';
import { refuse } from './answers.ts';

/** SHA-256 of nothing: always the trace of a value that was lost on the way. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .refine((digest) => digest !== EMPTY);
const Person = z
  .strictObject({ emails: z.array(Digest), phones: z.array(Digest) })
  .refine(({ emails, phones }) => emails.length + phones.length >= 1)
  .refine(({ emails, phones }) => emails.length + phones.length <= 5);
// Strict, so that a field that the platform does not know is found here and not on the platform.
const MembersBody = z.strictObject({ people: z.array(Person).min(1).max(5000) });
export const ListBody = z.strictObject({
  name: z.string().min(1).max(80),
  note: z.string().max(200),
});

/** The people of a body: all of them are as they have to be, or the request is refused. */
export function peopleIn(
  body: unknown,
  refusedKeys: ReadonlySet<string>,
): z.infer<typeof Person>[] {
  const read = MembersBody.safeParse(body);
  const isRefused = ({ emails, phones }: z.infer<typeof Person>) =>
    [...emails, ...phones].some((key) => refusedKeys.has(key));
  const bad = read.success
    ? read.data.people.flatMap((person, row) => (isRefused(person) ? [row] : []))
    : read.error.issues.map(({ path: [, row] }) => row);
  const rows = [...new Set(bad)].filter((row) => typeof row === 'number');
  if (rows.length > 0) refuse('invalid_people', { rows });
  return read.success ? read.data.people : refuse('invalid_request');
}
