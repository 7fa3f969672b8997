/** Tries the channels of alerts with a message that says it is a test. */
import { forgiveChannel, testMessage } from '../alert/index.ts';
import { alertChannels, alertVoice } from './alert-channels.ts';
import type { AlertSurroundings } from './alert-channels.ts';
import type { ServiceContext } from './context.ts';

/** What came of the message on one channel. */
export interface TestedChannel {
  readonly channel: string;
  readonly ok: boolean;
  /** Why it did not go out, or what a person should know of it all the same. */
  readonly detail: string | null;
}

/** Sends at once by every channel that is set; what works again is used again at once. */
export async function testAlerts(
  context: ServiceContext,
  input: { readonly settings: AlertSurroundings },
): Promise<TestedChannel[]> {
  const message = testMessage(
    alertVoice(context, input.settings),
    context.surroundings.clock.now(),
  );
  return Promise.all(
    alertChannels(input.settings).map(async (channel): Promise<TestedChannel> => {
      const sent = await channel.send(message);
      if (!sent.ok) return { channel: channel.name, ok: false, detail: sent.problem };
      await forgiveChannel(context.db, channel.name);
      return { channel: channel.name, ok: true, detail: sent.note ?? null };
    }),
  );
}
