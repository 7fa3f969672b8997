/** The faults that wait for requests to befall. */
import { FaultSchema } from './fault.ts';
import type { ReadFault } from './fault.ts';
import { shareOf } from './share.ts';

/** A fault and how often it struck; `times` is what is left of it. */
export type WaitingFault = ReadFault & { readonly struck: number };

export interface Faults {
  /** @throws ZodError where it is none, or goes to a platform that is not served. */
  add(fault: unknown): ReadFault;
  /** The first that befalls this request, counted against it. */
  take(request: { platform: string; method: string; path: string }): ReadFault | undefined;
  /** In the order in which they were added. */
  waiting(): readonly WaitingFault[];
  calm(): void;
}

interface Entry {
  readonly fault: ReadFault;
  seen: number;
  struck: number;
}

/** @param platforms those that are served */
export function faultsFor(platforms: readonly string[]): Faults {
  const entries: Entry[] = [];
  const schema = FaultSchema.refine(({ platform }) => platforms.includes(platform), {
    path: ['platform'],
    message: `Platforms served here: ${platforms.join(', ')}`,
  });
  return {
    add(written) {
      const fault = schema.parse(written);
      entries.push({ fault, seen: 0, struck: 0 });
      return fault;
    },
    take(request) {
      const entry = entries.find((candidate) => aimsAt(candidate, request) && strikes(candidate));
      if (entry === undefined) return undefined;
      entry.struck += 1;
      if (left(entry) === 0) entries.splice(entries.indexOf(entry), 1);
      return entry.fault;
    },
    waiting: () =>
      entries.map((entry) => ({
        ...entry.fault,
        ...(entry.fault.rate === undefined ? { times: left(entry) } : {}),
        struck: entry.struck,
      })),
    calm() {
      entries.length = 0;
    },
  };
}

function aimsAt(
  { fault }: Entry,
  request: { platform: string; method: string; path: string },
): boolean {
  return (
    fault.platform === request.platform &&
    request.path.includes(fault.path) &&
    (fault.method === undefined || fault.method === request.method)
  );
}

/** Draws for a share of requests; the same seed draws the same for the same number of requests. */
function strikes(entry: Entry): boolean {
  const { rate, seed = '', kind, path, method = '' } = entry.fault;
  if (rate === undefined) return true;
  entry.seen += 1;
  // Faults of one seed that differ otherwise do not strike together.
  return shareOf(seed, kind, path, method, entry.seen) < rate;
}

function left({ fault, struck }: Entry): number {
  return fault.rate === undefined ? (fault.times ?? 1) - struck : Number.POSITIVE_INFINITY;
}
