import type { Logger } from '#runtime/log.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';

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
