/** A way by which people are told. */
import type { Message } from './message.ts';

/** What came of a message. Neither names an address, a password or a recipient. */
export type Sent =
  | {
      readonly ok: true;
      /** What a person should know of it all the same. */
      readonly note?: string;
    }
  | {
      readonly ok: false;
      readonly problem: string;
      /** How long the channel asks to be left alone. */
      readonly retryAfterMs?: number;
    };

export interface Channel {
  readonly name: 'webhook' | 'email';
  /** Never throws for what the other side does. */
  send(message: Message): Promise<Sent>;
}
