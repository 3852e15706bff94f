import type { Static, TObject } from 'typebox';
import type { Channel, ChannelContext } from './channel.ts';
import { inAppChannel } from './in-app/in-app.ts';

/** Every channel, a line each, in the order in which a step's messages are written. */
const channels = [inAppChannel] as const;

type All<Part> = (Part extends unknown ? (part: Part) => void : never) extends (all: infer Whole) => void
  ? Whole
  : never;
type Settings = All<(typeof channels)[number]['settings']>;

/** The settings of all channels, part of dispatch's. */
export const channelSettings = Object.assign({}, ...channels.map(({ settings }) => settings)) as Settings;

/** Creates every channel; each reads its own of all settings. */
export function createChannels(context: ChannelContext<Static<TObject<Settings>>>): Channel[] {
  return channels.map(({ create }) => create(context));
}
