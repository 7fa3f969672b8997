/** Meta's requests that change who is on a list, and the one that tells what became of them. */
import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { ask } from './ask.ts';
import type { Table } from './table.ts';

const UploadSchema = z.object({
  session_id: z.coerce.string(),
  num_received: z.coerce.number(),
  num_invalid_entries: z.coerce.number(),
  invalid_entry_samples: z.unknown().optional(),
});
export type UploadAnswer = z.infer<typeof UploadSchema>;

interface Upload {
  readonly audienceId: string;
  readonly sessionId: number;
  readonly table: Table;
}

/**
 * Adds or removes rows as one session of one batch. Removal goes by POST with `method: DELETE`,
 * since the SDK's own DELETE puts every digest in the address and breaks at some 1,500 rows.
 */
export function sendRows(
  context: ConnectorContext,
  { audienceId, sessionId, table, operation }: Upload & { readonly operation: 'add' | 'remove' },
): Promise<UploadAnswer> {
  return ask(context, UploadSchema, {
    method: 'POST',
    path: [audienceId, 'users'],
    params: {
      ...(operation === 'remove' ? { method: 'DELETE' } : {}),
      payload: table,
      session: {
        session_id: sessionId,
        batch_seq: 1,
        last_batch_flag: true,
        estimated_num_total: table.data.length,
      },
    },
  });
}

/** Sends one part of a replacement; the first begins it, the one that is `last` ends it. */
export function sendPart(
  context: ConnectorContext,
  {
    audienceId,
    sessionId,
    table,
    part,
    last,
  }: Upload & { readonly part: number; readonly last: boolean },
): Promise<UploadAnswer> {
  return ask(context, UploadSchema, {
    method: 'POST',
    path: [audienceId, 'usersreplace'],
    params: {
      payload: table,
      session: { session_id: sessionId, batch_seq: part, last_batch_flag: last },
    },
  });
}

/** Every value is a string on the wire; -1 is no number. */
const SessionSchema = z.object({
  session_id: z.coerce.string(),
  num_received: z.coerce.number().default(-1),
  num_invalid_entries: z.coerce.number().default(-1),
});
export type UploadSession = z.infer<typeof SessionSchema>;

/** What Meta tells of an upload session; null where it knows none of this id. */
export async function readSession(
  context: ConnectorContext,
  audienceId: string,
  sessionId: number,
): Promise<UploadSession | null> {
  const { data } = await ask(context, z.object({ data: z.array(SessionSchema) }), {
    method: 'GET',
    path: [audienceId, 'sessions'],
    params: { session_id: sessionId, fields: Object.keys(SessionSchema.shape).join(',') },
  });
  return data.find(({ session_id }) => session_id === String(sessionId)) ?? null;
}
