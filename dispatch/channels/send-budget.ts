const minuteMs = 60_000;

/** How many messages a channel may hand over now. */
export interface SendBudget {
  /** Messages left, ≥ 0. */
  left(): number;
  spend(messages: number): void;
}

/** Creates the budget of a minute that moves with the clock. @param perMinute Undefined where there is no limit. */
export function createSendBudget(perMinute: number | undefined, now: () => number): SendBudget {
  let spentAt: number[] = [];
  return {
    left: () => {
      if (perMinute === undefined) return Number.POSITIVE_INFINITY;
      // One spent ahead of now was spent before the clock was put back.
      spentAt = spentAt.filter((at) => now() - at < minuteMs && at <= now());
      return Math.max(0, perMinute - spentAt.length);
    },
    spend: (messages) => {
      if (perMinute !== undefined) spentAt.push(...Array<number>(messages).fill(now()));
    },
  };
}
