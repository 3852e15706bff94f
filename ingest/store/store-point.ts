import type { GatewayCounts } from '#contracts/gateway-counters.ts';

interface PlacedBase extends PointBase {
  community: string;
}
interface PointBase {
  /** Epoch ms; a fraction in the samples of a waveform. */
  at: number;
  /** Journal position, which distinguishes points of one millisecond. */
  position: number;
}

/**
 * What engines store, the same for all: only the fields named here leave the journal, so nothing
 * personal does (no credential reference, no words of a device, no raw bytes, no name of who acted).
 */
export type StorePoint =
  | (PlacedBase & {
      type: 'reading';
      device: string;
      quantity: string;
      value: number;
      unit: string;
      plausible: boolean;
      late: boolean;
      /** Index of the sample in its waveform; 0 for a single reading. */
      part: number;
    })
  | (PlacedBase & {
      type: 'position';
      device: string;
      latitude: number;
      longitude: number;
      accuracyM?: number;
      source: string;
      late: boolean;
    })
  | (PlacedBase & {
      type: 'event';
      device: string;
      kind: string;
      active: boolean;
      late: boolean;
      possibleRepeat?: true;
      saidByOther?: true;
      level?: string;
      code?: string;
      means?: string;
    })
  | (PlacedBase & {
      type: 'gap';
      gateway: string;
      lane: string;
      from: number;
      to: number;
      reason: string;
    })
  | (PlacedBase & {
      type: 'incident';
      incident: string;
      change: number;
      transition: string;
      kind: string;
      level: string;
      drill: boolean;
      outcome?: string;
      building?: string;
      responseMs?: number;
    })
  | (PlacedBase & {
      type: 'gateway';
      gateway: string;
      status: string;
      heartbeatMs?: number;
      /** Records still held of each lane; absent in a death. */
      alarmHeld?: number;
      telemetryHeld?: number;
      clock?: string;
      /** Platform time minus gateway time in ms, where it is known. */
      clockOffsetMs?: number;
      counters: GatewayCounts;
    })
  | (PointBase & { type: 'metric'; process: string; name: string; labels: string; value: number });
