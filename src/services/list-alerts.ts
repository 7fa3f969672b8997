/** Alerts that are open, the latest that are over, and how the channels stand. */
import { findAlerts, findChannels, linkOf } from '../alert/index.ts';
import type { Alert, ChannelState, Link } from '../alert/index.ts';
import { alertChannels, alertVoice } from './alert-channels.ts';
import type { AlertSurroundings } from './alert-channels.ts';
import type { ServiceContext } from './context.ts';

export type { Language } from '../alert/index.ts';

export interface ListedAlert extends Alert {
  readonly link: Link;
}

export interface ListedChannel extends ChannelState {
  /** Whether it is set now; one that is not tells nothing. */
  readonly configured: boolean;
}

export interface AlertList {
  readonly open: readonly ListedAlert[];
  readonly closed: readonly ListedAlert[];
  readonly channels: readonly ListedChannel[];
}

/** @param input.closed how many of those that are over */
export async function listAlerts(
  context: ServiceContext,
  input: { readonly settings: AlertSurroundings; readonly closed: number },
): Promise<AlertList> {
  const { open, closed } = await findAlerts(context.db, { closed: input.closed });
  const known = await findChannels(context.db);
  const set = alertChannels(input.settings).map(({ name }): string => name);
  const voice = alertVoice(context, input.settings);
  const linked = (alert: Alert): ListedAlert => ({ ...alert, link: linkOf(alert, voice) });
  return {
    open: open.map(linked),
    closed: closed.map(linked),
    channels: [
      ...known.map((state) => ({ ...state, configured: set.includes(state.channel) })),
      ...set
        .filter((channel) => known.every((state) => state.channel !== channel))
        .map((channel) => ({ ...UNUSED, channel, configured: true })),
    ],
  };
}

const UNUSED = { failures: 0, problem: null, retryAt: null, waiting: 0, toldAt: null };
