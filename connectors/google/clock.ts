/** How far this machine's clock is from Google's, by the `Date` header of its last answer. */
import type { ConnectorContext } from '../connector.ts';

interface Slot {
  skewMs: number | undefined;
}

/** Keeps the time that an answer states (RFC 9110, section 6.6.1); anything else is passed over. */
export function noteDate(context: ConnectorContext, header: string | null): void {
  const stated = Date.parse(header ?? '');
  if (!Number.isNaN(stated)) slotOf(context).skewMs = context.now().getTime() - stated;
}

/** Milliseconds that this machine is ahead of Google; undefined where no answer has told. */
export function clockSkewMs(context: ConnectorContext): number | undefined {
  return slotOf(context).skewMs;
}

function slotOf(context: ConnectorContext): Slot {
  return context.memo<Slot>('google.clock', () => ({ skewMs: undefined }));
}
