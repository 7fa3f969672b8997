/** Alerts: what needs a person, told once by each channel, and once when it is over. */
export type { AlertKind, Severity } from './cause.ts';
export type { Channel, Sent } from './channel.ts';
export { letterOf } from './letter.ts';
export type { Letter } from './letter.ts';
export { look } from './look.ts';
export type { Looked } from './look.ts';
export { linkOf, testMessage } from './message.ts';
export type { Link, Message, Voice } from './message.ts';
export type { Language } from './phrases/index.ts';
export { findAlerts, findChannels, forgiveChannel } from './read-alerts.ts';
export type { Alert, ChannelState } from './read-alerts.ts';
export { ALERT_SETTING, AlertSettings } from './settings.ts';
export { slackPayload } from './slack.ts';
export type { SlackPayload } from './slack.ts';
export { tell } from './tell.ts';
export type { Told } from './tell.ts';
