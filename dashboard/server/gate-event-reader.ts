import type { GateEvent } from '#contracts/socket-events.ts';

/** Reads what happened at a community's gates out of the journal. */
export interface GateEventReader {
  /** The newest ones, oldest first, at most `limit`. */
  latest(community: string, limit: number): GateEvent[];
  /** Those after a journal position, oldest first, at most `limit`. */
  after(community: string, position: number, limit: number): GateEvent[];
}
