/** How the Meta emulator reads the payload and session of an upload, as strictly as documented. */
import { z } from 'zod';
import { refusal } from './answers.ts';
import { readRows, readSchema } from './rows.ts';
import type { TakenRow } from './rows.ts';
import type { MetaState, SandboxAudience } from './state.ts';

const MAX_ROWS = 10_000;
const MAX_SAMPLES = 100;

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

/** Strict, so that a misspelt field is found here and not ignored. */
const UploadSchema = z.object({
  payload: orText(
    z.strictObject({
      schema: z.union([z.string(), z.array(z.string()).min(1)]),
      // That a request without rows is refused is not documented; nobody has a reason to send one.
      data: z.array(z.union([z.string(), z.array(Cell)])).min(1),
      is_raw: z.boolean().optional(),
    }),
  ),
  session: orText(
    z.strictObject({
      session_id: z
        .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,18}$/)])
        .transform(String),
      batch_seq: z.int().positive(),
      last_batch_flag: z.boolean(),
      estimated_num_total: z.int().positive().optional(),
    }),
  ).optional(),
});
export type SentSession = NonNullable<z.infer<typeof UploadSchema>['session']>;

export interface Upload {
  readonly schema: readonly string[];
  readonly source: string;
  readonly rows: readonly TakenRow[];
  readonly session: SentSession | undefined;
  readonly invalid: number;
  readonly samples: Readonly<Record<string, string>>;
}

/**
 * Reads what an upload brings; its session is for the caller to judge.
 *
 * @throws GraphRefusal for what the platform refuses as a whole.
 */
export function readUpload(
  params: unknown,
  at: {
    readonly state: MetaState;
    readonly audience: SandboxAudience;
    readonly removes: boolean;
    /** The numbers of US states that limited data use knows. */
    readonly states: readonly number[];
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
  const { taken, invalid } = readRows(
    payload.data.map((row) => [row].flat()),
    schema,
    { refused: at.state.refusedKeys, states: at.states },
  );
  return {
    schema,
    source,
    rows: taken,
    session,
    invalid: invalid.length,
    // A map of strings is documented, what its keys are is not: here, the position of the sample.
    samples: Object.fromEntries(invalid.slice(0, MAX_SAMPLES).map((value, at) => [at, value])),
  };
}
