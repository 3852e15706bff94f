import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { factsOf } from '#contracts/facts/event-kinds.ts';
import { unknownDevice } from '#contracts/facts/identifiers.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
import type { Component, DeviceEvent, Position } from '#contracts/record-body.ts';
import { type Evidence, keyOfNow, lateSuffix } from '#contracts/warning-transition.ts';
import { deviceWords } from '../device-words.ts';
import type { Warning } from '../warning.ts';
import { isPublished } from '../warning-lifecycle.ts';
import type { Effect, ReceivedRecord, RuleView } from './rule.ts';

/** A record whose body is a device event. */
export type EventLine = ReceivedRecord & { body: DeviceEvent };

/**
 * Most warnings of one rule that hold at one gateway; further alarms repeat one warning of their kind, so
 * that a faulty gateway fills neither memory nor the wall, and each is still in the log.
 */
export const maxActivePerGateway = 10_000;

const crowdSuffix = '/many';
/** How a gateway names the sender of what it cannot read. */
const sentFrom = /^from (\S+)$/;

/** True for the one warning of all beyond the limit: no end of a single device ends it. */
export function isCrowd({ key }: Pick<Warning, 'key'>): boolean {
  return key.endsWith(crowdSuffix);
}

/** Device id or, for a device that the registry does not know, its gateway and who sent it as far as is known. */
function subjectOf(entry: ReceivedRecord): string {
  if (entry.device !== unknownDevice) return entry.device;
  return `${entry.community}/${entry.gateway}/${senderOf(entry)}`;
}

/** Who sent a record of an unregistered device: what the gateway says of it, else its address. */
function senderOf({ address, body }: ReceivedRecord): string {
  const text = body.type === 'event' ? body.text : undefined;
  return sentFrom.exec(text ?? '')?.[1] ?? address;
}

/** Key of an alarm: device, kind, and the component that gave it. */
function alarmKey(entry: EventLine, kind: EventKind = entry.body.kind): string {
  const part = componentName(entry.body.component) ?? entry.address.split('/')[1];
  return `${subjectOf(entry)}/${kind}${part ? `/${part}` : ''}`;
}

/**
 * What an alarm does to the warnings of its rule: the first raises one, further ones repeat it. A late one repeats a
 * warning that began before it and whose incident is open. If there is none, life safety and what asks for a call raise a
 * late warning of their own, one a key while it holds; anything else is dropped (DESIGN.md, promise 6).
 */
export function alarmEffects(entry: EventLine, view: RuleView, key = alarmKey(entry)): Effect[] {
  const { level, lifeSafety = false, counted = false } = factsOf(entry.body.kind);
  if (!level) return [];
  const { kind } = entry.body;
  const evidence = alarmEvidence(entry, view);
  const active = view.active(key);
  const subject = subjectOf(entry);
  const told = entry.late ? toldOfLate(key, entry, view) : active;
  if (told) return [{ do: 'repeat', warning: told, evidence, late: entry.late, record: entry }];
  if (entry.late && !lifeSafety && !counted) return [{ do: 'drop', reason: 'late' }];
  const many = `${entry.community}/${entry.gateway}/${kind}${crowdSuffix}`;
  const isFull = view.countActive(entry.gateway) >= maxActivePerGateway;
  const crowd = isFull ? view.active(many) : undefined;
  if (crowd) return [{ do: 'repeat', warning: crowd, evidence, late: entry.late, record: entry }];
  const about = {
    // A late alarm has a warning of its own: an alarm of now must not be swallowed by it.
    key: isFull ? many : entry.late ? `${key}${lateSuffix}` : key,
    kind,
    level,
    lifeSafety,
    community: entry.community,
    gateway: entry.gateway,
    ...(entry.device !== unknownDevice && { device: entry.device }),
    component: entry.body.component,
    subject,
  };
  return [{ do: 'raise', about, evidence, late: entry.late, record: entry }];
}

/** The warning that a late alarm repeats: one of now that began before it and is not resolved, else a late one that holds. */
function toldOfLate(key: string, entry: EventLine, view: RuleView): Warning | undefined {
  const active = view.active(key);
  const began = active?.firstAlarmAt ?? active?.raisedAt ?? 0;
  if (active && isPublished(active.state) && began <= entry.capturedAt) return active;
  return view.active(`${key}${lateSuffix}`);
}

/** Ends every warning of the rule and these kinds that the key's condition holds up, unless an alarm is newer than the end. */
export function endEffects(entry: EventLine, kinds: readonly EventKind[], view: RuleView): Effect[] {
  const keys = kinds.map((kind) => alarmKey(entry, kind));
  const ended = view
    .activeOf(subjectOf(entry))
    .filter((warning) => warning.rule === view.rule && keys.includes(keyOfNow(warning.key)))
    .filter((warning) => (warning.lastAlarmAt ?? 0) <= entry.capturedAt);
  return ended.map((warning) => ({
    do: 'clear',
    warning,
    evidence: endEvidence(entry, view),
    record: entry,
  }));
}

function alarmEvidence(entry: EventLine, view: RuleView): Evidence {
  const { kind, text, code, position, component } = entry.body;
  const device = deviceWords(view.registry.devices.get(entry.device), entry.address);
  const words = kindWords[kind];
  const part = partWords(component, text);
  const zh = `${device.zh} ${words.zh}${part && `（${part.replace(sentFrom, '来自 $1')}）`}`;
  const en = `${words.en}: ${device.en}${part && ` (${part})`}`;
  return {
    zh: zh.slice(0, 500),
    en: en.slice(0, 500),
    values: {
      address: entry.address,
      ...(entry.device === unknownDevice && { sender: senderOf(entry) }),
      capturedAt: entry.capturedAt,
      ...(entry.late && { late: true, heldMs: entry.heldMs ?? 'unknown' }),
      ...(code !== undefined && { code }),
      ...(text !== undefined && { text }),
      ...(position && placeValues(position)),
      ...unreadableValues(entry.body),
    },
  };
}

/** A place that is not of now says so, and of when it is. */
function placeValues({ latitude, longitude, source, lastKnown, fixAt }: Position): Evidence['values'] {
  return {
    ...{ latitude, longitude, fix: source },
    ...(lastKnown && { lastKnown }),
    ...(fixAt !== undefined && { fixAt }),
  };
}

function endEvidence(entry: EventLine, view: RuleView): Evidence {
  const device = deviceWords(view.registry.devices.get(entry.device), entry.address);
  const part = partWords(entry.body.component, entry.body.text);
  return {
    zh: `${device.zh}${part && `（${part}）`} 报告已恢复`,
    en: `Over, says ${device.en}${part && ` (${part})`}`,
    values: { address: entry.address, capturedAt: entry.capturedAt, by: entry.body.kind },
  };
}

function unreadableValues({ unreadable }: DeviceEvent): Evidence['values'] {
  if (!unreadable) return {};
  return { reason: unreadable.reason, ...(unreadable.raw !== undefined && { raw: unreadable.raw }) };
}

function partWords(component: Component | undefined, text: string | undefined): string {
  return [componentName(component), text].filter(Boolean).join(' ');
}

function componentName(component: Component | undefined): string | undefined {
  if (!component) return undefined;
  const { systemType, systemAddress, zone, point } = component;
  return [systemType, systemAddress, zone, point].filter((part) => part !== undefined).join('.');
}
