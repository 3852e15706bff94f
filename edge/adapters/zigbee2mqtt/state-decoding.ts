import { createHash } from 'node:crypto';
import { type EventKind, factsOf } from '#contracts/event-kinds.ts';
import { quantities } from '#contracts/quantities.ts';
import type { DeviceEvent } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import { readAction } from './actions.ts';
import type { KnownDevice } from './bridge-devices.ts';
import { actionRepeatMs, freshMs, redeliveryMs } from './config.ts';
import { type DeviceMemory, type Edge, newestSeen, type Remembered } from './device-memory.ts';
import { isDanger, isInRange, meaningOf, numberOf } from './state-keys.ts';

/** What a state says, and what is to be remembered of it once it is on disk. */
export interface DecodedState extends Remembered {
  observations: Observation[];
  isHistorical: boolean;
  /** Keys that mean danger and hold what cannot be read. */
  unreadable: string[];
  /** How many readings no record can carry. */
  outOfRange: number;
}

interface Report {
  device: KnownDevice;
  state: Record<string, unknown>;
  isRetained: boolean;
  now: number;
  memory: DeviceMemory;
}

/**
 * Reads a device's state. States are merged and cached, so an event is a key that changed, not a message;
 * `memory` knows what each key last was.
 */
export function decodeState(report: Report): DecodedState {
  const { device, state, isRetained, now } = report;
  const lastSeen = readLastSeen(state.last_seen);
  const isFresh = lastSeen !== undefined && Math.abs(now - lastSeen) <= freshMs;
  const isHistorical = isRetained && !isFresh;
  // What is old must not hide that the same holds now.
  const memory = new Map(isHistorical ? [] : report.memory);
  const context = { report, lastSeen, isHistorical, digest: digestOf(state) };
  const observations: Observation[] = [];
  const edges: Edge[] = [];
  const unreadable: string[] = [];
  let outOfRange = 0;
  const action = readAction(state, device.isEmergencyButton);
  if (action) observations.push(observe(context, action, identityOfAction(context, action)));
  memory.set('seen', true);
  const newest = newestOf(memory.get(newestSeen), lastSeen);
  const isOvertaken = lastSeen !== undefined && newest !== lastSeen;
  memory.set(newestSeen, newest);
  for (const [key, value] of Object.entries(state)) {
    const meaning = value === null ? undefined : meaningOf(key, device);
    if (!meaning) continue;
    if (meaning.type === 'reading') {
      const number = numberOf(value);
      if (isHistorical || number === undefined || memory.get(key) === number) continue;
      const { quantity, scale } = meaning;
      const scaled = Math.round(number * scale * 1000) / 1000;
      if (!isInRange(scaled)) {
        outOfRange += 1;
        continue;
      }
      memory.set(key, number);
      observations.push({
        device: device.address,
        ...(lastSeen !== undefined && { observedAt: lastSeen }),
        body: { type: 'reading', quantity, value: scaled, unit: quantities[quantity].unit },
      });
      continue;
    }
    const isActive = meaning.isActive(value);
    if (isActive === undefined && isDanger(meaning.begins)) unreadable.push(key);
    if (isActive === undefined || isActive === 'neither') continue;
    if (memory.get(key) === isActive) continue;
    const isFirst = !memory.has(key);
    const at = instantAfter(memory.get(`at ${key}`), now);
    memory.set(key, isActive).set(`at ${key}`, at);
    const event = eventOf(meaning, isActive, key);
    if (!event || (!isActive && holdsByAnother(memory, meaning.begins, device))) continue;
    edges.push({ key, isActive, observation: observations.length });
    observations.push(observe(context, event, identityOfEdge(context, { key, isActive, isFirst, at })));
  }
  return { observations, edges, memory, isOvertaken, isHistorical, unreadable, outOfRange };
}

/** One channel that is dry again ends no leak while another is wet: the end is told with the last of them. */
function holdsByAnother(memory: DeviceMemory, kind: EventKind, device: KnownDevice): boolean {
  return [...memory].some(([key, value]) => {
    const meaning = value === true ? meaningOf(key, device) : undefined;
    return meaning?.type === 'condition' && meaning.begins === kind && !meaning.ends;
  });
}

/** How a repeat of an observation is known. */
type Identity = Pick<Observation, 'origin' | 'near'>;

interface Context {
  report: Report;
  lastSeen: number | undefined;
  isHistorical: boolean;
  digest: string;
}

function observe(
  { report, lastSeen, isHistorical }: Context,
  body: DeviceEvent,
  identity: Identity,
): Observation {
  return {
    device: report.device.address,
    ...identity,
    ...(lastSeen !== undefined && { observedAt: lastSeen }),
    ...(isHistorical && { historical: true as const }),
    body,
  };
}

function eventOf(
  { begins, ends }: { begins: EventKind; ends?: EventKind },
  isActive: boolean,
  key: string,
): DeviceEvent | undefined {
  const code = key.slice(0, 64);
  if (isActive) return { type: 'event', kind: begins, code };
  if (ends) return { type: 'event', kind: ends, code };
  return factsOf(begins).hasEnd ? { type: 'event', kind: begins, active: false, code } : undefined;
}

/** docs/decisions/011-zigbee-repeats.md */
function identityOfAction({ report, lastSeen, isHistorical }: Context, { code }: DeviceEvent): Identity {
  const key = `${isHistorical ? 'old ' : ''}action=${code}`;
  const at = lastSeen ?? report.now;
  const isFirst = !report.memory.has('seen') && lastSeen === undefined;
  return { near: { key, at, withinMs: isFirst ? redeliveryMs : actionRepeatMs } };
}

function identityOfEdge(
  { lastSeen, isHistorical, digest }: Context,
  { key, isActive, isFirst, at }: { key: string; isActive: boolean; isFirst: boolean; at: number },
): Identity {
  const what = `${key.slice(0, 40)}=${isActive} ${digest}`;
  if (isHistorical) return { origin: { key: `old ${what}` } };
  if (lastSeen !== undefined) return { origin: { key: what, at: lastSeen } };
  // A change seen happening is new, whatever its bytes; the first after a start may be one sent again.
  return { near: { key: what, at, withinMs: isFirst ? redeliveryMs : 0 } };
}

/** A broker hands over what waited within one millisecond: each change gets an instant of its own. */
function instantAfter(before: unknown, now: number): number {
  return typeof before === 'number' && before >= now && before - now < redeliveryMs ? before + 1 : now;
}

function newestOf(before: unknown, lastSeen: number | undefined): number | undefined {
  if (typeof before !== 'number') return lastSeen;
  return lastSeen === undefined ? before : Math.max(before, lastSeen);
}

function digestOf(state: Record<string, unknown>): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
}

/** ISO 8601 or epoch ms. */
function readLastSeen(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  return typeof time === 'number' && Number.isFinite(time) && time > 0 && time < 8.64e15 ? time : undefined;
}
