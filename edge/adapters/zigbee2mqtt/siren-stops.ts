import type { AdapterContext } from '../adapter.ts';
import { isObject } from '../json-of-devices.ts';

/** Ends of sirens that do not end by themselves; they stand on disk, so that a restart leaves none sounding. */
export interface SirenStops {
  /**
   * Stops a siren after a time, whatever happens to the agent.
   *
   * @returns Puts back what stood before, where the siren was not started after all.
   * @throws {Error} where it is not on disk.
   */
  schedule(address: string, afterMs: number): () => void;
  /** The siren says that it is quiet; counts once its end is due. */
  heardStopped(address: string): void;
  close(): void;
}

const stopsFile = 'siren-stops.json';
/** Between two tries to stop a siren, ms. */
export const stopAgainMs = 10_000;
/** A siren that says nothing of itself is told to stop this often. */
export const silentStops = 3;
/** A siren that cannot be told to stop is given up after this, ms: it was taken away. */
const givenUpMs = 86_400_000;

/**
 * Opens the ends; those of an earlier life come due at their time, at the latest `maxSoundsMs` from now.
 *
 * @param stop Tells a siren to stop: whether it could be told, and whether it says so itself when it has.
 */
export function openSirenStops(options: {
  context: AdapterContext;
  maxSoundsMs: number;
  stop: (address: string) => { isSent: boolean; isReported: boolean };
}): SirenStops {
  const { context, maxSoundsMs, stop } = options;
  const dueAt = readStops(context);
  const timers = new Map<string, NodeJS.Timeout>();
  const sent = new Map<string, number>();

  const write = () => context.kept.write(stopsFile, JSON.stringify(Object.fromEntries(dueAt)));
  const forget = (address: string) => {
    clearTimeout(timers.get(address));
    timers.delete(address);
    sent.delete(address);
    if (!dueAt.delete(address)) return;
    try {
      write();
    } catch (error) {
      // At the next start it is stopped once more, which harms nobody.
      context.log.warn({ err: error, device: address }, 'end of a siren stays on disk');
    }
  };
  const arm = (address: string, afterMs: number) => {
    clearTimeout(timers.get(address));
    timers.set(
      address,
      setTimeout(() => tryStop(address), afterMs),
    );
  };
  const tryStop = (address: string) => {
    const { isSent, isReported } = stop(address);
    const times = (sent.get(address) ?? 0) + Number(isSent);
    sent.set(address, times);
    context.count(isSent ? 'siren-stops' : 'siren-stops-waiting');
    const overdueMs = context.now() - (dueAt.get(address) ?? 0);
    if ((!isReported && times >= silentStops) || overdueMs > givenUpMs) return forget(address);
    arm(address, stopAgainMs);
  };

  for (const [address, at] of dueAt) {
    arm(address, Math.min(Math.max(at - context.now(), 0), maxSoundsMs));
  }
  return {
    schedule: (address, afterMs) => {
      const before = dueAt.get(address);
      const restore = () => {
        if (before === undefined) return forget(address);
        dueAt.set(address, before);
        arm(address, Math.max(before - context.now(), 0));
      };
      dueAt.set(address, context.now() + afterMs);
      try {
        write();
      } catch (error) {
        restore();
        throw error;
      }
      sent.delete(address);
      arm(address, afterMs);
      return restore;
    },
    heardStopped: (address) => {
      // Before, it may be the state from before the start.
      if (sent.has(address)) forget(address);
    },
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function readStops({ kept, log }: AdapterContext): Map<string, number> {
  try {
    const stops: unknown = JSON.parse(kept.read(stopsFile) ?? '{}');
    const entries = isObject(stops) ? Object.entries(stops) : [];
    return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  } catch (error) {
    log.error({ err: error }, 'ends of sirens cannot be read: one that was left sounding is not stopped');
    return new Map();
  }
}
