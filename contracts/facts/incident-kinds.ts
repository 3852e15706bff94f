import { type Static, Type } from 'typebox';
import { EventKind } from './event-kinds.ts';

/** What only a rule can say, of no single event. */
export const warningOnlyKinds = [
  'alarm-lost',
  'device-stale',
  'gateway-stale',
  'gateway-twin',
  'gateway-speaks-for-others',
  'inactivity',
  'outage',
] as const;
/** What only people, or the platform of itself, can say. */
export const incidentOnlyKinds = [
  'nobody-reached',
  'nobody-at-wall',
  'visit-request',
  'help-request',
  'medical',
  'disturbance',
  'other',
] as const;

/** What a warning is about: a kind of device event, or what only a rule can say. */
export const WarningKind = Type.Union([EventKind, Type.Enum(warningOnlyKinds)]);
export type WarningKind = Static<typeof WarningKind>;

/** What an incident is about: as a warning, or what only people say. */
export const IncidentKind = Type.Union([WarningKind, Type.Enum(incidentOnlyKinds)]);
export type IncidentKind = Static<typeof IncidentKind>;
