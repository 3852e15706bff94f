import type { LiveUpdate, Snapshot } from '#contracts/socket-events.ts';
import type { Viewer } from '../identity/rights.ts';

type WithoutStamp<U> = U extends LiveUpdate ? Omit<U, 'sequence' | 'now'> : never;

/** What changed, before its room gives it a sequence. */
export type LiveChange = WithoutStamp<LiveUpdate>;

/** The live room of one community: numbers its updates and keeps the last of them. */
export interface Room {
  readonly community: string;
  /** Sequence of the newest update. */
  readonly sequence: number;
  /** Numbers a change, keeps it and sends it to every page in the room. */
  publish(change: LiveChange): void;
  /** Updates after a sequence; undefined where they are not all kept, or it is of another start. */
  after(sequence: number): LiveUpdate[] | undefined;
}

/** What a room keeps for pages that come back; beyond either limit its oldest updates go. */
export interface RoomLimits {
  maxUpdates: number;
  /** Characters of JSON. */
  maxSize: number;
}

export const roomLimits: RoomLimits = { maxUpdates: 1000, maxSize: 4_194_304 };

/**
 * Where the sequences of a start begin: above all that an earlier start can have reached, as long as it
 * published less than 1,024 updates a millisecond. A page of an earlier start so gets a snapshot.
 */
export function firstSequence(startedAt: number): number {
  return startedAt * 1024;
}

/** Creates the room of a community. */
export function createRoom(options: {
  community: string;
  firstSequence: number;
  now: () => number;
  send: (update: LiveUpdate) => void;
  limits?: RoomLimits;
}): Room {
  const limits = options.limits ?? roomLimits;
  const kept: { update: LiveUpdate; size: number }[] = [];
  let size = 0;
  let sequence = options.firstSequence;

  return {
    community: options.community,
    get sequence() {
      return sequence;
    },
    publish: (change) => {
      sequence++;
      const update: LiveUpdate = { sequence, now: options.now(), ...change };
      options.send(update);
      const entry = { update, size: JSON.stringify(update).length };
      kept.push(entry);
      size += entry.size;
      while (kept.length > limits.maxUpdates || size > limits.maxSize) size -= kept.shift()?.size ?? 0;
    },
    after: (from) => {
      const oldest = kept[0]?.update.sequence ?? sequence + 1;
      if (from > sequence || from < oldest - 1) return undefined;
      return kept.slice(from - oldest + 1).map(({ update }) => update);
    },
  };
}

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
