import type { DeviceEvent } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import type { KnownDevice } from './bridge-devices.ts';
import type { ButtonMemory, CacheFilter } from './button-presses.ts';
import { freshMs, lateCacheMs } from './config.ts';
import type { DeviceMemory, Edge, KnownCondition } from './device-memory.ts';
import { digestOf, type Identity, type MessageMarks, readLastSeen } from './event-identity.ts';
import type { KeyMeaning } from './state-keys.ts';
import type { ToldValue } from './told-values.ts';

/** Whether a message is of now: `cache` is a first state when the bridge may tell its cache, `stored` one a broker kept. */
export type Timeliness = 'now' | 'cache' | 'stored';

/** What a key of danger says after a state is accepted, for those who must know it after a restart. */
export interface Standing {
  key: string;
  /** Undefined where it is over. */
  value?: string;
  /** Of the alarm lane. */
  isUrgent: boolean;
  /** Place of the observation that tells it. */
  observation?: number;
}

/** A device's state with all that decides what is new in it. */
export interface Report {
  device: KnownDevice;
  state: Record<string, unknown>;
  timeliness: Timeliness;
  /** The sender has a broker keep the message, so that it may be sent again as it is. */
  isRetained: boolean;
  now: number;
  memory: DeviceMemory;
  /** What was told of a key before, in this life of the agent or an earlier one. */
  told: (key: string) => ToldValue | undefined;
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
  standings: Standing[];
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
    standings: [],
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

/** Adds an event. @returns Its place among the observations. */
export function tell(
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

/** Told before with the same value, and seen no later than then: a cached state says nothing new. */
export function isToldCache(
  { report, marks }: StateReading,
  told: ToldValue | undefined,
  value: string,
): boolean {
  if (report.timeliness === 'now' || told?.value !== value) return false;
  return told.lastSeen === undefined || marks.lastSeen === undefined || marks.lastSeen.at <= told.lastSeen;
}

/** The very message that told this value. */
export function isSameInstant({ marks: { lastSeen } }: StateReading, before: number | undefined): boolean {
  return lastSeen?.isIdentity === true && lastSeen.at === before;
}

/** A value as it is kept on disk. */
export function valueText(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}
