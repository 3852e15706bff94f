import type { Clock } from '#contracts/record.ts';

/** The gateway's time, corrected from the platform time in acks. */
export interface GatewayClock {
  /** Corrected time, epoch ms, whole. Never shifts what was captured before. */
  now(): number;
  /** Milliseconds since some fixed instant, unmoved by changes of the system clock. */
  monotonic(): number;
  /** How far `now` may be trusted. */
  state(): Clock;
  /**
   * Learns the offset from one exchange with the platform.
   *
   * @returns False where the round trip took longer than `maxRoundTripMs`, so that the sample says too little.
   */
  sample(exchange: Exchange): boolean;
}

/** One question to the platform and its answer; `sentAt` and `receivedAt` on the monotonic clock. */
export interface Exchange {
  sentAt: number;
  receivedAt: number;
  /** Platform time in the answer, epoch ms. */
  platformAt: number;
}

/** A slower exchange is not used: the platform's instant lies anywhere within it. */
export const maxRoundTripMs = 2000;

/** Offsets below this count as synchronized; they are corrected all the same. */
export const synchronizedWithinMs = 1000;

/**
 * Creates the gateway's clock over the system's two.
 *
 * Before the first sample it follows the system clock, the best there is. From then on it counts on the
 * monotonic clock from that sample, so a jump of the system clock moves nothing.
 *
 * @param source `system` in epoch ms, `monotonic` in ms.
 */
export function createGatewayClock(source: { system: () => number; monotonic: () => number }): GatewayClock {
  let learned: { platformAt: number; monotonicAt: number; offsetMs: number } | undefined;
  return {
    monotonic: source.monotonic,
    now: () =>
      learned
        ? Math.round(learned.platformAt + source.monotonic() - learned.monotonicAt)
        : Math.round(source.system()),
    state: () => {
      if (!learned) return { state: 'unknown' };
      if (Math.abs(learned.offsetMs) < synchronizedWithinMs) return { state: 'synchronized' };
      return { state: 'skewed', offsetMs: learned.offsetMs };
    },
    sample: ({ sentAt, receivedAt, platformAt }) => {
      const roundTripMs = receivedAt - sentAt;
      if (!(roundTripMs >= 0 && roundTripMs <= maxRoundTripMs) || !Number.isFinite(platformAt)) return false;
      const midpoint = sentAt + roundTripMs / 2;
      const systemAtMidpoint = source.system() - (source.monotonic() - midpoint);
      learned = {
        platformAt,
        monotonicAt: midpoint,
        offsetMs: Math.round(platformAt - systemAtMidpoint),
      };
      return true;
    },
  };
}
