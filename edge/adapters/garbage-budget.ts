/**
 * Garbage after which a connection is cut, whichever limit is met first: bytes that are no readable frame, and pieces of
 * them (a run of noise, or a frame that cannot be read). Every readable frame gives it the larger budget anew, in which
 * a picture or a long voice message fits.
 */
export const garbageLimits = {
  stranger: { bytes: 16_384, pieces: 64 },
  trusted: { bytes: 1_048_576, pieces: 1000 },
} as const;

/** What one connection may still send that cannot be read. */
export interface GarbageBudget {
  /** False once it is used up. */
  spend(bytes: number): boolean;
  /** A readable frame came. */
  restore(): void;
}

/** Creates the budget of a connection that has not sent a readable frame. */
export function createGarbageBudget(): GarbageBudget {
  let left: { bytes: number; pieces: number } = { ...garbageLimits.stranger };
  return {
    spend: (bytes) => {
      left.bytes -= bytes;
      left.pieces -= 1;
      return left.bytes >= 0 && left.pieces >= 0;
    },
    restore: () => {
      left = { ...garbageLimits.trusted };
    },
  };
}
