import type { DeviceEvent } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import { decodeAccess } from './access-decoding.ts';
import { begin, type CodeMeaning, event } from './code-meaning.ts';
import { contactIdMeaning } from './contact-id.ts';
import type { DecodedEvent, DecodingContext } from './decoded-event.ts';
import { concludeAt } from './door-memory.ts';
import { identityOf, readDateTime } from './event-identity.ts';
import { addressOf, terminalOf } from './terminal-address.ts';
import type { PanelEvent, TerminalEvent } from './terminal-event.ts';

/** Reads an event. */
export function decodeEvent(event: TerminalEvent, context: DecodingContext): DecodedEvent {
  if (isHeartbeat(event)) return heartbeat(event, context);
  if (event.access) return decodeAccess(event, event.access, context);
  if (event.panel) return decodePanel(event, event.panel, context);
  return decodeNamed(event, context);
}

/** Cameras send an inactive `videoloss` to say that they are there, an AX PRO panel an inactive, empty `cidEvent`. */
function isHeartbeat({ eventType, isInactive, postCount, panel }: TerminalEvent): boolean {
  const name = eventType.toLowerCase();
  if (name === 'heartbeat') return true;
  if (name === 'videoloss') return isInactive || postCount === 0;
  return name === 'cidevent' && !panel;
}

function heartbeat(event: TerminalEvent, { doors }: DecodingContext): DecodedEvent {
  const terminal = terminalOf(event);
  const seenDevices = doors.doorsOf(terminal).map((door) => addressOf(terminal, door));
  return { observations: [], seenDevices, counts: [], commit: () => undefined };
}

/** An alarm panel speaks for its zones by Contact ID. */
function decodePanel(event: TerminalEvent, { code, zone, trigger }: PanelEvent, context: DecodingContext) {
  const terminal = terminalOf(event);
  const place = zone === undefined ? '1' : `zone-${zone}`;
  const known = contactIdMeaning(code);
  const begun: CodeMeaning = known ?? { kind: 'generic-alarm' };
  // The panel sends the same code once more, inactive, where the condition clears.
  const isOver = event.isInactive && begun.active === true;
  const reported = isOver ? { ...begun, active: false } : begun;
  const { meaning, changes } = concludeAt(context.doors, { terminal, door: place }, reported);
  const body: DeviceEvent = {
    type: 'event',
    kind: meaning.kind,
    ...(meaning.active !== undefined && { active: meaning.active }),
    code: `cid ${code}`,
    ...(meaning.text && { text: meaning.text }),
  };
  const time = readDateTime(trigger) ?? readDateTime(event.dateTime);
  const what = `cid ${code}${isOver ? ' over' : ''} ${place}`;
  const observation = observed(event, { place, body, time, what }, context);
  return {
    observations: [observation],
    seenDevices: [],
    counts: known?.isKnown ? [] : ['unknown-codes'],
    commit: () => context.doors.saw(terminal, place, changes),
  };
}

/** Cameras, recorders and inputs name their events; while one lasts they post it again, once a second. */
function decodeNamed(event: TerminalEvent, context: DecodingContext): DecodedEvent {
  const terminal = terminalOf(event);
  const place = String(event.channel || 1);
  const device = addressOf(terminal, place);
  const alarm = namedAlarm(event.eventType, event.types);
  const state = `${device} ${event.eventType} ${alarm?.text ?? ''}`;
  const isOver = event.isInactive;
  const isAgain = !isOver && (event.postCount ?? 0) > 1 && context.posts.wasTold(state, context.now);
  const commit = () => {
    context.doors.saw(terminal, place);
    if (isOver) context.posts.over(state);
    else if (!isAgain) context.posts.addReported(state, context.now);
  };
  if (isAgain) return { observations: [], seenDevices: [device], counts: ['repeated-states'], commit };
  const hasEnd = alarm?.active !== undefined;
  const meaning: CodeMeaning = alarm && (hasEnd || !isOver) ? alarm : { kind: 'device-info' };
  const body: DeviceEvent = {
    type: 'event',
    kind: meaning.kind,
    ...(hasEnd && { active: !isOver }),
    code: event.eventType,
    ...(meaning.text && { text: meaning.text }),
  };
  const what = `${event.eventType} ${isOver ? 'over' : (event.postCount ?? '-')} ${place}`;
  const observation = observed(event, { place, body, time: readDateTime(event.dateTime), what }, context);
  return { observations: [observation], seenDevices: [], counts: alarm ? [] : ['other-events'], commit };
}

function observed(
  event: TerminalEvent,
  { place, body, time, what }: { place: string; body: DeviceEvent; time: number | undefined; what: string },
  { now, digest }: DecodingContext,
): Observation {
  return {
    device: addressOf(terminalOf(event), place),
    ...identityOf({ time, what, digest }, now),
    ...(time !== undefined && { observedAt: time }),
    body,
  };
}

/** Event types, in lower case, that are alarms by their name. */
const alarms: ReadonlyMap<string, CodeMeaning> = new Map([
  ['firedetection', begin('fire', 'firedetection')],
  ['smokeandfiredetection', begin('fire', 'smokeandfiredetection')],
  ['firesmartfiredetect', begin('fire', 'firesmartfiredetect')],
  ['smokedetection', begin('smoke', 'smokedetection')],
  ['io', event('generic-alarm', '报警输入 (alarm input)')],
  ['tma', event('generic-alarm', '测温报警 (temperature alarm)')],
]);

/** Not an alarm though its name has a word of one: an escape route is parked up. */
const states: ReadonlySet<string> = new Set(['fireescapedetection']);
/** A name with such a word in it may be a cry for help of a type that nobody here has met. */
/** `failDown` is how the maker spells a person on the ground. */
const dangerWords = /fire|smoke|gas|fa[il]l_?down|help|sos|panic|emergency|drown/;

/**
 * What an event type that is no access event means while it is active; undefined where it alarms nobody.
 *
 * @param types What its other fields call a type.
 */
function namedAlarm(eventType: string, types: readonly string[] = []): CodeMeaning | undefined {
  const name = eventType.toLowerCase();
  const known = alarms.get(name);
  if (known) return known;
  if (states.has(name)) return undefined;
  if (dangerWords.test(name)) return event('generic-alarm');
  const danger = types.find((one) => dangerWords.test(one.toLowerCase()));
  return danger === undefined ? undefined : event('generic-alarm', danger);
}
