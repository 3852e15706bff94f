import { type EventKind, factsOf } from '#contracts/facts/event-kinds.ts';
import type { DeviceEvent } from '#contracts/record-body.ts';
import { redeliveryMs } from './config.ts';
import { digestOf, identityOfEdge } from './event-identity.ts';
import { isDanger, meaningOf } from './state-keys.ts';
import {
  type Condition,
  isSameInstant,
  isToldCache,
  type StateReading,
  tell,
  valueText,
} from './state-reading.ts';

/** Reads a key that says whether something holds: an event where it changed. */
export function readCondition(reading: StateReading, key: string, value: unknown, meaning: Condition): void {
  const { report, marks, memory, standings } = reading;
  const { lastSeen, now } = marks;
  const isActive = meaning.isActive(value);
  if (isActive === undefined) {
    readUnreadable(reading, key, value, meaning);
    return;
  }
  if (isActive === 'neither') return;
  const isUrgent = factsOf(meaning.begins).lane === 'alarm';
  const known = memory.conditions.get(key);
  const told = report.told(key);
  const standing = { key, isUrgent, ...(isActive && { value: valueText(value) }) };
  const isKnown = known?.isActive === isActive;
  if (isKnown || (isActive && isToldCache(reading, told, valueText(value)))) {
    if (!isKnown) memory.conditions.set(key, { isActive, at: now });
    return void standings.push(standing);
  }
  // A detector that was quiet all the time has no end to tell.
  if (!isActive && marks.isHistorical && !told) return;
  const at = instantAfter(known?.at, now);
  const isSame = isActive && isSameInstant(reading, known?.beganAt);
  const beganAt = isActive ? lastSeen?.at : known?.beganAt;
  memory.conditions.set(key, { isActive, at, ...(beganAt !== undefined && { beganAt }) });
  const event = eventOf(meaning, isActive, key);
  if (!event || (!isActive && holdsByAnother(reading, meaning.begins))) return void standings.push(standing);
  const edge = { key, isActive, isFirst: !known, at, isSameInstant: isSame && !reading.isOvertaken };
  const observation = tell(reading, event, identityOfEdge(marks, edge));
  reading.edges.push({ key, isActive, observation });
  standings.push({ ...standing, observation });
}

/** What cannot be read hides nothing after it: the next value that can be is told, whatever was before. */
export function readUnreadable(
  reading: StateReading,
  key: string,
  value: unknown,
  { begins }: Condition,
): void {
  if (!isDanger(begins)) return;
  const told = reading.report.told(key);
  reading.memory.conditions.set(key, { isActive: undefined, at: reading.marks.now });
  reading.standings.push({ key, value: `? ${digestOf(value)}`, isUrgent: true });
  if (!isToldCache(reading, told, `? ${digestOf(value)}`)) reading.unreadable.push([key, value]);
}

/** One channel that is dry again ends no leak while another is wet: the end is told with the last of them. */
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
