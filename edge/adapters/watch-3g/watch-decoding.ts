import type { Reading } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import type { AlarmProfile } from './alarm-profile.ts';
import { type LocationRecord, readLocation, readNumber } from './location-record.ts';
import { isVitals, readingOf, readVitals } from './vitals.ts';
import { alarmObservations } from './watch-alarm.ts';
import type { WatchFrame } from './watch-frame.ts';
import type { WatchState } from './watch-memory.ts';

/** What a frame says, and what the watch expects in answer. */
export interface Decoded {
  /** Events to be on disk before the watch is answered. */
  alarms: Observation[];
  readings: Observation[];
  /** States to be told where they changed. */
  state: WatchState;
  /** States that the alarms themselves tell. */
  told: WatchState;
  /** Content of the answer; absent where the protocol has none. */
  answer?: string;
  /** What to count besides. */
  counts: Array<'unknown-commands' | 'discarded-values'>;
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
/** Stored positions that the watch sends once it is back: old by its own word. */
const backfillCommand = 'UD2';
const locationCommands = new Set(['UD', 'UD2', 'UD3', 'UD_LTE', 'UD_WCDMA', 'WT']);

/** True for AL, AL_LTE, AL_WCDMA and the AL that makers put their own suffix to. */
export function isAlarmCommand(command: string): boolean {
  return /^AL/i.test(command);
}

/** Reads a frame. */
export function decodeFrame(frame: WatchFrame, context: DecodingContext): Decoded {
  const command = frame.command.toUpperCase();
  const decoded: Decoded = {
    alarms: [],
    readings: [],
    state: {},
    told: {},
    counts: [],
    answer: answers[command],
  };
  if (isAlarmCommand(command)) return decodeAlarm(frame, context);
  if (locationCommands.has(command)) return decodeLocation(frame, context);
  if (isVitals(command)) {
    const vitals = readVitals(command, frame.fields);
    decoded.readings = vitals.readings.map((body) => ({ device: context.device, body }));
    decoded.state = { worn: vitals.worn };
    for (let n = 0; n < vitals.discarded; n++) decoded.counts.push('discarded-values');
  } else if (command === 'LK') {
    const [steps, rolls, battery] = frame.fields;
    decoded.readings = readingsOf(context, {
      steps: readNumber(steps, 0, 200_000),
      rolls: readNumber(rolls, 0, 1_000_000),
      batteryPercent: readNumber(battery, 0, 100),
    });
  } else if (decoded.answer === undefined) {
    decoded.counts.push('unknown-commands');
  }
  return decoded;
}

function decodeAlarm(frame: WatchFrame, context: DecodingContext): Decoded {
  const record = readLocation(frame.fields, context.isCut);
  const alarms = alarmObservations(record, context);
  const kinds = new Set(alarms.map(({ body }) => (body.type === 'event' ? body.kind : '')));
  return {
    alarms,
    readings: readingsOf(context, record),
    state: {
      ...(kinds.has('watch-removed') && { worn: false }),
      ...(kinds.has('low-battery') ? {} : stateOf(record)),
    },
    told: kinds.has('low-battery') ? { lowBattery: true } : {},
    answer: 'AL',
    counts: [],
  };
}

function decodeLocation(frame: WatchFrame, context: DecodingContext): Decoded {
  const record = readLocation(frame.fields);
  const isBackfill = frame.command.toUpperCase() === backfillCommand;
  const readings = readingsOf(context, record);
  return {
    alarms: [],
    readings: isBackfill ? readings.map((reading) => ({ ...reading, historical: true })) : readings,
    // An old record says nothing of the battery as it is now.
    state: isBackfill ? {} : stateOf(record),
    told: {},
    counts: [],
  };
}

function stateOf({ status }: LocationRecord): WatchState {
  return status === undefined ? {} : { lowBattery: (status & 1) === 1 };
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
