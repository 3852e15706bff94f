import type { Snapshot } from '#contracts/socket-events.ts';
import type { Viewer } from '../rights.ts';
import type { Room } from './room.ts';

/** The room a page follows: that of its community, or one of its viewer's own. */
export interface PageRoom {
  /** As socket.io knows it. */
  name: string;
  room: Room;
  /** All that the viewer may see, and the sequence from which it follows. */
  snapshot(): Promise<Snapshot>;
}

/** Whether a viewer follows the whole community; everybody else has a room of their own. */
export function seesCommunity({ rights, community }: Viewer): boolean {
  return rights.may('see', 'Community', { id: community });
}
