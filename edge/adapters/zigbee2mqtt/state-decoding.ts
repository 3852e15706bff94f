import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { quantities } from '#contracts/facts/quantities.ts';
import type { Observation } from '../adapter.ts';
import { readCondition } from './condition-reading.ts';
import { definitionFacts } from './definition-facts.ts';
import type { Remembered } from './device-memory.ts';
import { readAbsent, readMomentary, readPress } from './press-reading.ts';
import { isDanger, isInRange, type KeyMeaning, meaningOf, numberOf } from './state-keys.ts';
import { beginReading, type CurrentValue, type Report, type StateReading } from './state-reading.ts';

/** What a state says, and what is to be remembered of it once it is on disk. */
export interface DecodedState extends Remembered {
  observations: Observation[];
  isHistorical: boolean;
  lastSeen?: number;
  currentValues: CurrentValue[];
  /** Keys that mean danger and hold what cannot be read. */
  unreadable: [key: string, value: unknown][];
  /** How many readings no record can carry. */
  outOfRange: number;
  /** Repeats of a button's cache. */
  cachedPresses: number;
}

/**
 * Reads a device's state. States are merged and cached, so an event is a key that changed, not a message;
 * `memory` knows what each key last was.
 */
export function decodeState(report: Report): DecodedState {
  const reading = beginReading(report);
  readPress(reading);
  const { device, state } = report;
  const { momentaryKeys } = definitionFacts(device);
  for (const key of new Set([...momentaryKeys, ...reading.memory.buttons.keys()])) {
    if (!Object.hasOwn(state, key)) readAbsent(reading, key);
  }
  // Of a button in no list nobody knows whether it ever says false: a second press must not wait for it.
  const isMomentary = (key: string, begins: EventKind) =>
    (momentaryKeys.has(key) && isDanger(begins)) || (device.model === undefined && begins === 'sos');
  for (const [key, value] of Object.entries(state)) {
    const meaning = value === null ? undefined : meaningOf(key, device);
    if (!meaning) continue;
    if (meaning.type === 'reading') readQuantity(reading, key, value, meaning);
    else if (isMomentary(key, meaning.begins)) readMomentary(reading, key, value, meaning);
    else readCondition(reading, key, value, meaning);
  }
  const { report: _, marks, ...decoded } = reading;
  const { isHistorical, lastSeen } = marks;
  return { ...decoded, isHistorical, ...(lastSeen && { lastSeen: lastSeen.at }) };
}

function readQuantity(
  reading: StateReading,
  key: string,
  value: unknown,
  { quantity, scale }: Extract<KeyMeaning, { type: 'reading' }>,
): void {
  const { report, marks, memory, observations } = reading;
  const number = numberOf(value);
  if (marks.isHistorical || number === undefined || memory.readings.get(key) === number) return;
  const scaled = Math.round(number * scale * 1000) / 1000;
  if (!isInRange(scaled)) {
    reading.outOfRange += 1;
    return;
  }
  memory.readings.set(key, number);
  observations.push({
    device: report.device.address,
    ...(marks.lastSeen && { observedAt: marks.lastSeen.at }),
    body: { type: 'reading', quantity, value: scaled, unit: quantities[quantity].unit },
  });
}
