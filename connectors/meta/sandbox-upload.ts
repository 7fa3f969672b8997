/** How the Meta emulator reads the payload and session of an upload, as strictly as documented. */
import { z } from 'zod';
import { refusal } from './sandbox-answers.ts';
import { readRows, readSchema } from './sandbox-rows.ts';
import type { TakenRow } from './sandbox-rows.ts';
import type { MetaState, SandboxAudience } from './sandbox-state.ts';

const MAX_ROWS = 10_000;
const MAX_SAMPLES = 100;
/** A session ends by itself this long after its first batch; later batches are discarded. */
const SESSION_MS = 90 * 60 * 1000;

/** Documented clients send JSON; a form carries the same as JSON in a string. */
const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
const orText = <T extends z.ZodType>(schema: T) => z.union([schema, jsonText.pipe(schema)]);

/** Text, and for limited data use lists and numbers. */
const Cell = z.union([z.string(), z.number(), z.array(z.string())]);

const UploadSchema = z.object({
  payload: orText(
    z.object({
      schema: z.union([z.string(), z.array(z.string()).min(1)]),
      data: z.array(z.union([z.string(), z.array(Cell)])),
      is_raw: z.boolean().optional(),
    }),
  ),
  session: orText(
    z.object({
      session_id: z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,18}$/)]),
      batch_seq: z.int().positive(),
      last_batch_flag: z.boolean(),
      estimated_num_total: z.int().optional(),
    }),
  ).optional(),
});

export interface Upload {
  readonly schema: readonly string[];
  readonly source: string;
  readonly rows: readonly TakenRow[];
  readonly session: { readonly id: string; readonly last: boolean };
  readonly invalid: number;
  readonly samples: Readonly<Record<string, string>>;
  /** How many rows arrived, good and bad; none where the session had ended by itself. */
  readonly received: number;
}

/** Reads an upload. @throws GraphRefusal for what the platform refuses as a whole. */
export function readUpload(
  params: unknown,
  at: {
    readonly state: MetaState;
    readonly audience: SandboxAudience;
    readonly now: Date;
    readonly removes: boolean;
  },
): Upload {
  const parsed = UploadSchema.safeParse(params);
  if (!parsed.success) {
    throw refusal.parameter(`Invalid ${String(parsed.error.issues[0]?.path[0] ?? 'payload')}`);
  }
  const { payload, session } = parsed.data;
  const schema = readSchema(payload.schema, at.removes);
  const source = typeof payload.schema === 'string' ? 'HASHES_OR_USER_IDS' : 'MULTI_HASHES';
  const locked = at.audience.source;
  if (locked !== undefined && locked !== source) throw refusal.otherSource(locked, source);
  if (payload.data.length > MAX_ROWS) throw refusal.tooManyRows();
  const rows = readRows(
    payload.data.map((row) => [row].flat()),
    schema,
  );
  const opened = openSession(session, { ...at, schema: schema.join(',') });
  const { taken, invalid } = opened.discarded ? { taken: [], invalid: [] } : rows;
  return {
    schema,
    source,
    rows: taken,
    session: opened,
    invalid: invalid.length,
    // A map of strings is documented, what its keys are is not: here, the position of the sample.
    samples: Object.fromEntries(invalid.slice(0, MAX_SAMPLES).map((value, at) => [at, value])),
    received: taken.length + invalid.length,
  };
}

function openSession(
  session: z.infer<typeof UploadSchema>['session'],
  at: {
    readonly state: MetaState;
    readonly audience: SandboxAudience;
    readonly now: Date;
    readonly schema: string;
  },
): { id: string; last: boolean; discarded: boolean } {
  if (session === undefined) {
    return { id: `${9000000000000 + at.state.sessions.size}`, last: true, discarded: false };
  }
  const id = String(session.session_id);
  const known = at.state.sessions.get(id);
  if (known === undefined) {
    if (session.batch_seq !== 1) throw refusal.parameter('batch_seq must start from 1');
    return { id, last: session.last_batch_flag, discarded: false };
  }
  if (known.audience !== at.audience.id) {
    throw refusal.parameter('session_id belongs to another audience of this ad account');
  }
  if (known.schema !== at.schema) throw refusal.parameter('The schema changed within a session');
  // What a finished session says to a batch sent again is not documented for `users`: it is taken,
  // and counted once more, unless its 90 minutes are over.
  const over = at.now.getTime() - known.startedAt.getTime() > SESSION_MS;
  return { id, last: session.last_batch_flag, discarded: over };
}
