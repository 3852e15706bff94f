import { XMLParser } from 'fast-xml-parser';

/** What is read of a message; names, pictures and whole card numbers are not. */
export interface TerminalEvent {
  eventType: string;
  /** Twelve lower-case hexadecimal digits. */
  mac?: string;
  ipAddress?: string;
  /** As sent, at most 40 characters. */
  dateTime?: string;
  access?: AccessEvent;
}

/** The part of a message that speaks of a door. */
export interface AccessEvent {
  major: number;
  sub: number;
  doorNo?: number;
  serialNo?: number;
  employeeNo?: string;
  cardLastDigits?: string;
  /** The terminal stored it while it could not post. */
  isStored: boolean;
}

/** A message that was read, or what it lacked. */
export type ReadResult = { ok: true; event: TerminalEvent } | { ok: false; expected: string };

type Fields = Record<string, unknown>;

const xml = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  removeNSPrefix: true,
  processEntities: false,
});

/** Reads a message in JSON or XML, bare or wrapped in `EventNotificationAlert`. */
export function readTerminalEvent(message: string | object): ReadResult {
  const parsed = typeof message === 'string' ? parse(message) : message;
  const outer = fieldsOf(parsed);
  if (!outer) return { ok: false, expected: 'an event in JSON or XML' };
  const fields = fieldsOf(outer.EventNotificationAlert) ?? outer;
  const eventType = textOf(fields.eventType, 64);
  if (eventType === undefined) return { ok: false, expected: 'a field eventType' };
  const event: TerminalEvent = {
    eventType,
    mac: macOf(fields.macAddress),
    ipAddress: textOf(fields.ipAddress, 45),
    dateTime: textOf(fields.dateTime, 40),
  };
  if (eventType !== 'AccessControllerEvent') return { ok: true, event };
  const access = readAccess(fieldsOf(fields.AccessControllerEvent), fields);
  if (!access)
    return { ok: false, expected: 'AccessControllerEvent with numbers majorEventType and subEventType' };
  return { ok: true, event: { ...event, access } };
}

function parse(text: string): unknown {
  try {
    return text.trimStart().startsWith('<') ? xml.parse(text) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readAccess(fields: Fields | undefined, outer: Fields): AccessEvent | undefined {
  const major = numberOf(fields?.majorEventType);
  const sub = numberOf(fields?.subEventType);
  if (!fields || major === undefined || sub === undefined) return undefined;
  const current = fields.currentEvent ?? outer.currentEvent;
  return {
    major,
    sub,
    doorNo: numberOf(fields.doorNo),
    serialNo: numberOf(fields.serialNo),
    employeeNo: textOf(fields.employeeNoString, 64),
    cardLastDigits: textOf(fields.cardNo, 64)?.slice(-4),
    isStored: current === false || current === 'false',
  };
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(value: unknown, maxLength: number): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim().slice(0, maxLength) : undefined;
}

function numberOf(value: unknown): number | undefined {
  const isNumeral = typeof value === 'string' && /^\s*(\d{1,15}|0x[0-9a-f]{1,8})\s*$/i.test(value);
  const number = isNumeral ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function macOf(value: unknown): string | undefined {
  const digits = typeof value === 'string' ? value.replaceAll(/[^0-9a-f]/gi, '').toLowerCase() : '';
  return digits.length === 12 ? digits : undefined;
}
