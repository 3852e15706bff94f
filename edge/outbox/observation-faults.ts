import { quantities } from '#contracts/facts/quantities.ts';
import type { Mismatch } from '#contracts/validate.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { Logger } from '#runtime/log.ts';
import type { Observation } from '../adapters/adapter.ts';
import type { Counters } from '../counters.ts';

/** The same fault of the same adapter is logged once in this time; every one is counted. */
export const logFaultEveryMs = 60_000;

/** Most faults whose last line in the log is remembered. */
const maxFaults = 200;

/**
 * Counts observations that the wire does not allow, in all as `observations-<outcome>` and as
 * `<adapter>.observations-<outcome>.<quantity or kind>`, and says so in the log, now and then.
 */
export function createObservationFaults(options: {
  counters: Counters;
  log: Logger;
  monotonic: () => number;
}): (observation: Observation, outcome: 'dropped' | 'repaired' | 'unreadable', fault: Mismatch) => void {
  const { counters, log, monotonic } = options;
  const logged = createBoundedMap<string, number>(maxFaults);
  return (observation, outcome, { path, expected }) => {
    const name = `${adapterOf(observation)}.observations-${outcome}.${whatOf(observation)}`;
    counters.add(`observations-${outcome}`);
    counters.add(name);
    if (monotonic() - (logged.get(name) ?? Number.NEGATIVE_INFINITY) < logFaultEveryMs) return;
    logged.set(name, monotonic());
    const { device } = observation;
    log.warn(
      { device, outcome, what: whatOf(observation), path, expected },
      'observation does not fit the wire',
    );
  };
}

function adapterOf({ device }: Observation): string {
  return /^([a-z0-9-]{1,32}):/.exec(String(device))?.[1] ?? 'unknown';
}

function whatOf({ body }: Observation): string {
  const { type, kind, quantity } = (body ?? {}) as unknown as Record<string, unknown>;
  if (type === 'reading') {
    return typeof quantity === 'string' && Object.hasOwn(quantities, quantity) ? quantity : 'reading';
  }
  const what = type === 'event' ? kind : type;
  return typeof what === 'string' && /^[a-z-]{1,32}$/.test(what) ? what : 'unknown';
}
