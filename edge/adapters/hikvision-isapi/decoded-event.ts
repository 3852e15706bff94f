import type { Observation } from '../adapter.ts';
import type { DoorMemory } from './door-memory.ts';
import type { RepeatedPosts } from './repeated-posts.ts';

/** What a message says. */
export interface DecodedEvent {
  observations: Observation[];
  /** Doors that were heard and have nothing else to say. */
  seenDevices: string[];
  counts: string[];
  /** Remembers what the message changed, once it is on disk. */
  commit(): void;
}

/** What decoding needs besides the event. */
export interface DecodingContext {
  /** Gateway time, epoch ms. */
  now: number;
  doors: DoorMemory;
  posts: RepeatedPosts;
  /** Of the message's bytes: tells events apart that carry neither number nor trusted time. */
  digest: string;
}
