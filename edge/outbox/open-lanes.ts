import { join } from 'node:path';
import type { Lane as LaneName } from '#contracts/facts/event-kinds.ts';
import { toTimestamp } from '#contracts/time.ts';
import type { Logger } from '#runtime/log.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { DiskReserve } from './disk-reserve.ts';
import { Lane } from './lane.ts';

/** How an outbox is opened. Sizes are bytes. */
export interface OutboxOptions {
  /** Folder of the lanes' files. */
  directory: string;
  gateway: string;
  /** Names the boot of the machine, through which the monotonic clock goes on; undefined where not known. */
  boot?: string | undefined;
  clock: GatewayClock;
  counters: Counters;
  log: Logger;
  /** The alarm lane refuses beyond it. */
  alarmQuotaBytes: number;
  /** Disk space kept for alarms. */
  alarmReserveBytes: number;
  /** The telemetry lane lets its oldest go beyond it. */
  telemetryQuotaBytes: number;
  /** Longest wait of telemetry for its commit, in ms. */
  telemetryFlushMs: number;
}

/**
 * Opens both lanes of an outbox; on a full disk with the room of the alarm reserve.
 *
 * @param epoch Names this start of the agent.
 * @throws {EdgeError} `OUTBOX_IN_USE` where another agent has them open.
 */
export function openLanes(
  options: OutboxOptions,
  epoch: string,
  reserve: DiskReserve,
): Record<LaneName, Lane> {
  const { directory, clock, counters, log, gateway } = options;
  const open = (lane: LaneName): Lane => {
    const laneOptions = {
      lane,
      file: join(directory, `${lane}.db`),
      synchronous: lane === 'alarm' ? ('full' as const) : ('normal' as const),
      ...(lane === 'alarm' && { maxBytes: options.alarmQuotaBytes }),
      epoch,
      boot: options.boot,
      now: clock.now,
      unknown: () => ({
        capturedAt: clock.now(),
        capturedMonotonic: Math.round(clock.monotonic()),
        synchronized: 0,
        content: JSON.stringify({
          device: `gateway:${gateway}`,
          capturedAt: toTimestamp(clock.now()),
          clock: clock.state(),
        }),
      }),
      onCorrupt: (aside: string, error: unknown) => {
        counters.add(`${lane}-file-corrupt`);
        log.error({ err: error, lane, aside }, 'file cannot be read, moved aside and begun anew');
      },
      onSalvaged: (records: number, error?: unknown) => {
        counters.add(`${lane}-salvaged`, records);
        log.error({ err: error, lane, records }, 'records read from the damaged file');
      },
    };
    try {
      return new Lane(laneOptions);
    } catch (error) {
      if (!isDiskFull(error) || !reserve.release()) throw error;
      return new Lane(laneOptions);
    }
  };
  return { alarm: open('alarm'), telemetry: open('telemetry') };
}
