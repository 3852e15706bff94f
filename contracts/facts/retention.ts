import { type Static, Type } from 'typebox';
import { objectOf } from '../schema.ts';
import { type EventKind, eventKinds, factsOf, gateKinds } from './event-kinds.ts';
import { type Quantity, quantities, quantityFacts } from './quantities.ts';

/**
 * How long telemetry is kept, in days: for each class the default, the least and the most that a community may
 * choose. No rule sets the defaults; the floors follow those that ask for a time, the ceilings privacy.
 *
 * `access`: what happened at gates. `alarms`: what warned, and what people did about it. `location`: where a watch
 * was. `vitals`: what a body tells, and its summaries. `telemetry`: every other reading, and what gateways tell of
 * themselves. `summaries`: the 10-minute and hourly summaries of `telemetry`, for charts over years.
 */
export const retentionClasses = {
  access: { days: 180, floor: 30, ceiling: 1095 },
  alarms: { days: 1095, floor: 180, ceiling: 3650 },
  location: { days: 30, floor: 1, ceiling: 90 },
  vitals: { days: 90, floor: 7, ceiling: 365 },
  telemetry: { days: 30, floor: 7, ceiling: 365 },
  summaries: { days: 1095, floor: 30, ceiling: 3650 },
} as const satisfies Record<string, { days: number; floor: number; ceiling: number }>;

/** A class of telemetry that is kept for a time of its own. */
export type RetentionClass = keyof typeof retentionClasses;
/** All of them. */
export const retentionClassNames = Object.keys(retentionClasses) as RetentionClass[];

const days = (name: RetentionClass) =>
  Type.Optional(
    Type.Integer({ minimum: retentionClasses[name].floor, maximum: retentionClasses[name].ceiling }),
  );

/** Days that a community keeps each class; the default where it says nothing. */
export const Retention = objectOf({
  access: days('access'),
  alarms: days('alarms'),
  location: days('location'),
  vitals: days('vitals'),
  telemetry: days('telemetry'),
  summaries: days('summaries'),
});
export type Retention = Static<typeof Retention>;

/** Events at a gate that are no alarms: who goes in and out, and by what means. */
const accessKinds: readonly EventKind[] = gateKinds.filter((kind) => factsOf(kind).lane === 'telemetry');

/** Days that metrics of the platform's own processes are kept: they are of no community, so none may choose. */
export const platformMetricsDays = 31;

/** The class of an event, by its kind. */
export function retentionOfEvent(kind: EventKind): 'access' | 'alarms' | 'telemetry' {
  if (accessKinds.includes(kind)) return 'access';
  return factsOf(kind).level ? 'alarms' : 'telemetry';
}

/** Kinds of a class; `alarms` are all others, of any release, and what commands came to. */
export function kindsOfClass(name: 'access' | 'telemetry'): EventKind[] {
  return (Object.keys(eventKinds) as EventKind[]).filter((kind) => retentionOfEvent(kind) === name);
}

/**
 * Quantities whose readings are `telemetry`. All others are `vitals`: a waveform may name a quantity of its own, and
 * is then taken for what a body tells.
 */
export const telemetryQuantities: readonly Quantity[] = (Object.keys(quantities) as Quantity[]).filter(
  (quantity) => quantityFacts(quantity).loinc === undefined && !['worn', 'roll-count'].includes(quantity),
);

/** Days of a class in a community. */
export function keptDays(retention: Retention, name: RetentionClass): number {
  return retention[name] ?? retentionClasses[name].days;
}
