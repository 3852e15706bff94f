import type { GateEventReader } from '../server/live/gate-feed.ts';

/** An event at a gate with the community it is of. */
export type MemoryGateEvent = ReturnType<GateEventReader['after']>[number] & { community: string };

/** Reads what a test puts into a list, oldest first. */
export function memoryGateEvents(events: readonly MemoryGateEvent[]): GateEventReader {
  const of = (community: string) =>
    events.filter((event) => event.community === community).map(({ community: _, ...event }) => event);
  return {
    latest: (community, limit) => of(community).slice(-limit),
    after: (community, position, limit) =>
      of(community)
        .filter((event) => event.position > position)
        .slice(0, limit),
  };
}
