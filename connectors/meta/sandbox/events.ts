/** Every fact that the Meta emulator keeps in its journal. */
import { z } from 'zod';
import { StoredKeys } from '../../sandbox/population.ts';

const at = z.iso.datetime();

/** What an upload tells of its session, whichever edge it came in by. */
const upload = {
  at,
  audience: z.string(),
  source: z.string(),
  session: z.string(),
  schema: z.string(),
  seq: z.int().default(1),
  last: z.boolean(),
  received: z.int(),
  invalid: z.int().default(0),
  /** Keys: digests, and ids where the platform takes them plain. */
  digests: StoredKeys,
  /** Of those added, the advertiser's own ids. */
  externIds: z.array(z.string()).default([]),
};

export const EventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('audience-created'),
    at,
    id: z.string(),
    account: z.string(),
    name: z.string(),
    description: z.string(),
    flagged: z.boolean(),
    retentionDays: z.int().default(0),
  }),
  z.object({ type: z.literal('audience-deleted'), at, id: z.string() }),
  z.object({ type: z.literal('audience-renamed'), at, id: z.string(), name: z.string() }),
  z.object({ type: z.literal('audience-flagged'), at, id: z.string() }),
  z.object({ type: z.literal('key-refused'), at, key: z.string() }),
  z.object({ type: z.literal('users-changed'), operation: z.enum(['add', 'remove']), ...upload }),
  z.object({ type: z.literal('users-replaced'), ...upload }),
]);
export type MetaEvent = z.infer<typeof EventSchema>;
