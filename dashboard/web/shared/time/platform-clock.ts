/** The platform's time as a page knows it: ages are counted by it, never by the PC's own clock. */
export interface PlatformClock {
  /** Platform time, epoch ms. */
  now(): number;
  /** Takes the platform's word for what time it is. */
  adjust(platformMs: number): void;
  /** Platform time of the last tick, epoch ms; steady between two ticks. */
  tick(): number;
  /** Told once a second. */
  subscribe(listener: () => void): () => void;
}

/**
 * Creates a clock that starts with the PC's time.
 *
 * @param pcNow The PC's clock, epoch ms.
 * @param monotonicNow Monotonic ms, which a changed PC clock does not move.
 */
export function createPlatformClock(pcNow: number, monotonicNow: () => number): PlatformClock {
  const listeners = new Set<() => void>();
  let offset = pcNow - monotonicNow();
  const now = () => Math.round(monotonicNow() + offset);
  let ticked = now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    ticked = now();
    for (const listener of listeners) listener();
  };
  return {
    now,
    adjust: (platformMs) => {
      offset = platformMs - monotonicNow();
      if (Math.abs(now() - ticked) > 2000) tick();
    },
    tick: () => ticked,
    subscribe: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(tick, 1000);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      };
    },
  };
}
