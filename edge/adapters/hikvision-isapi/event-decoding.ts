import type { Credential, DeviceEvent } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import type { DoorMemory } from './door-memory.ts';
import {
  alarmMajor,
  type CodeMeaning,
  doorClosedCode,
  echoCodes,
  eventCodes,
  unknownCardCode,
} from './event-codes.ts';
import type { AccessEvent, TerminalEvent } from './terminal-event.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'hikvision-isapi';
/** A terminal's clock farther than this from the gateway's does not tell its events apart, ms. */
export const trustedClockMs = 86_400_000;
/** With an untrusted clock, the same serial within this is a retry, ms. */
export const retryMs = 60_000;

/** What a message says. */
export interface DecodedEvent {
  observations: Observation[];
  /** Doors that were heard and have nothing else to say. */
  heard: string[];
  counts: string[];
  /** Remembers what the message changed, once it is on disk. */
  commit(): void;
}

/** Event types that only say that the terminal is there; cameras send an ended `videoloss` for it. */
const heartbeatTypes = new Set(['heartbeat', 'videoloss']);

/** Reads a message. */
export function decodeEvent(
  event: TerminalEvent,
  { now, doors }: { now: number; doors: DoorMemory },
): DecodedEvent {
  const terminal = terminalOf(event);
  const nothing = { observations: [], heard: [], counts: [], commit: () => undefined };
  if (heartbeatTypes.has(event.eventType.toLowerCase())) {
    return { ...nothing, heard: doors.doorsOf(terminal).map((door) => addressOf(terminal, door)) };
  }
  const { access } = event;
  if (!access) {
    const body: DeviceEvent = { type: 'event', kind: 'device-info', code: event.eventType };
    return { ...nothing, observations: [{ device: addressOf(terminal, 1), body }], counts: ['other-events'] };
  }
  const door = doorOf(access);
  const device = addressOf(terminal, door);
  const code = `${access.major}/${access.sub}`;
  if (echoCodes.has(code)) return { ...nothing, heard: [device], commit: () => doors.saw(terminal, door) };
  const meaning = eventCodes[code] ?? unknownMeaning(access);
  const said = (what: CodeMeaning) => observationOf({ event, access, device, now }, code, what);
  const observations = [said(meaning)];
  // The terminal says when a door is held open and leaves the end of it to the door contact.
  const endsHeldOpen = code === doorClosedCode && !access.isStored && doors.isHeldOpen(terminal, door);
  if (endsHeldOpen) observations.push(said({ kind: 'door-held-open', active: false }));
  return {
    observations,
    heard: [],
    counts: code in eventCodes ? [] : ['unknown-codes'],
    commit: () =>
      doors.saw(terminal, door, access.isStored ? undefined : heldOpenAfter(meaning, endsHeldOpen)),
  };
}

function unknownMeaning({ major }: AccessEvent): CodeMeaning {
  return { kind: major === alarmMajor ? 'generic-alarm' : 'device-info' };
}

function heldOpenAfter({ kind, active }: CodeMeaning, ended: boolean): boolean | undefined {
  if (kind === 'door-held-open') return active === true;
  return ended ? false : undefined;
}

function observationOf(
  { event, access, device, now }: { event: TerminalEvent; access: AccessEvent; device: string; now: number },
  code: string,
  { kind, active, means }: CodeMeaning,
): Observation {
  const observedAt = readDateTime(event.dateTime);
  return {
    device,
    ...identityOf(event, access, { now, what: `${code}.${kind}` }),
    ...(observedAt !== undefined && { observedAt }),
    ...(access.isStored && { historical: true as const }),
    body: {
      type: 'event',
      kind,
      ...(active !== undefined && { active }),
      code,
      ...(means && { credential: credentialOf(access, means, code) }),
    },
  };
}

function credentialOf(access: AccessEvent, means: Credential['means'], code: string): Credential {
  const reference = code === unknownCardCode ? access.cardLastDigits : access.employeeNo;
  return { means, ...(reference !== undefined && { reference }) };
}

/**
 * A retry carries the same serial number and time. A terminal that was reset counts from 1 again, so the
 * time belongs to the key; where its clock was reset too, only a retry within the minute is the same.
 */
function identityOf(
  { dateTime }: TerminalEvent,
  { serialNo, isStored }: AccessEvent,
  { now, what }: { now: number; what: string },
): Pick<Observation, 'origin' | 'near'> {
  if (serialNo === undefined) return {};
  const time = readDateTime(dateTime);
  const isTrusted = time !== undefined && (isStored || Math.abs(time - now) <= trustedClockMs);
  const key = `${serialNo}@${time ?? '-'}.${what}`;
  return isTrusted ? { origin: { key } } : { near: { key, at: now, withinMs: retryMs } };
}

/** ISO 8601; without an offset it is China's time. */
function readDateTime(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  const hasOffset = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const time = Date.parse(hasOffset ? text : `${text}+08:00`);
  return Number.isNaN(time) || time < 0 ? undefined : time;
}

/** The terminal by its MAC; one that keeps it to itself by its IP address, so that it can be found. */
function terminalOf({ mac, ipAddress }: TerminalEvent): string {
  return mac ?? ipAddress?.replaceAll(/[^A-Za-z0-9._-]/g, '-') ?? 'unknown';
}

/** Alarms of the terminal itself name no door; they are told at its first, where people will go. */
function doorOf({ doorNo }: AccessEvent): number {
  return doorNo === undefined || doorNo === 0 ? 1 : doorNo;
}

function addressOf(terminal: string, door: number): string {
  return `${protocol}:${terminal}/${door}`;
}
