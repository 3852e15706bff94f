import type { Credential } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import type { CodeMeaning } from './code-meaning.ts';
import type { DecodedEvent, DecodingContext } from './decoded-event.ts';
import { concludeAt } from './door-memory.ts';
import {
  alarmMajor,
  doorbellOrRemoteCode,
  doorClosedCode,
  echoCodes,
  eventCodes,
  heartbeatCode,
  unknownCardCode,
} from './event-codes.ts';
import { identityOf, readDateTime } from './event-identity.ts';
import { addressOf, terminalOf } from './terminal-address.ts';
import type { AccessEvent, TerminalEvent } from './terminal-event.ts';

/** Reads what an access terminal says of a door. */
export function decodeAccess(
  event: TerminalEvent,
  access: AccessEvent,
  context: DecodingContext,
): DecodedEvent {
  const terminal = terminalOf(event);
  const door = doorOf(access);
  const device = addressOf(terminal, door);
  const code = `${access.major}/${access.sub}`;
  const { doors } = context;
  if (echoCodes.has(code) || code === heartbeatCode) {
    return { observations: [], seenDevices: [device], counts: [], commit: () => doors.saw(terminal, door) };
  }
  const known = eventCodes.get(code);
  const told = withReader(known ?? unknownMeaning(access), access);
  const said = (what: CodeMeaning) => observationOf({ event, access, device, code }, what, context);
  // What was stored may arrive behind what is newer: it changes nothing that stands, and ends what it says.
  const concluded = concludeAt(doors, { terminal, door }, told);
  const observations = [said(access.isStored ? told : concluded.meaning)];
  const changes = [...concluded.changes];
  // The terminal says when a door is held open and leaves the end of it to the door contact.
  if (code === doorClosedCode && !access.isStored) {
    const held = doors.activeAlarms(terminal, door, 'door-held-open');
    if (held.length > 0) observations.push(said({ kind: 'door-held-open', active: false }));
    changes.push(
      ...held.map((name) => ({ condition: { kind: 'door-held-open', name } as const, stands: false })),
    );
  }
  return {
    observations,
    seenDevices: [],
    counts: known ? [] : ['unknown-codes'],
    commit: () => doors.saw(terminal, door, access.isStored ? [] : changes),
  };
}

function unknownMeaning({ major }: AccessEvent): CodeMeaning {
  return { kind: major === alarmMajor ? 'generic-alarm' : 'device-info' };
}

/** One controller has several readers, and each may be offline or torn off. */
function withReader(meaning: CodeMeaning, { readerNo }: AccessEvent): CodeMeaning {
  const isOfReader = meaning.condition === 'reader' && readerNo !== undefined;
  return isOfReader ? { ...meaning, condition: `reader-${readerNo}` } : meaning;
}

function observationOf(
  {
    event,
    access,
    device,
    code,
  }: { event: TerminalEvent; access: AccessEvent; device: string; code: string },
  { kind, active, means, text = textOf(code, access) }: CodeMeaning,
  { now, digest }: DecodingContext,
): Observation {
  const time = readDateTime(event.dateTime);
  const { serialNo, isStored } = access;
  return {
    device,
    ...identityOf({ serialNo, isStored, time, what: `${code}.${kind}`, digest }, now),
    ...(time !== undefined && { observedAt: time }),
    ...(isStored && { historical: true as const }),
    body: {
      type: 'event',
      kind,
      ...(active !== undefined && { active }),
      code,
      ...(text && { text }),
      ...(means && { credential: credentialOf(access, means, code) }),
    },
  };
}

/** A door station does not number the presses of its bell; an access controller numbers its operations. */
function textOf(code: string, { serialNo }: AccessEvent): string | undefined {
  return code === doorbellOrRemoteCode && serialNo !== undefined
    ? '门铃或远程开门 (doorbell, or opened from afar)'
    : undefined;
}

function credentialOf(access: AccessEvent, means: Credential['means'], code: string): Credential {
  const reference = code === unknownCardCode ? access.cardLastDigits : access.employeeNo;
  return { means, ...(reference !== undefined && { reference }) };
}

/** Alarms of the terminal itself name no door; they are told at its first, where people will go. */
function doorOf({ doorNo }: AccessEvent): string {
  return String(doorNo || 1);
}
