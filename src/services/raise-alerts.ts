/** Looks for what needs a person, and tells it. */
import { look, tell } from '../alert/index.ts';
import type { Looked, Told } from '../alert/index.ts';
import { SIDE_TRIGGERS } from '../sync/index.ts';
import { alertChannels, alertVoice } from './alert-channels.ts';
import type { AlertSurroundings } from './alert-channels.ts';
import type { ServiceContext } from './context.ts';

export interface RaisedAlerts extends Looked {
  /** What each channel told at this time. */
  readonly told: readonly Told[];
}

/**
 * Opens an alert for every cause that is there and closes those whose cause is gone, then tells
 * what is due by each channel. Harmless to call again, and by several processes at once: an alert
 * is opened once, and a channel told by one process at a time. A channel that is down is tried
 * again at later calls. Where a look of another process does not end, what is due is told all the same.
 */
export async function raiseAlerts(
  context: ServiceContext,
  input: {
    readonly settings: AlertSurroundings;
  },
): Promise<RaisedAlerts> {
  const { db, timezone, surroundings, log } = context;
  const channels = alertChannels(input.settings);
  const looked = await look(db, {
    language: input.settings.language,
    timezone,
    channels: channels.map(({ name }) => name),
    sideTriggers: SIDE_TRIGGERS,
    now: surroundings.clock.now(),
  });
  const voice = alertVoice(context, input.settings);
  const turns = await Promise.allSettled(
    channels.map((channel) => tell(channel, voice, { db, clock: surroundings.clock })),
  );
  const told = turns.flatMap((turn) => (turn.status === 'fulfilled' ? [turn.value] : []));
  for (const { channel, problem } of told) {
    if (problem !== null) log.warn({ channel, problem }, 'alerts could not be told');
  }
  // What one channel runs into is thrown when the others have told theirs.
  for (const turn of turns) if (turn.status === 'rejected') throw turn.reason;
  return { ...looked, told };
}
