import { type EventKind, factsOf } from '#contracts/facts/event-kinds.ts';
import type { DeviceEvent } from '#contracts/record-body.ts';
import { redeliveryMs } from './config.ts';
import { digestOf, identityOfEdge } from './event-identity.ts';
import { isDanger, meaningOf } from './state-keys.ts';
import {
  addObservation,
  type Condition,
  isReportedCache,
  isSameInstant,
  type StateReading,
  valueText,
} from './state-reading.ts';

/** Reads a key that says whether something holds: an event where it changed. */
export function readCondition(reading: StateReading, key: string, value: unknown, meaning: Condition): void {
  const { report, marks, memory, currentValues } = reading;
  const { lastSeen, now } = marks;
  const isActive = meaning.isActive(value);
  if (isActive === undefined) {
    readUnreadable(reading, key, value, meaning);
    return;
  }
  if (isActive === 'neither') return;
  const isUrgent = factsOf(meaning.begins).lane === 'alarm';
  const known = memory.conditions.get(key);
  const reported = report.lastReported(key);
  const currentValue = { key, isUrgent, ...(isActive && { value: valueText(value) }) };
  const isKnown = known?.isActive === isActive;
  if (isKnown || (isActive && isReportedCache(reading, reported, valueText(value)))) {
    if (!isKnown) memory.conditions.set(key, { isActive, at: now });
    return void currentValues.push(currentValue);
  }
  // A detector that raised nothing has no end to report.
  if (!isActive && marks.isHistorical && !reported) return;
  const at = instantAfter(known?.at, now);
  const isSame = isActive && isSameInstant(reading, known?.beganAt);
  const beganAt = isActive ? lastSeen?.at : known?.beganAt;
  memory.conditions.set(key, { isActive, at, ...(beganAt !== undefined && { beganAt }) });
  const event = eventOf(meaning, isActive, key);
  if (!event || (!isActive && holdsByAnother(reading, meaning.begins)))
    return void currentValues.push(currentValue);
  const edge = { key, isActive, isFirst: !known, at, isSameInstant: isSame && !reading.isOvertaken };
  const observation = addObservation(reading, event, identityOfEdge(marks, edge));
  reading.edges.push({ key, isActive, observation });
  currentValues.push({ ...currentValue, observation });
}

/** An unreadable value hides nothing after it: the next readable value is reported, whatever was before. */
export function readUnreadable(
  reading: StateReading,
  key: string,
  value: unknown,
  { begins }: Condition,
): void {
  if (!isDanger(begins)) return;
  const reported = reading.report.lastReported(key);
  reading.memory.conditions.set(key, { isActive: undefined, at: reading.marks.now });
  reading.currentValues.push({ key, value: `? ${digestOf(value)}`, isUrgent: true });
  if (!isReportedCache(reading, reported, `? ${digestOf(value)}`)) reading.unreadable.push([key, value]);
}

/** A leak ends only when its last channel is dry: the end is reported with that one. */
function holdsByAnother({ report, memory }: StateReading, kind: EventKind): boolean {
  return [...memory.conditions].some(([key, { isActive }]) => {
    const meaning = isActive ? meaningOf(key, report.device) : undefined;
    return meaning?.type === 'condition' && meaning.begins === kind && !meaning.ends;
  });
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

/** A broker hands over what waited within one millisecond: each change gets an instant of its own. */
function instantAfter(before: number | undefined, now: number): number {
  return before !== undefined && before >= now && before - now < redeliveryMs ? before + 1 : now;
}
