import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { Channel } from './channel.ts';
import { inAppSettings } from './in-app/config.ts';
import { createInAppChannel } from './in-app/in-app.ts';

/** The settings of all channels, part of dispatch's. */
export const channelSettings = { ...inAppSettings };
const Settings = Type.Object(channelSettings);
/** Their values. */
export type ChannelSettings = Static<typeof Settings>;

/** Every channel, in the order in which a step's messages are written. */
export function createChannels(settings: ChannelSettings): Channel[] {
  return [createInAppChannel(settings)];
}
