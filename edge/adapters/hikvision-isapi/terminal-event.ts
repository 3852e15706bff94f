import { contactIdMeaning } from './contact-id.ts';
import { type Fields, fieldsOf, own, readObjects } from './message-fields.ts';

/** What is read of a message; names, pictures and whole card numbers are not. */
export interface TerminalEvent {
  eventType: string;
  /** What its other fields call a type, e.g. `alarmType` of an intercom whose events all have one name. */
  types: readonly string[];
  /** The terminal says that what it reports is over, or that nothing is the matter. */
  isInactive: boolean;
  /** How often it has posted this event by now: a state that stands is posted again and again. */
  postCount?: number;
  /** Channel or input of a camera or recorder. */
  channel?: number;
  /** Twelve lower-case hexadecimal digits. */
  mac?: string;
  ipAddress?: string;
  /** As sent, at most 40 characters. */
  dateTime?: string;
  access?: AccessEvent;
  panel?: PanelEvent;
}

/** The part of a message that speaks of a door. */
export interface AccessEvent {
  major: number;
  sub: number;
  doorNo?: number;
  readerNo?: number;
  serialNo?: number;
  employeeNo?: string;
  cardLastDigits?: string;
  /** The terminal stored it while it could not post. */
  isStored: boolean;
}

/** The part of a message that speaks of an alarm panel's zone, by Contact ID. */
export interface PanelEvent {
  code: number;
  /** As the panel counts. */
  zone?: number;
  /** When it was triggered, as sent. */
  trigger?: string;
}

/** The events of a message; `expected` where one or all of it could not be read. */
export interface ReadResult {
  events: TerminalEvent[];
  expected?: string;
}

type ReadEvent = { ok: true; event: TerminalEvent } | { ok: false; expected: string };

/** Types read of one event, and how deep they lie. */
const maxTypes = 16;
const typesDepth = 3;

const accessType = 'AccessControllerEvent';
const panelType = 'cidEvent';

/**
 * Reads a message in JSON or XML: one event or a list, bare, flat, or wrapped in `EventNotificationAlert`. One of a list
 * that cannot be read costs itself alone.
 */
export function readTerminalEvents(message: Uint8Array): ReadResult {
  const objects = readObjects(message);
  if (!objects) return { events: [], expected: 'an event in JSON or XML' };
  const read = objects.map(readEvent);
  const unread = read.find((one) => !one.ok);
  return {
    events: read.flatMap((one) => (one.ok ? [one.event] : [])),
    ...(unread && !unread.ok && { expected: unread.expected }),
  };
}

function readEvent(outer: Fields): ReadEvent {
  const fields = unwrapped(outer);
  const access = accessFields(fields);
  const relation = own(fieldsOf(own(fieldsOf(own(fields, 'DurationList')), 'Duration')), 'relationEvent');
  const stated = textOf(own(fields, 'eventType'), 64);
  // While an event lasts, some cameras post "duration of" it.
  const eventType =
    stated === 'duration' ? (textOf(relation, 64) ?? stated) : (stated ?? (access && accessType));
  if (eventType === undefined) return { ok: false, expected: 'a field eventType' };
  const event: TerminalEvent = {
    eventType,
    types: typesIn(fields).slice(0, maxTypes),
    isInactive: textOf(own(fields, 'eventState'), 16)?.toLowerCase() === 'inactive',
    postCount: numberOf(own(fields, 'activePostCount')),
    channel: numberOf(own(fields, 'channelID', 'dynChannelID')),
    mac: macOf(own(fields, 'macAddress')),
    ipAddress: textOf(own(fields, 'ipAddress'), 45),
    dateTime: textOf(own(fields, 'dateTime'), 40),
  };
  if (eventType === accessType) {
    const read = access && readAccess(access, fields);
    if (!read) return { ok: false, expected: `${accessType} with numbers majorEventType and subEventType` };
    return { ok: true, event: { ...event, access: read } };
  }
  if (eventType === panelType) return readPanel(event, fields);
  return { ok: true, event };
}

function typesIn(fields: Fields, depth = typesDepth): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value === 'string') return /.type$/i.test(name) ? [value.slice(0, 64)] : [];
    const inner = (Array.isArray(value) ? value.slice(0, maxTypes) : [value]).filter(
      (one) => typeof one === 'object',
    );
    return depth > 1 ? inner.flatMap((one) => typesIn(fieldsOf(one) ?? {}, depth - 1)) : [];
  });
}

/** The object that holds the event: the outer one, or the only one in it that does. */
function unwrapped(outer: Fields): Fields {
  const isEvent = (fields: Fields) =>
    own(fields, 'eventType') !== undefined || accessFields(fields) !== undefined;
  if (isEvent(outer)) return outer;
  return (
    Object.values(outer)
      .map(fieldsOf)
      .find((inner) => inner !== undefined && isEvent(inner)) ?? outer
  );
}

function accessFields(fields: Fields): Fields | undefined {
  const nested = fieldsOf(own(fields, accessType));
  if (nested) return nested;
  return own(fields, 'majorEventType', 'major') === undefined ? undefined : fields;
}

function readAccess(fields: Fields, outer: Fields): AccessEvent | undefined {
  const major = numberOf(own(fields, 'majorEventType', 'major'));
  const sub = numberOf(own(fields, 'subEventType', 'minor'));
  if (major === undefined || sub === undefined) return undefined;
  const current = own(fields, 'currentEvent') ?? own(outer, 'currentEvent');
  return {
    major,
    sub,
    doorNo: numberOf(own(fields, 'doorNo')),
    readerNo: numberOf(own(fields, 'cardReaderNo')),
    serialNo: numberOf(own(fields, 'serialNo')),
    employeeNo: textOf(own(fields, 'employeeNoString'), 64),
    cardLastDigits: textOf(own(fields, 'cardNo'), 64)?.slice(-4),
    isStored: current === false || current === 'false',
  };
}

/** An alarm panel says that it is there with an inactive event that says nothing else. */
function readPanel(event: TerminalEvent, fields: Fields): ReadEvent {
  const panel = fieldsOf(own(fields, 'CIDEvent'));
  if (event.isInactive && (!panel || Object.keys(panel).length === 0)) return { ok: true, event };
  const code = panelCode(numberOf(own(panel, 'standardCIDcode')), numberOf(own(panel, 'code')));
  if (code === undefined) return { ok: false, expected: 'CIDEvent with a number code' };
  const trigger = textOf(own(panel, 'trigger'), 40);
  const zone = numberOf(own(panel, 'zone', 'zoneNo'));
  return { ok: true, event: { ...event, panel: { code, zone, trigger } } };
}

/** The standard's code, else the maker's; where one says that it begins and the other that it ends, it begins. */
function panelCode(standard: number | undefined, maker: number | undefined): number | undefined {
  const codes = [standard, maker];
  const code =
    codes.find((one) => one !== undefined && contactIdMeaning(one)) ?? codes.find(Number.isInteger);
  const says = (one: number | undefined) => Math.floor((one ?? 0) / 1000);
  const isTorn = code !== undefined && says(code) === 3 && says(maker) === 1;
  return isTorn ? code - 2000 : code;
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
