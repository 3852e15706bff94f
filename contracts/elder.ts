import { type Static, Type } from 'typebox';
import { RequestId } from './facts/identifiers.ts';
import { DataClass } from './facts/roles.ts';
import { Incident, TimelineEntry } from './incident.ts';
import { objectOf } from './schema.ts';

const EpochMs = Type.Integer({ description: 'Platform time, epoch ms.' });
const Range = objectOf({ minimum: Type.Number(), maximum: Type.Number() });

/** How today compares with the same hours of the days before; `unknown` with fewer than 3 days to compare with. */
export const Comparison = Type.Enum(['as-usual', 'less', 'more', 'unknown']);
export type Comparison = Static<typeof Comparison>;

/** What today's sentence is made of; a field that is absent is not known, or not shared. */
export const ElderToday = objectOf({
  /** Beginning of the day in the community's timezone. */
  from: EpochMs,
  /** First steps, or first passage, after 04:00. */
  gotUpAt: Type.Optional(EpochMs),
  steps: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Mean of the same hours of the days before. */
  usualSteps: Type.Optional(Type.Integer({ minimum: 0 })),
  heartRate: Type.Optional(Range),
  usualHeartRate: Type.Optional(Range),
  comparison: Comparison,
});
export type ElderToday = Static<typeof ElderToday>;

/** The watch as a relative sees it. */
export const ElderWatch = objectOf({
  state: Type.Enum(['live', 'stale', 'unheard']),
  heardAt: Type.Optional(EpochMs),
  /** Since when it has not been on the wrist. */
  notWornSince: Type.Optional(EpochMs),
  batteryPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
});
export type ElderWatch = Static<typeof ElderWatch>;

/** An incident of an elder as a relative follows it, from seen to its closing message. */
export const ElderIncident = objectOf({
  id: Incident.properties.id,
  number: Incident.properties.number,
  kind: Incident.properties.kind,
  level: Incident.properties.level,
  state: Incident.properties.state,
  drill: Incident.properties.drill,
  openedAt: EpochMs,
  /** Of one about a late alarm: when that was captured. */
  capturedAt: Type.Optional(EpochMs),
  resolvedAt: Type.Optional(EpochMs),
  outcome: Incident.properties.outcome,
  /** Its device is still in alarm. */
  holds: Type.Optional(Type.Literal(true)),
  /** What happened, oldest first; staff's notes are not among it. */
  steps: Type.Array(
    objectOf({ at: EpochMs, type: TimelineEntry.properties.type, words: TimelineEntry.properties.words }),
  ),
  /** Until when a relative's call holds the next step of an inactivity incident. */
  heldUntil: Type.Optional(EpochMs),
  /** After it closed: who looked at the notes and the place meanwhile, and when. */
  accesses: Type.Array(objectOf({ at: EpochMs, name: Type.String() })),
});
export type ElderIncident = Static<typeof ElderIncident>;

/** `GET /api/elders`: the elders a relative follows. */
export const ElderList = objectOf({
  elders: Type.Array(objectOf({ id: Type.String(), name: Type.String(), place: Type.String() })),
});
export type ElderList = Static<typeof ElderList>;

/** `GET /api/elders/{resident}`: "is mum all right?"; the look is written to the audit log. */
export const ElderView = objectOf({
  id: Type.String(),
  /** As the family calls them ("妈妈"), else the resident's name, else the dwelling. */
  name: Type.String(),
  place: Type.String(),
  now: EpochMs,
  /** What the elder shares with this relative. */
  classes: Type.Array(DataClass),
  today: Type.Optional(ElderToday),
  watch: Type.Optional(ElderWatch),
  /** Open ones, worst first, then those closed within 24 h, newest first. */
  incidents: Type.Array(ElderIncident),
  /** The property's desk, where the community has given a number. */
  deskPhone: Type.Optional(Type.String()),
});
export type ElderView = Static<typeof ElderView>;

/** `POST /api/elders/{resident}/called`: "I have called"; names the incident where there is one. */
export const CalledRequest = objectOf({ request: RequestId, incident: Incident.properties.id });
export type CalledRequest = Static<typeof CalledRequest>;

/** `POST /api/elders/{resident}/visit`: "please send somebody to look". */
export const VisitRequest = objectOf({ request: RequestId });
export type VisitRequest = Static<typeof VisitRequest>;
