import type { DeviceEvent } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import type { KnownDevice } from './bridge-devices.ts';
import type { ButtonMemory, CacheFilter } from './button-presses.ts';
import { freshMs, lateCacheMs } from './config.ts';
import type { DeviceMemory, Edge, KnownCondition } from './device-memory.ts';
import { digestOf, type Identity, type MessageMarks, readLastSeen } from './event-identity.ts';
import type { ReportedValue } from './reported-values.ts';
import type { KeyMeaning } from './state-keys.ts';

/** Whether a message is current: `cache` may come from the bridge's cache, `stored` was retained by a broker. */
export type Timeliness = 'now' | 'cache' | 'stored';

/** A dangerous key's value after a state is accepted, to be remembered over a restart. */
export interface CurrentValue {
  key: string;
  /** Undefined where the danger is over. */
  value?: string;
  /** Of the alarm lane. */
  isUrgent: boolean;
  /** Index of the observation that reports it. */
  observation?: number;
}

/** A device's state with all that decides what is new in it. */
export interface Report {
  device: KnownDevice;
  state: Record<string, unknown>;
  timeliness: Timeliness;
  /** The message is retained by a broker, so that it may be delivered again unchanged. */
  isRetained: boolean;
  now: number;
  memory: DeviceMemory;
  /** The value of a key that was last reported, by this process or an earlier one. */
  lastReported: (key: string) => ReportedValue | undefined;
  button: { filter: CacheFilter; isDebounced: boolean };
}

/** A key that says whether something holds. */
export type Condition = Extract<KeyMeaning, { type: 'condition' }>;

/** What is read so far. */
export interface StateReading {
  report: Report;
  marks: MessageMarks;
  observations: Observation[];
  edges: Edge[];
  currentValues: CurrentValue[];
  unreadable: [key: string, value: unknown][];
  outOfRange: number;
  cachedPresses: number;
  isOvertaken: boolean;
  memory: DeviceMemory & {
    conditions: Map<string, KnownCondition>;
    readings: Map<string, number>;
    buttons: Map<string, ButtonMemory>;
  };
}

/** Begins to read a state: how old it is, and what was known before. */
export function beginReading(report: Report): StateReading {
  const { state, now, memory, timeliness } = report;
  const lastSeen = readLastSeen(state.last_seen, now);
  const newestSeen = Math.max(memory.newestSeen ?? 0, lastSeen?.at ?? 0);
  const isOld = (limitMs: number) => lastSeen !== undefined && Math.abs(now - lastSeen.at) > limitMs;
  const isHistorical =
    (timeliness === 'cache' && isOld(lateCacheMs)) ||
    (timeliness === 'stored' && (lastSeen === undefined || isOld(freshMs)));
  return {
    report,
    marks: { lastSeen, isHistorical, digest: digestOf(state), now, isFirst: !memory.isHeard },
    observations: [],
    edges: [],
    currentValues: [],
    unreadable: [],
    outOfRange: 0,
    cachedPresses: 0,
    isOvertaken: lastSeen !== undefined && newestSeen !== lastSeen.at,
    memory: {
      isHeard: true,
      ...(newestSeen > 0 && { newestSeen }),
      conditions: new Map(memory.conditions),
      readings: new Map(memory.readings),
      buttons: new Map(memory.buttons),
    },
  };
}

/** Adds an event. @returns Its index among the observations. */
export function addObservation(
  { report, marks, observations }: StateReading,
  body: DeviceEvent,
  identity: Identity,
): number {
  observations.push({
    device: report.device.address,
    ...identity,
    ...(marks.lastSeen && { observedAt: marks.lastSeen.at }),
    // A question whether somebody pressed is asked now, or nobody would answer it.
    ...(marks.isHistorical && body.kind !== 'press-or-repeat' && { historical: true as const }),
    body,
  });
  return observations.length - 1;
}

/** True where a cached state repeats a reported value with no later `last_seen`. */
export function isReportedCache(
  { report, marks }: StateReading,
  reported: ReportedValue | undefined,
  value: string,
): boolean {
  if (report.timeliness === 'now' || reported?.value !== value) return false;
  return (
    reported.lastSeen === undefined || marks.lastSeen === undefined || marks.lastSeen.at <= reported.lastSeen
  );
}

/** True where this is the message with that `last_seen`. */
export function isSameInstant({ marks: { lastSeen } }: StateReading, before: number | undefined): boolean {
  return lastSeen?.isIdentity === true && lastSeen.at === before;
}

/** A value as it is kept on disk. */
export function valueText(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}
