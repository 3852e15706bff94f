import { type Static, Type } from 'typebox';
import type { Level } from './levels.ts';

/** The two durable lanes of a gateway's outbox; the alarm lane is always sent first. */
export const lanes = ['alarm', 'telemetry'] as const;
export const Lane = Type.Enum(lanes, { description: 'Lane of the outbox.' });
export type Lane = Static<typeof Lane>;

/** What the platform does with a kind of device event, fixed for every part. */
export interface EventKindFacts {
  lane: Lane;
  /** Level of the warning it raises by itself; absent where the event alone warns of nothing. */
  level?: Level;
  /** Goes first, without grouping wait, silence, cap or inhibition. */
  lifeSafety?: true;
  /** The device says both when it begins and when it ends (`active: false`). */
  hasEnd?: true;
  /** One incident a sender while it is open: each further one is counted on it, and asks again 10 min later at most. */
  counted?: true;
  /** What one incident of the kind is about, where not the dwelling or the device. */
  about?: 'building' | 'group' | 'gateway' | 'dwelling';
  /** Only the platform raises it; such an incident cannot be opened by hand. */
  platformOnly?: true;
}

/** Every kind of device event the platform knows. */
export const eventKinds = {
  sos: { lane: 'alarm', level: 'red', lifeSafety: true },
  fall: { lane: 'alarm', level: 'red', lifeSafety: true },
  fire: { lane: 'alarm', level: 'red', lifeSafety: true, hasEnd: true, about: 'building' },
  'manual-call-point': { lane: 'alarm', level: 'red', lifeSafety: true, hasEnd: true, about: 'building' },
  smoke: { lane: 'alarm', level: 'red', lifeSafety: true, hasEnd: true },
  gas: { lane: 'alarm', level: 'red', lifeSafety: true, hasEnd: true },
  'carbon-monoxide': { lane: 'alarm', level: 'red', lifeSafety: true, hasEnd: true },
  'emergency-button': { lane: 'alarm', level: 'red', lifeSafety: true, hasEnd: true },
  'fire-input': { lane: 'alarm', level: 'red', lifeSafety: true, hasEnd: true, about: 'building' },
  duress: { lane: 'alarm', level: 'red', lifeSafety: true },
  'generic-alarm': { lane: 'alarm', level: 'red', lifeSafety: true },
  'unreadable-alarm': { lane: 'alarm', level: 'red', lifeSafety: true, counted: true, platformOnly: true },
  /** A person reset a fire panel: ordered with what its components report, before and after. */
  'panel-reset': { lane: 'alarm' },
  'fire-release': { lane: 'alarm', level: 'orange', hasEnd: true },
  'vitals-abnormal': { lane: 'alarm', level: 'orange' },
  'water-leak': { lane: 'alarm', level: 'orange', hasEnd: true },
  'door-forced': { lane: 'alarm', level: 'orange' },
  intrusion: { lane: 'alarm', level: 'orange', hasEnd: true },
  'door-held-open': { lane: 'alarm', level: 'yellow', hasEnd: true },
  tamper: { lane: 'alarm', level: 'yellow', hasEnd: true },
  'watch-removed': { lane: 'alarm', level: 'yellow' },
  'access-failures': { lane: 'alarm', level: 'yellow' },
  'panel-fault': { lane: 'alarm', level: 'yellow', hasEnd: true },
  'power-fault': { lane: 'alarm', level: 'yellow', hasEnd: true },
  'link-fault': { lane: 'alarm', level: 'yellow', hasEnd: true },
  'voice-message': { lane: 'alarm', level: 'yellow', counted: true },
  'press-or-repeat': { lane: 'alarm', level: 'yellow', counted: true },
  'detector-unread': { lane: 'telemetry', level: 'red', hasEnd: true, about: 'group' },
  'button-unsure': { lane: 'telemetry', level: 'yellow', hasEnd: true, about: 'group' },
  'low-battery': { lane: 'telemetry', level: 'blue' },
  'fence-left': { lane: 'alarm', level: 'yellow' },
  'fence-entered': { lane: 'telemetry' },
  'panel-shielded': { lane: 'telemetry', level: 'blue', hasEnd: true },
  'panel-supervisory': { lane: 'telemetry', level: 'blue', hasEnd: true },
  'panel-feedback': { lane: 'telemetry', hasEnd: true },
  'panel-operation': { lane: 'telemetry' },
  'panel-test': { lane: 'telemetry' },
  'access-granted': { lane: 'telemetry' },
  'access-denied': { lane: 'telemetry' },
  'exit-button': { lane: 'telemetry' },
  'door-opened': { lane: 'telemetry' },
  'door-closed': { lane: 'telemetry' },
  'always-open': { lane: 'telemetry', hasEnd: true },
  'always-closed': { lane: 'telemetry', hasEnd: true },
  tailgating: { lane: 'telemetry', level: 'blue' },
  vibration: { lane: 'telemetry' },
  motion: { lane: 'telemetry', hasEnd: true },
  doorbell: { lane: 'telemetry' },
  'device-info': { lane: 'telemetry' },
} as const satisfies Record<string, EventKindFacts>;

/** A kind of device event, e.g. `sos`, `door-forced`, `access-granted`. */
export type EventKind = keyof typeof eventKinds;
export const EventKind = Type.Unsafe<EventKind>(
  Type.Enum(Object.keys(eventKinds), { description: 'Kind of device event.' }),
);

/** The facts of a kind, with the optional ones readable on every kind. */
export function factsOf(kind: EventKind): EventKindFacts {
  return eventKinds[kind];
}

/** True where an event of the alarm lane needs somebody to go: an end and a reset do not. */
export function isAlarm({ kind, active }: { kind: EventKind; active?: boolean }): boolean {
  return active !== false && factsOf(kind).level !== undefined;
}

/**
 * Kinds whose condition a device holds until it says that it is over, and that nobody may take for over before: an
 * incident resolved meanwhile is opened again (DESIGN.md, promise 7). A press or a fall holds nothing.
 */
export const holdingKinds = [
  'fire',
  'manual-call-point',
  'smoke',
  'gas',
  'carbon-monoxide',
  'emergency-button',
  'fire-input',
  'water-leak',
] as const satisfies readonly EventKind[];
export type HoldingKind = (typeof holdingKinds)[number];

/** True for a kind that holds until its device says that it is over. */
export function isHoldingKind(kind: string): kind is HoldingKind {
  return (holdingKinds as readonly string[]).includes(kind);
}

/**
 * What happens at gates, as the live list of gates shows it. The journal's index is made for exactly this list:
 * changing it needs a migration that makes the index anew.
 */
export const gateKinds = [
  'access-granted',
  'access-denied',
  'access-failures',
  'door-forced',
  'door-held-open',
  'door-opened',
  'door-closed',
  'exit-button',
  'always-open',
  'always-closed',
  'tailgating',
  'doorbell',
  'tamper',
  'duress',
  'fire-release',
] as const satisfies readonly EventKind[];

/** Those of them that report a passage. */
export const passageKinds = gateKinds.filter((kind) => kind !== 'doorbell' && kind !== 'tamper');

/** Those of them that were turned away. */
export const deniedKinds = ['access-denied', 'access-failures'] as const satisfies readonly EventKind[];

/** Kinds with one warning a gateway, however many of its devices are concerned. */
export const groupKinds = ['detector-unread', 'button-unsure'] as const satisfies readonly EventKind[];
