import { type Lane, lanes } from '#contracts/facts/event-kinds.ts';
import { createGauge, type Health, type Metrics } from '#runtime/health.ts';
import type { GatewayClock } from './clock.ts';
import type { Counters } from './counters.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Uplink } from './uplink/uplink.ts';

/** What the agent's health is read from. */
export interface EdgeState {
  outbox: Outbox;
  uplink: Uplink;
  clock: GatewayClock;
  counters: Counters;
}

/** The agent's health; being away from the platform is told but no fault: that is what the outbox is for. */
export function healthOf({ outbox, uplink, clock, counters }: EdgeState): Health {
  return {
    ok: outbox.hasRoomForAlarms,
    detail: {
      connected: uplink.isConnected,
      clock: clock.state(),
      outbox: Object.fromEntries(
        lanes.map((lane) => [lane, { records: depth(outbox, lane), oldestAgeMs: outbox.oldestAgeMs(lane) }]),
      ),
      counters: counters.values,
    },
  };
}

/** Adds the agent's gauges to its metrics. */
export function addGauges(metrics: Metrics, { outbox, uplink, clock }: EdgeState): void {
  createGauge(metrics, 'edge_connected', '1 while connected to the platform.', () =>
    Number(uplink.isConnected),
  );
  createGauge(metrics, 'edge_clock_offset_ms', 'Platform time minus system time, 0 while unknown.', () => {
    const state = clock.state();
    return state.state === 'skewed' ? state.offsetMs : 0;
  });
  for (const lane of lanes) {
    createGauge(metrics, `edge_outbox_${lane}_records`, `Records held in the ${lane} lane.`, () =>
      depth(outbox, lane),
    );
    createGauge(
      metrics,
      `edge_outbox_${lane}_oldest_age_seconds`,
      `Age of the oldest record held in the ${lane} lane.`,
      () => outbox.oldestAgeMs(lane) / 1000,
    );
  }
}

function depth(outbox: Outbox, lane: Lane): number {
  const { oldest, newest } = outbox.extent(lane);
  return newest - oldest + 1;
}
