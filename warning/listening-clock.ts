/** Time during which the platform listened: its absence counts, time while ingest was away does not. */
export interface ListeningClock {
  /** Listening time so far, in ms. */
  ms: number;
  /** `receivedAt` of the last tick, epoch ms. */
  tickAt?: number;
  listening: boolean;
}

/**
 * The clock after a tick: the time since the last one counts where ingest was listening at both ends.
 *
 * @param tickGapMs A longer gap says that ingest itself was away.
 */
export function tickClock(
  clock: ListeningClock,
  tick: { at: number; listening: boolean },
  tickGapMs: number,
): ListeningClock {
  const gap = clock.tickAt === undefined ? 0 : tick.at - clock.tickAt;
  const counts = clock.listening && tick.listening && gap > 0 && gap <= tickGapMs;
  return { ms: clock.ms + (counts ? gap : 0), tickAt: tick.at, listening: tick.listening };
}
