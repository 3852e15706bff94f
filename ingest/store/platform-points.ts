import type { Lane } from '#contracts/facts/event-kinds.ts';
import type { GatewayEntry, MetricsEntry } from '#contracts/journal-entry.ts';
import type { StorePoint } from './store-point.ts';

type PointOf<T extends StorePoint['type']> = Extract<StorePoint, { type: T }>;

/** The point of a gateway's birth, heartbeat or death. */
export function gatewayPoint(entry: GatewayEntry, position: number, at: number): PointOf<'gateway'> {
  const { community, gateway, status, heartbeatIntervalMs, held, clock, counters = {} } = entry;
  const holding = (lane: Lane) =>
    held
      ?.filter((stream) => stream.lane === lane)
      .reduce((records, { oldest, newest }) => records + newest - oldest + 1, 0);
  const alarmHeld = holding('alarm');
  const telemetryHeld = holding('telemetry');
  const clockOffsetMs = offsetOf(clock);
  return {
    type: 'gateway',
    community,
    at,
    position,
    gateway,
    status,
    counters,
    ...(heartbeatIntervalMs !== undefined && { heartbeatMs: heartbeatIntervalMs }),
    ...(alarmHeld !== undefined && { alarmHeld }),
    ...(telemetryHeld !== undefined && { telemetryHeld }),
    ...(clock && { clock: clock.state }),
    ...(clockOffsetMs !== undefined && { clockOffsetMs }),
  };
}

function offsetOf(clock: GatewayEntry['clock']): number | undefined {
  if (clock?.state === 'skewed') return clock.offsetMs;
  return clock?.state === 'synchronized' ? 0 : undefined;
}

/** A point for each value that a process sent; one of several is `dashboard@8081`. */
export function metricPoints(
  { process, instance, values }: MetricsEntry,
  position: number,
  at: number,
): PointOf<'metric'>[] {
  return values.map(({ name, labels = '', value }) => ({
    type: 'metric',
    at,
    position,
    process: instance === undefined ? process : `${process}@${instance}`,
    name,
    labels,
    value,
  }));
}
