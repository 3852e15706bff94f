import { Type } from 'typebox';
import { EventKind, type EventKindFacts, eventKinds } from './event-kinds.ts';
import type { Level } from './levels.ts';

/** What the platform does with a kind of warning or incident. */
export interface IncidentKindFacts extends Partial<EventKindFacts> {
  /** It is about missing data, never about danger: each is an incident of its own. */
  absence?: true;
}

/** What only a rule can say, of no single event. */
export const warningOnlyKinds = {
  'alarm-lost': { level: 'red', lifeSafety: true, platformOnly: true },
  'device-stale': { level: 'yellow', absence: true, platformOnly: true },
  'gateway-stale': { level: 'orange', absence: true, about: 'gateway', platformOnly: true },
  'gateway-twin': { level: 'orange', absence: true, about: 'gateway', platformOnly: true },
  'gateway-speaks-for-others': {
    level: 'orange',
    absence: true,
    about: 'gateway',
    counted: true,
    platformOnly: true,
  },
  inactivity: { level: 'orange', absence: true, about: 'dwelling', platformOnly: true },
  outage: { level: 'yellow', about: 'group', platformOnly: true },
} as const satisfies Record<string, IncidentKindFacts>;

/** What only people, or the platform of itself, can say. */
export const incidentOnlyKinds = {
  'nobody-reached': { level: 'red', platformOnly: true },
  'nobody-at-wall': { level: 'red', platformOnly: true },
  // A relative who asks is answered by somebody: it sounds until then.
  'visit-request': { level: 'orange', platformOnly: true },
  'help-request': { level: 'orange' },
  medical: { level: 'red', lifeSafety: true },
  disturbance: { level: 'orange' },
  other: { level: 'yellow' },
} as const satisfies Record<string, IncidentKindFacts>;

/** What a warning is about: a kind of device event, or what only a rule can say. */
export type WarningKind = EventKind | keyof typeof warningOnlyKinds;
export const WarningKind = Type.Union([
  EventKind,
  Type.Enum(Object.keys(warningOnlyKinds) as (keyof typeof warningOnlyKinds)[]),
]);

/** What an incident is about: as a warning, or what only people say. */
export type IncidentKind = WarningKind | keyof typeof incidentOnlyKinds;
export const IncidentKind = Type.Union([
  WarningKind,
  Type.Enum(Object.keys(incidentOnlyKinds) as (keyof typeof incidentOnlyKinds)[]),
]);

const facts: ReadonlyMap<string, IncidentKindFacts> = new Map<string, IncidentKindFacts>([
  ...Object.entries(eventKinds),
  ...Object.entries(warningOnlyKinds),
  ...Object.entries(incidentOnlyKinds),
]);

/** The facts of a kind of warning or incident; none of a kind that only a newer release knows. */
export function kindFacts(kind: IncidentKind): IncidentKindFacts {
  return facts.get(kind) ?? {};
}

/** The level of an incident of a kind, where the kind alone decides it; yellow where its event warns of nothing. */
export function levelOfKind(kind: IncidentKind): Level {
  return kindFacts(kind).level ?? 'yellow';
}
