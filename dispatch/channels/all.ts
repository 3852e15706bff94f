import type { Static, TObject } from 'typebox';
import { joinSettings } from '#runtime/settings.ts';
import type { Channel, ChannelContext } from './channel.ts';
import { inAppChannel } from './in-app/in-app.ts';

/** Every channel, a line each, in the order in which a step's messages are written. */
const channels = [inAppChannel] as const;

/** The settings of all channels, part of dispatch's. */
export const channelSettings = joinSettings(channels);

/** Creates every channel; each reads its own of all settings. */
export function createChannels(context: ChannelContext<Static<TObject<typeof channelSettings>>>): Channel[] {
  return channels.map(({ create }) => create(context));
}
