import { createBoundedMap } from '#runtime/bounded-map.ts';

/** A state that stands is recorded once in this time, however often it is posted, ms. */
export const repeatedPostMs = 60_000;
/** Most states remembered; a forgotten one is told once more. */
const maxStates = 10_000;

/** Remembers states that terminals post again and again while they stand. */
export interface RepeatedPosts {
  wasTold(state: string, now: number): boolean;
  addReported(state: string, now: number): void;
  /** It ended: the next post of it begins anew. */
  over(state: string): void;
}

/** Creates an empty memory; it begins anew with the agent. */
export function createRepeatedPosts(): RepeatedPosts {
  const reportedAt = createBoundedMap<string, number>(maxStates);
  return {
    wasTold: (state, now) => {
      const at = reportedAt.get(state);
      return at !== undefined && Math.abs(now - at) < repeatedPostMs;
    },
    addReported: (state, now) => reportedAt.set(state, now),
    over: (state) => reportedAt.set(state, Number.NEGATIVE_INFINITY),
  };
}
