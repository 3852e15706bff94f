import type { EventKind } from '#contracts/facts/event-kinds.ts';
import type { Component, DeviceEvent } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import { readAnalogValue } from './analog-value.ts';
import { type DataObject, readApplicationData } from './application-data.ts';
import { commands, type PanelFrame } from './panel-frame.ts';
import type { PanelProfile } from './profiles.ts';
import { fireKindOf, statusEvents, statusLayouts } from './status-bits.ts';
import type { StatusDraft } from './status-memory.ts';
import { readTimeTag } from './time-tag.ts';
import { keepUnknown, maxRawBytes } from './unknown-data.ts';

/** A panel's clock farther than this from the gateway's does not tell its events apart, ms. */
export const trustedClockMs = 86_400_000;
/** With an untrusted clock, the same serial within this is a resend: 3 resends of 10 s and a reconnect, ms. */
export const resendMs = 60_000;

/** A reset recorded longer than this before its frame was sent is one of before, ms. */
const resetOfNowMs = 60_000;

/** What an uploaded unit says. */
export interface DecodedData {
  observations: Observation[];
  /** E.g. `unknown-types`, `unknown-analog`, `trailing-bytes`, `incomplete-data`. */
  counts: string[];
}

/** What decoding needs besides the frame. */
export interface DecodingContext {
  /** Address of the panel, e.g. `gb26875:060504030201`. */
  panel: string;
  /** Gateway time, epoch ms. */
  now: number;
  statuses: StatusDraft;
  profile: PanelProfile;
}

/** One object being read. */
interface ObjectContext extends DecodingContext {
  frame: PanelFrame;
  type: number;
  index: number;
  object: DataObject;
}

/** Types by which an alarm may come; where one is incomplete, a person must verify. */
const alarmTypes = new Set([1, 2, 4, 21, 24]);

/** Reads the application data of an upload or a response. */
export function decodeData(frame: PanelFrame, context: DecodingContext): DecodedData {
  const data = readApplicationData(frame.data);
  if (!data) return decodeUnknown(frame, `type ${frame.data[0] ?? '-'}`, context);
  const decoded: DecodedData = { observations: [], counts: [] };
  data.objects.forEach((object, index) => {
    const observations = decodeObject({ ...context, frame, type: data.type, index, object });
    if (data.type === 3 && observations.length === 0) decoded.counts.push('unknown-analog');
    decoded.observations.push(...observations);
  });
  if (!data.complete) {
    decoded.counts.push('incomplete-data');
    if (alarmTypes.has(data.type)) decoded.observations.push(incompleteAlarm(frame, context));
  } else if (data.trailingBytes > 0) {
    decoded.counts.push('trailing-bytes');
  }
  return decoded;
}

/** Keeps what the standard does not know, by the type or command that it came with. */
export function decodeUnknown(frame: PanelFrame, what: string, context: DecodingContext): DecodedData {
  const { panel, statuses, profile, now } = context;
  const identity = identityOf(frame, { tag: frame.timeTag, now, what });
  const isExpected = profile.greetings.some(
    (command) => command === frame.command && command !== commands.send,
  );
  return keepUnknown(frame, what, { panel, statuses, profile: profile.name, identity, isExpected });
}

function decodeObject(context: ObjectContext): Observation[] {
  const { body } = context.object;
  switch (context.type) {
    case 1:
      return status(context, 1, { component: systemOf(body), status: body.readUInt16LE(2) });
    case 2:
      return status(context, 2, {
        component: componentOf(body),
        status: body.readUInt16LE(7),
        text: readPanelText(body.subarray(9)),
        fireKind: fireKindOf(body[2] ?? 0),
      });
    case 3:
      return analog(context);
    case 4:
      return operation(context, body[2] ?? 0, systemOf(body));
    case 5:
      return info(context, { component: systemOf(body), text: `${body[2]}.${body[3]}` });
    case 6:
      return info(context, { component: systemOf(body), text: readPanelText(body.subarray(3)) });
    case 7:
      return info(context, { component: componentOf(body), text: readPanelText(body.subarray(7)) });
    case 8:
      return info(context, { component: systemOf(body) });
    case 21:
      return status(context, 21, { status: body[0] ?? 0 });
    case 24:
      return operation(context, body[0] ?? 0);
    case 25:
      return info(context, { text: `${body[0]}.${body[1]}` });
    case 26:
      return info(context, { text: readPanelText(body.subarray(1)) });
    default:
      return info(context, {});
  }
}

function status(
  context: ObjectContext,
  type: 1 | 2 | 21,
  report: { status: number; component?: Component; text?: string; fireKind?: EventKind },
): Observation[] {
  const device = deviceOf(context.panel, report.component);
  const key = `${context.panel} ${type} ${pathOf(report.component)}`;
  const before = context.statuses.replace(key, report.status);
  const events = statusEvents(statusLayouts[type], report.status, {
    before,
    fireKind: report.fireKind,
    ...(type === 2 && { names: context.profile.componentBits }),
  });
  const textOf = (said: string | undefined) => [report.text, said].filter(Boolean).join(' ').slice(0, 256);
  return events.map(({ bit, kind, active, text }) =>
    observation(context, device, active === false ? `${bit}.end` : String(bit), {
      type: 'event',
      kind,
      ...(active !== undefined && { active }),
      code: `${type}.${bit}`,
      ...(report.component && { component: report.component }),
      ...(textOf(text) && { text: textOf(text) }),
    }),
  );
}

/** Operation records: who pressed is a number of the panel's own and is not read. */
function operation(context: ObjectContext, flags: number, component?: Component): Observation[] {
  const observations: Observation[] = [];
  for (let bit = 0; bit < 7; bit++) {
    if (((flags >> bit) & 1) === 0) continue;
    observations.push(
      observation(context, context.panel, String(bit), {
        type: 'event',
        kind: operationKind(context, bit),
        ...(bit === 2 && { active: true }),
        code: `${context.type}.${bit}`,
        ...(component && { component }),
      }),
    );
  }
  return observations;
}

/** Bit 0 is a reset, 2 the manual alarm button of the panel or transmitter itself; 4 and 6 are tests. */
function operationKind(context: ObjectContext, bit: number): EventKind {
  if (bit === 0 && isOfNow(context)) return 'panel-reset';
  if (bit === 2) return 'manual-call-point';
  return bit === 4 || bit === 6 ? 'panel-test' : 'panel-operation';
}

/**
 * True where the sender's own two times, of the operation and of the frame, lie close together. After a broken line a
 * transmitter sends fires first and old operations behind them: a reset of before must end nothing that came since.
 */
function isOfNow({ frame, object, now }: ObjectContext): boolean {
  const happened = object.timeTag && readTimeTag(object.timeTag, now);
  const sent = readTimeTag(frame.timeTag, now);
  return happened !== undefined && sent !== undefined && Math.abs(sent - happened) <= resetOfNowMs;
}

function analog({ panel, now, object: { body, timeTag } }: ObjectContext): Observation[] {
  const component = componentOf(body);
  const reading = readAnalogValue(body[7] ?? 0, body.readInt16LE(8));
  if (!reading) return [];
  const observedAt = timeTag && readTimeTag(timeTag, now);
  const device = deviceOf(panel, component);
  return [{ device, ...(observedAt !== undefined && { observedAt }), body: { ...reading, component } }];
}

function info(context: ObjectContext, said: { component?: Component; text?: string }): Observation[] {
  const event: DeviceEvent = {
    type: 'event',
    kind: 'device-info',
    code: String(context.type),
    ...(said.component && { component: said.component }),
    ...(said.text && { text: said.text }),
  };
  return [observation(context, deviceOf(context.panel, said.component), 'info', event)];
}

function observation(context: ObjectContext, device: string, what: string, body: DeviceEvent): Observation {
  const { frame, type, index, now, object } = context;
  const tag = object.timeTag ?? frame.timeTag;
  const observedAt = readTimeTag(tag, now);
  return {
    device,
    ...identityOf(frame, { tag, now, what: `${type}.${index}.${what}` }),
    ...(object.timeTag && observedAt !== undefined && { observedAt }),
    body,
  };
}

/**
 * A resend keeps serial and time tag. A panel that restarts counts from 0 again, and where its clock
 * restarts too the pair comes back: only with a clock that runs is it exact for a day.
 */
function identityOf(
  frame: PanelFrame,
  { tag, now, what }: { tag: Buffer; now: number; what: string },
): Pick<Observation, 'origin' | 'near'> {
  const key = `${frame.serial.toString('hex')}.${tag.toString('hex')}.${what}`;
  const time = readTimeTag(tag, now);
  const isTrusted = time !== undefined && Math.abs(time - now) <= trustedClockMs;
  return isTrusted ? { origin: { key } } : { near: { key, at: now, withinMs: resendMs } };
}

function incompleteAlarm(frame: PanelFrame, { panel, now }: DecodingContext): Observation {
  return {
    device: panel,
    ...identityOf(frame, { tag: frame.timeTag, now, what: 'incomplete' }),
    body: {
      type: 'event',
      kind: 'unreadable-alarm',
      code: `type ${frame.data[0]}`,
      unreadable: {
        reason: 'fewer objects came than were announced',
        raw: frame.data.subarray(0, maxRawBytes).toString('hex'),
      },
    },
  };
}

function systemOf(body: Buffer): Component {
  return { systemType: body[0] ?? 0, systemAddress: body[1] ?? 0 };
}

function componentOf(body: Buffer): Component {
  return {
    ...systemOf(body),
    partType: body[2] ?? 0,
    zone: body.readUInt16LE(3),
    point: body.readUInt16LE(5),
  };
}

function pathOf(component: Component | undefined): string {
  if (!component) return '';
  const { systemType, systemAddress, zone, point } = component;
  return zone === undefined
    ? `${systemType}.${systemAddress}`
    : `${systemType}.${systemAddress}.${zone}.${point}`;
}

/** Components have addresses of their own; a system speaks as its panel. */
function deviceOf(panel: string, component: Component | undefined): string {
  return component?.zone === undefined ? panel : `${panel}/${pathOf(component)}`;
}

const decoder = new TextDecoder('gb18030');

/** Longest text an event may carry. */
const maxTextLength = 256;

/** Reads GB18030 text: what follows the first 00 is garbage in the field, control characters are dropped. */
function readPanelText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, maxTextLength);
}
