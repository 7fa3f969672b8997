/** What can go wrong between Rekindle and a platform, as tests and people write it. */
import { z } from 'zod';
import { MISHAPS } from './emulator.ts';

/** Which requests it befalls: counted ones, one unless said otherwise, or a share of all. */
const aim = {
  platform: z.string().min(1),
  /** A part of the path; everything of the platform without one. */
  path: z.string().default(''),
  method: z.string().toUpperCase().optional(),
  times: z.int().positive().optional(),
  /** The share of requests, until calm. Which ones follows from `seed` and their order. */
  rate: z.number().positive().max(1).optional(),
  seed: z.union([z.string(), z.number()]).optional(),
};

const status = z.int().min(200).max(599);

const kinds = z.discriminatedUnion('kind', [
  /** A given answer; the request is not carried out. */
  z.strictObject({
    kind: z.literal('answer'),
    ...aim,
    status,
    body: z.string().default(''),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** The platform's own words for a mishap; the request is not carried out. */
  z.strictObject({ kind: z.literal('says'), ...aim, mishap: z.enum(MISHAPS) }),
  /** The request is carried out, then the connection is cut instead of an answer. */
  z.strictObject({ kind: z.literal('lose-answer'), ...aim }),
  /** The connection is reset; the request is not carried out. */
  z.strictObject({ kind: z.literal('reset'), ...aim }),
  /** No answer, until the client goes away or the server closes. */
  z.strictObject({ kind: z.literal('hang'), ...aim, carriedOut: z.boolean().default(true) }),
  /** A page, as something between the client and the platform shows it. */
  z.strictObject({
    kind: z.literal('html'),
    ...aim,
    status: status.default(502),
    carriedOut: z.boolean().default(false),
  }),
  /** The request is carried out; the answer says 200 and its JSON stops in the middle. */
  z.strictObject({ kind: z.literal('garbled'), ...aim }),
  /**
   * The request is carried out; the answer comes byte by byte, so that no socket is ever idle for
   * long and only a deadline ends it.
   */
  z.strictObject({
    kind: z.literal('drip'),
    ...aim,
    gapMs: z.int().positive().max(60_000).default(20),
  }),
]);

export const FaultSchema = kinds.superRefine(({ times, rate, seed }, context) => {
  if (times !== undefined && rate !== undefined) {
    context.addIssue({ code: 'custom', path: ['rate'], message: 'Give times or rate, not both' });
  }
  if (seed !== undefined && rate === undefined) {
    context.addIssue({ code: 'custom', path: ['seed'], message: 'A seed goes with a rate' });
  }
});

export const FAULT_KINDS = kinds.options.map(({ shape }) => shape.kind.value);

/** A fault as it is written. */
export type Fault = z.input<typeof FaultSchema>;
/** A fault with its defaults. */
export type ReadFault = z.output<typeof FaultSchema>;
export type FaultKind = Fault['kind'];
