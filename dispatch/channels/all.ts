import type { Channel, ChannelName } from './channel.ts';
import { createInAppChannel } from './in-app/in-app.ts';

/** Every channel by its name. */
export function createChannels(): Record<ChannelName, Channel> {
  return { 'in-app': createInAppChannel() };
}
