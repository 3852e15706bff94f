import type { Reading } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import { type AlarmProfile, lowBatteryPercent, stateBits } from './alarm-profile.ts';
import { type LocationRecord, maxCounted, readLocation } from './location-record.ts';
import { readRadio } from './radio.ts';
import { readNumber } from './read-number.ts';
import { isVitals, readingOf, readVitals } from './vitals.ts';
import { readVoice } from './voice-message.ts';
import { alarmObservations, alarmsOfLocation, isTrusted } from './watch-alarm.ts';
import type { WatchFrame } from './watch-frame.ts';
import type { WatchState } from './watch-memory.ts';
import { placeOf, type WatchFix } from './watch-place.ts';

/** What a frame says, and what the watch expects in answer. */
export interface Decoded {
  /** Events to be on disk before the watch is answered. */
  alarms: Observation[];
  readings: Observation[];
  /** States to be told where they changed. */
  state: WatchState;
  /** States that the alarms themselves tell, or that are never told. */
  told: WatchState;
  /** A satellite fix, for records that have none. */
  fix?: WatchFix;
  /** Content of the answer; absent where the protocol has none. */
  answer?: string;
  /** What to count besides. */
  counts: string[];
}

/** What decoding a frame needs besides it. */
export interface DecodingContext {
  device: string;
  /** Gateway time, epoch ms. */
  now: number;
  profile: AlarmProfile;
  bytes: Buffer;
  /** The frame was cut short. */
  isCut?: boolean;
  /** The last fix of this watch that was heard. */
  lastFix?: WatchFix;
  /** What the watch last said of itself. */
  last?: WatchState;
}

/** Answers by command; vital signs of makers that expect none are left without. */
const answers: Record<string, string> = {
  LK: 'LK',
  HEART: 'heart',
  PULSE: 'PULSE',
  BPHRT: 'bphrt',
  OXYGEN: 'oxygen,1',
  BTEMP2: 'btemp2',
  TKQ: 'TKQ',
  TKQ2: 'TKQ2',
  CONFIG: 'CONFIG,1',
  ICCID: 'ICCID2,1',
  ICCID2: 'ICCID2,1',
  INIT: 'INIT,1',
};
/** UD, UD_LTE, UD_WCDMA, UD3, …: every maker adds its own. */
const locationCommand = /^(UD|WT$|WG$)/i;
/** Stored positions that the watch sends once it is back: old by its own word. */
const backfillCommand = /^UD2/i;
/** A location record behind one field of their own, e.g. the language in which an address is asked for. */
const prefixedLocationCommands = new Set(['PP', 'RAD', 'WAD']);
/** Said by some watches, of no use here: counted by name, so that a test of a new model shows them. */
const countedCommands = new Set(['BPXY', 'CCID', 'DEVMESSAGE', 'IMG', 'RCAPTURE']);
/** Longest text of a device about itself that is kept. */
const maxTextLength = 256;

/** True for AL, AL_LTE, AL_WCDMA and the AL that makers put their own suffix to. */
export function isAlarmCommand(command: string): boolean {
  return /^AL/i.test(command);
}

/** Reads a frame. */
export function decodeFrame(frame: WatchFrame, context: DecodingContext): Decoded {
  const command = frame.command.toUpperCase();
  if (isAlarmCommand(command)) return decodeAlarm(frame, context);
  if (locationCommand.test(command)) return decodeLocation(frame.fields, command, context);
  if (prefixedLocationCommands.has(command)) return decodeLocation(frame.fields.slice(1), command, context);
  const voice = readVoice(frame, context);
  if (voice) return { ...nothing, alarms: [voice.event], answer: voice.answer };
  const answer = Object.hasOwn(answers, command) ? answers[command] : undefined;
  if (isVitals(command)) return { ...decodeVitals(frame, context), answer };
  if (command === 'LK') return { ...nothing, readings: readLink(frame.fields, context), answer };
  if (command === 'GS1') return { ...nothing, readings: readCellPosition(frame.fields, context), answer };
  if (command === 'VERNO') return { ...nothing, readings: readVersion(frame.fields, context), answer };
  if (countedCommands.has(command))
    return { ...nothing, counts: [`unread-${command.toLowerCase()}`], answer };
  return { ...nothing, counts: answer === undefined ? ['unknown-commands'] : [], answer };
}

const nothing: Decoded = { alarms: [], readings: [], state: {}, told: {}, counts: [] };

function decodeVitals(frame: WatchFrame, { device }: DecodingContext): Decoded {
  const vitals = readVitals(frame.command, frame.fields);
  return {
    ...nothing,
    readings: vitals.readings.map((body) => ({ device, body })),
    state: { worn: vitals.worn },
    counts: Array.from({ length: vitals.discarded }, () => 'discarded-values'),
  };
}

/** `LK`, `LK,steps,battery` or `LK,steps,rolls,battery`. */
function readLink(fields: string[], context: DecodingContext): Observation[] {
  const [steps, ...rest] = fields;
  const [rolls, battery] = rest.length === 1 ? [undefined, rest[0]] : rest;
  return readingsOf(context, {
    steps: readNumber(steps, 0, maxCounted),
    rolls: readNumber(rolls, 0, maxCounted),
    batteryPercent: readNumber(battery, 0, 100),
  });
}

/** `GS1,count,timing advance,MCC,MNC,(LAC,cell,signal)×n`: what stands in a location record for a lost fix. */
function readCellPosition(fields: string[], context: DecodingContext): Observation[] {
  return placeReadings('GS1', { radio: readRadio(fields) }, context);
}

function readVersion(fields: string[], { device }: DecodingContext): Observation[] {
  const text = fields
    .join()
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, maxTextLength);
  return [{ device, body: { type: 'event', kind: 'device-info', code: 'VERNO', text } }];
}

function decodeAlarm(frame: WatchFrame, context: DecodingContext): Decoded {
  const record = readLocation(frame.fields, context.isCut);
  const place = placeOf(record, context.lastFix);
  const alarms = alarmObservations(record, { ...context, place });
  return {
    ...nothing,
    alarms,
    readings: readingsOf(context, record),
    ...statesBeside(alarms, record),
    fix: fixOf(record, context),
    answer: 'AL',
  };
}

/** The states of a record whose alarms tell some of them. */
function statesBeside(alarms: Observation[], record: LocationRecord): Pick<Decoded, 'state' | 'told'> {
  const kinds = new Set(alarms.map(({ body }) => (body.type === 'event' ? body.kind : '')));
  const { lowBattery, powerCut } = stateOf(record);
  return {
    state: {
      ...(kinds.has('watch-removed') && { worn: false }),
      ...(kinds.has('low-battery') ? {} : { lowBattery }),
      powerCut,
    },
    told: {
      ...(kinds.has('low-battery') && { lowBattery: true }),
      ...(kinds.has('power-fault') && { powerCut: true }),
      bits: record.status?.bits,
    },
  };
}

function decodeLocation(fields: string[], command: string, context: DecodingContext): Decoded {
  const record = readLocation(fields);
  if (backfillCommand.test(command)) return decodeBackfill(record, command, context);
  const place = placeOf(record, context.lastFix);
  const alarms = alarmsOfLocation(record, { ...context, place }, context.last?.bits ?? 0);
  return {
    ...nothing,
    alarms,
    readings: readLocationReadings(record, command, context),
    ...statesBeside(alarms, record),
    fix: fixOf(record, context),
  };
}

/** An old record says nothing of the battery as it is now, and what is known now nothing of where the watch was then. */
function decodeBackfill(record: LocationRecord, command: string, context: DecodingContext): Decoded {
  const place = placeOf(record, undefined);
  const alarms = alarmsOfLocation(record, { ...context, place }, context.last?.storedBits ?? 0);
  const readings = readLocationReadings(record, command, { ...context, lastFix: undefined });
  return {
    ...nothing,
    alarms: alarms.map((alarm) => ({ ...alarm, historical: true })),
    readings: readings.map((reading) => ({ ...reading, historical: true })),
    told: { storedBits: record.status?.bits },
  };
}

function readLocationReadings(
  record: LocationRecord,
  command: string,
  context: DecodingContext,
): Observation[] {
  const places = record.position ? [] : placeReadings(command, record, context);
  return [...readingsOf(context, record), ...places];
}

function stateOf({ status, batteryPercent }: LocationRecord): WatchState {
  if (!status) return {};
  const isSet = (bit: number) => ((status.bits >>> bit) & 1) === 1;
  const isSure = status.digits === 8 || (batteryPercent ?? 100) <= lowBatteryPercent;
  return {
    ...(isSure && { lowBattery: isSet(stateBits.lowBattery) }),
    ...(status.digits === 8 && !isSet(stateBits.powerCut) && { powerCut: false }),
  };
}

function fixOf({ position, observedAt }: LocationRecord, { now }: DecodingContext): WatchFix | undefined {
  return position && { position, at: isTrusted(observedAt, now) ? observedAt : now };
}

/** Where a watch without a fix last was, and what it hears; the networks alone where it never had a fix. */
function placeReadings(code: string, record: LocationRecord, context: DecodingContext): Observation[] {
  const { position, radio } = placeOf(record, context.lastFix);
  const { device } = context;
  const when = record.observedAt === undefined ? {} : { observedAt: record.observedAt };
  if (position) return [{ device, ...when, body: { type: 'position', position, ...(radio && { radio }) } }];
  if (!radio) return [];
  return [{ device, ...when, body: { type: 'event', kind: 'device-info', code: code.slice(0, 64), radio } }];
}

function readingsOf({ device }: DecodingContext, record: LocationRecord): Observation[] {
  const { observedAt, position } = record;
  const when = observedAt === undefined ? {} : { observedAt };
  const readings: Array<Reading | undefined> = [
    reading('battery', record.batteryPercent),
    reading('steps', record.steps),
    reading('roll-count', record.rolls),
    reading('signal-strength', record.signalPercent),
    reading('speed', record.speedKmh),
  ];
  const observations: Observation[] = readings
    .filter((body) => body !== undefined)
    .map((body) => ({ device, ...when, body }));
  if (position) observations.push({ device, ...when, body: { type: 'position', position } });
  return observations;
}

function reading(quantity: Parameters<typeof readingOf>[0], value: number | undefined): Reading | undefined {
  return value === undefined ? undefined : readingOf(quantity, value);
}
