import type { Counters } from '../counters.ts';
import type { DiskReserve } from './disk-reserve.ts';
import type { Lane } from './lane.ts';
import type { OutboxOptions } from './outbox-options.ts';

/** Below it, beginning a new file would take as much as it frees. */
const worthDiscardingBytes = 262_144;

/** Lets all telemetry go, leaving gaps: the last resort for an alarm on a full disk. */
export function discardTelemetry(lane: Lane, counters: Counters): boolean {
  if (lane.usedBytes < worthDiscardingBytes) return false;
  const { oldest, newest } = lane.extent;
  lane.discard();
  counters.add('telemetry-dropped', newest - oldest + 1);
  return true;
}

/** Takes the reserve again; where the disk has no room for it, telemetry gives some of its own. */
export function keepReserve(
  reserve: DiskReserve,
  telemetry: Lane,
  { alarmReserveBytes, counters, log }: OutboxOptions,
): void {
  if (reserve.restore()) return;
  const { oldest, newest } = telemetry.extent;
  const bytesEach = telemetry.usedBytes / (newest - oldest + 1);
  try {
    telemetry.dropOldest(Math.ceil((2 * alarmReserveBytes) / bytesEach));
    counters.add('telemetry-dropped', telemetry.extent.oldest - oldest);
    telemetry.giveBack();
  } catch (error) {
    log.warn({ err: error }, 'telemetry could not give room for the alarm reserve');
  }
  if (!reserve.restore()) log.error({ alarmReserveBytes }, 'no room on the disk for the alarm reserve');
}
