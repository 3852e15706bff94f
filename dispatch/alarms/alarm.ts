import { type IncidentKind, kindFacts } from '#contracts/facts/incident-kinds.ts';
import type { Place } from '#contracts/incident.ts';
import { identityOf } from '#contracts/journal-entry.ts';
import { keyOfNow, type WarningTransition } from '#contracts/warning-transition.ts';
import type { Device } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import { clip } from '../words.ts';

/** Longest label the contract of a place takes, in characters. */
const maxLabelLength = 128;
/** A transition of the warning log as an alarm, with its place and source. */
export interface Alarm {
  transition: WarningTransition;
  /** Text of the record's identity; absent where time alone raised it. */
  record?: string;
  /** The device, or its address where the registry does not have it. */
  subject: string;
  /** What re-alerts when it joins: the device and, for life safety, its component. */
  source: string;
  resident?: string;
  /** Life safety without an end: every press is a new alarm. */
  momentary: boolean;
  /** Each further one of its sender is counted on the incident of the first, and seldom asks again. */
  counted: boolean;
  /** Alarms of the same key in a community attach to one open incident. */
  attachKey: string;
  place: Place;
  /** Epoch ms; gateway time where known. */
  capturedAt: number;
}

/** Finds an alarm's place, source and the key by which it attaches. */
export function describeAlarm(transition: WarningTransition, registry: Registry): Alarm {
  const device = deviceOf(transition, registry);
  const dwelling = device?.dwelling
    ? registry.of(transition.community)?.dwellings.get(device.dwelling)
    : undefined;
  const place: Place = {
    building: dwelling?.building ?? device?.building ?? undefined,
    unit: dwelling?.unit ?? device?.unit ?? undefined,
    dwelling: dwelling?.dwelling,
    label: labelOf(transition, device, registry),
  };
  const subject = device
    ? device.id
    : `${transition.gateway ?? ''}/${transition.device ?? ''}/${keyOfNow(transition.key)}`;
  const { hasEnd, counted = false } = kindFacts(transition.kind);
  const component = transition.component ? `/${JSON.stringify(transition.component)}` : '';
  return {
    transition,
    record: transition.record && identityOf(transition.record),
    subject,
    source: transition.lifeSafety ? subject + component : subject,
    resident: device?.resident ?? undefined,
    momentary: transition.lifeSafety && !hasEnd,
    counted,
    attachKey: attachKeyOf(transition, place, subject),
    place,
    capturedAt: transition.capturedAt ?? transition.at,
  };
}

/** The device of a transition; undefined where the registry does not know it in that community. */
export function deviceOf(transition: WarningTransition, registry: Registry): Device | undefined {
  return transition.device === undefined
    ? undefined
    : registry.of(transition.community)?.devices.get(transition.device);
}

/** Same dwelling, same building for fire, else same device; absences by themselves. */
export function attachKeyOf(
  transition: { kind: IncidentKind; gateway?: string },
  place: Place,
  subject: string,
): string {
  const { absence, about } = kindFacts(transition.kind);
  if (absence) {
    const who = about === 'gateway' ? transition.gateway : undefined;
    const where = about === 'dwelling' ? place.dwelling : undefined;
    return `${transition.kind}:${who ?? where ?? subject}`;
  }
  if (about === 'group') return `${transition.kind}:${subject}`;
  if (about === 'building' && place.building) return `building:${place.building}`;
  if (place.dwelling) return `dwelling:${place.dwelling}`;
  return `device:${subject}`;
}

/** Where to go, as people say it: of a panel's component its own description, because a panel is not on fire. */
function labelOf(transition: WarningTransition, device: Device | undefined, registry: Registry): string {
  const label = device?.placeLabel || labelWithoutDevice(transition, registry);
  if (!transition.component) return label;
  const { text } = transition.evidence.values;
  const { zone, point } = transition.component;
  const number = [zone, point].filter((part) => part !== undefined).join('-');
  return clip([label, text || number].filter(Boolean).join('：'), maxLabelLength);
}

function labelWithoutDevice(transition: WarningTransition, registry: Registry): string {
  const gateway = registry.of(transition.community)?.gateways.get(transition.gateway ?? '');
  const { sender } = transition.evidence.values;
  const heard = gateway?.name ?? transition.gateway ?? transition.key;
  if (!transition.device) return sender === undefined ? heard : `未登记设备 ${sender} (${heard})`;
  return `未登记设备 ${transition.key} (${gateway?.name ?? transition.gateway ?? ''})`;
}
