import type { Context } from 'hono';
import { echo, failed, mediaType, notFound } from './answers.ts';
import type { StoredAudience, XState } from './state.ts';
import { readUsersBody } from './users.ts';
import type { StoredOperation } from './users.ts';

/** What users requests need of the emulator. */
export interface UsersSurroundings {
  readonly state: XState;
  readonly now: () => Date;
  readonly refused: ReadonlySet<string>;
}

/**
 * Answers a users request: the change is made as a whole, or refused as a whole. The refusal of
 * operations is a list with a place for each of them; X's docs do not show its JSON (unconfirmed).
 *
 * @param done the answer to a change, after it was made
 */
export async function changeUsers(
  context: Context,
  list: StoredAudience | undefined,
  { state, now, refused }: UsersSurroundings,
  done: (users: number, operations: readonly StoredOperation[]) => Response,
): Promise<Response> {
  if (mediaType(context) !== 'application/json') return context.body(null, 415);
  if (list === undefined || list.deleted) return notFound(context);
  const bytes = new Uint8Array(await context.req.arrayBuffer());
  const body = readUsersBody(bytes, { kind: list.kind, now: now(), refused });
  if (body.ok) {
    state.change(list, body.operations);
    return done(body.users, body.operations);
  }
  return 'errors' in body
    ? failed(context, 400, body.errors)
    : context.json({ operation_errors: body.operationErrors, ...echo(context) }, 400);
}
