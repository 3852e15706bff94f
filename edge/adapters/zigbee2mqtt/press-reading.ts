import { factsOf } from '#contracts/facts/event-kinds.ts';
import { readAction } from './actions.ts';
import { besideKey, classifyTrue } from './button-presses.ts';
import { readUnreadable } from './condition-reading.ts';
import { identityOfPress } from './event-identity.ts';
import {
  addObservation,
  type Condition,
  isReportedCache,
  isSameInstant,
  type StateReading,
  valueText,
} from './state-reading.ts';

/** An `action` is never cached: it comes again only where a message is sent again as it was. */
export function readPress(reading: StateReading): void {
  const { report, marks, currentValues } = reading;
  const event = readAction(report.state, report.device.isEmergencyButton);
  const isUrgent = event !== undefined && factsOf(event.kind).lane === 'alarm';
  if (!event) return void currentValues.push({ key: 'action', isUrgent });
  const value = event.code ?? '';
  const reported = report.lastReported('action');
  const isAgain = reported?.value === value && isSameInstant(reading, reported.lastSeen);
  const isStored = report.isRetained && isReportedCache(reading, reported, value);
  const currentValue = { key: 'action', value, isUrgent };
  if (isAgain || isStored) return void currentValues.push(currentValue);
  currentValues.push({
    ...currentValue,
    observation: addObservation(reading, event, identityOfPress(marks, `action=${value}`)),
  });
}

/** Reads a key that only ever says true: a press, or the bridge's cache of one. */
export function readMomentary(reading: StateReading, key: string, value: unknown, meaning: Condition): void {
  const { report, marks, memory, currentValues } = reading;
  const { lastSeen, now } = marks;
  const isActive = meaning.isActive(value);
  if (isActive === undefined) {
    readUnreadable(reading, key, value, meaning);
    memory.buttons.set(key, { isCached: false, ...besideKey(report.state, key) });
    return;
  }
  if (isActive !== true) {
    readAbsent(reading, key);
    return;
  }
  const before = memory.buttons.get(key);
  const reported = report.lastReported(key);
  const text = valueText(value);
  const beside = besideKey(report.state, key);
  const verdict = classifyTrue({
    memory: before,
    isReported: reported !== undefined,
    isReportedCache: isReportedCache(reading, reported, text),
    isSameInstant: isSameInstant(reading, before?.lastTrueAt) || isSameInstant(reading, reported?.lastSeen),
    isStored: report.isRetained,
    ...report.button,
    ...beside,
    now,
  });
  memory.buttons.set(key, {
    isCached: true,
    ...beside,
    ...(lastSeen?.isIdentity && { lastTrueAt: lastSeen.at }),
    ...(verdict === 'press-or-repeat' && { unsureAt: now }),
    ...(verdict === 'cached' && before?.unsureAt !== undefined && { unsureAt: before.unsureAt }),
  });
  const currentValue = { key, value: text, isUrgent: true };
  if (verdict === 'cached') reading.cachedPresses += 1;
  if (verdict === 'cached' || verdict === 'reported') return void currentValues.push(currentValue);
  const kind = verdict === 'press' ? meaning.begins : 'press-or-repeat';
  const identity = identityOfPress(marks, `${kind} ${key}`);
  const observation = addObservation(reading, { type: 'event', kind, code: key.slice(0, 64) }, identity);
  currentValues.push({ ...currentValue, observation });
}

/** The bridge's cache does not hold the key: the next `true` is a press. */
export function readAbsent({ report, memory, currentValues }: StateReading, key: string): void {
  memory.buttons.set(key, { isCached: false, ...besideKey(report.state, key) });
  currentValues.push({ key, isUrgent: true });
}
