/** The last requests to the platforms, without what is secret in them. */
import { maskedAddress } from './mask.ts';
import type { FaultKind } from './fault.ts';

/** How many are kept. */
export const KEPT = 200;

export interface SeenRequest {
  /** The sandbox's time. */
  readonly at: string;
  /** Null for an address that no platform has. */
  readonly platform: string | null;
  readonly method: string;
  /** With its query; whatever may be secret or about a person is masked. */
  readonly path: string;
  /** Null while there is no answer, and where there never is one. */
  readonly status: number | null;
  /** Milliseconds until the end of the answer; null while there is none. */
  readonly ms: number | null;
  /** Bytes of the bodies. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The fault that befell it. */
  readonly fault: FaultKind | null;
}

export interface SeenRequests {
  /** Notes a request; the function it gives notes how it ended. */
  begin(
    request: Pick<SeenRequest, 'at' | 'platform' | 'method' | 'path' | 'bytesIn' | 'fault'>,
  ): (end: Pick<SeenRequest, 'status' | 'ms' | 'bytesOut'>) => void;
  /** The latest first. */
  latest(): readonly SeenRequest[];
}

/** @param secrets values that are masked wherever they stand in an address */
export function seenRequests(secrets: readonly string[]): SeenRequests {
  const ring: SeenRequest[] = [];
  return {
    begin(request) {
      const started: SeenRequest = {
        ...request,
        path: maskedAddress(request.path, secrets),
        status: null,
        ms: null,
        bytesOut: 0,
      };
      ring.push(started);
      if (ring.length > KEPT) ring.shift();
      return (end) => {
        const index = ring.indexOf(started);
        if (index !== -1) ring[index] = { ...started, ...end };
      };
    },
    latest: () => ring.toReversed(),
  };
}
