import { type Static, Type } from 'typebox';
import { AssignmentState, assignmentStates } from './facts/assignments.ts';
import { holdingKinds } from './facts/event-kinds.ts';
import { IncidentId } from './facts/identifiers.ts';
import { IncidentKind } from './facts/incident-kinds.ts';
import { Level } from './facts/levels.ts';
import { objectOf } from './schema.ts';
import { maxMembersNamed } from './warning-transition.ts';

const EpochMs = Type.Integer({ description: 'Platform time, epoch ms.' });
const Text = (maxLength: number) => Type.String({ maxLength });

/** Where people handle an incident: `new` sounds, `acknowledged` is seen by somebody, `resolved` is over. */
export const incidentStates = ['new', 'acknowledged', 'resolved'] as const;
export const IncidentState = Type.Enum(incidentStates);
export type IncidentState = Static<typeof IncidentState>;

/** What it was, said by the person who resolves it. */
export const outcomes = ['real', 'false', 'test', 'drill'] as const;
export const Outcome = Type.Enum(outcomes);
export type Outcome = Static<typeof Outcome>;

/** A place of the community in words and ids; the finest part known is filled. */
export const Place = objectOf({
  building: Type.Optional(Text(48)),
  unit: Type.Optional(Text(48)),
  dwelling: Type.Optional(Text(48)),
  /** As people say it: "3栋2单元501", "1栋1单元 单元门". */
  label: Text(128),
});
export type Place = Static<typeof Place>;

/** A sentence in both languages. */
export const Words = objectOf({ zh: Text(500), en: Text(500) });
export type Words = Static<typeof Words>;

/** One responder sent to one incident. */
export const Assignment = objectOf({
  id: Text(48),
  person: Text(48),
  personName: Text(64),
  state: AssignmentState,
  changedAt: EpochMs,
});
export type Assignment = Static<typeof Assignment>;

/** A condition that its device still reports; `device` absent where the registry does not know it. */
export const Holding = objectOf({ kind: Type.Enum(holdingKinds), device: Type.Optional(Text(48)) });
export type Holding = Static<typeof Holding>;
/** Most conditions listed for one incident. */
export const maxHoldingShown = 20;

/** A linked incident. */
export const LinkedIncident = objectOf({ id: IncidentId, number: Text(24) });
export type LinkedIncident = Static<typeof LinkedIncident>;
/** Most links of one incident. */
export const maxLinkedShown = 10;

/** An incident 警情 as pages and scripts read it. */
export const Incident = objectOf({
  id: IncidentId,
  /** For people, e.g. `20261124-007`: the day in the community and a counter. */
  number: Text(24),
  community: Text(48),
  state: IncidentState,
  level: Level,
  kind: IncidentKind,
  lifeSafety: Type.Boolean(),
  late: Type.Boolean(),
  /** Of a late one: when the alarm that opened it was captured, by its gateway. */
  capturedAt: Type.Optional(EpochMs),
  drill: Type.Boolean(),
  /** What it is about was said by another gateway than the device's own: verify. Absent where its own says it. */
  saidByOther: Type.Optional(Type.Literal(true)),
  source: Type.Enum(['warning', 'desk', 'platform', 'family']),
  place: Place,
  /** Rises with every alarm that asks to be acknowledged anew (DESIGN.md, promise 8). */
  attention: Type.Integer({ minimum: 1 }),
  alarmCount: Type.Integer({ minimum: 0 }),
  /** How many of the alarms may be the one before sent again; absent where none. */
  possibleRepeats: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The devices it is about where it is about several: how many, and where the first of them are. */
  members: Type.Optional(
    objectOf({
      count: Type.Integer({ minimum: 0 }),
      places: Type.Array(Text(256), { maxItems: maxMembersNamed }),
    }),
  ),
  summary: Words,
  callBack: Type.Optional(Text(32)),
  openedAt: EpochMs,
  lastAlarmAt: EpochMs,
  /**
   * Since when everybody was notified and nobody has answered (DESIGN.md, promise 10); absent where somebody has, or
   * steps are left. Such an incident is shown above all others.
   */
  unansweredSince: Type.Optional(EpochMs),
  acknowledgedAt: Type.Optional(EpochMs),
  acknowledgedBy: Type.Optional(Text(64)),
  resolvedAt: Type.Optional(EpochMs),
  outcome: Type.Optional(Outcome),
  /** What devices still say, resolved or not; absent where nothing is. */
  holding: Type.Optional(Type.Array(Holding, { minItems: 1, maxItems: maxHoldingShown })),
  /** Kinds of its alarms whose device was removed from the registry: their state is unknown. */
  takenOut: Type.Optional(Type.Array(IncidentKind, { minItems: 1, maxItems: maxHoldingShown })),
  /** When a resolved one is opened again, unless what holds is over by then. */
  reopensAt: Type.Optional(EpochMs),
  /** An incident about a late alarm and the closed one that was open when it happened name each other, the newest first. */
  linked: Type.Optional(Type.Array(LinkedIncident, { minItems: 1, maxItems: maxLinkedShown })),
  assignments: Type.Array(Assignment),
  /** Rises with every change; an action may name the version it was decided on. */
  version: Type.Integer({ minimum: 1 }),
});
export type Incident = Static<typeof Incident>;

/** Types of timeline entries. */
export const timelineTypes = [
  'opened',
  'alarm',
  'changed',
  'condition-ended',
  'taken-out',
  'linked',
  'acknowledged',
  ...assignmentStates,
  'notified',
  'delivered',
  'escalated',
  'unanswered',
  'note',
  'family-called',
  'visit-requested',
  'resolved',
  'reopened',
] as const;
export const TimelineType = Type.Enum(timelineTypes);
export type TimelineType = Static<typeof TimelineType>;

/** One line of an incident's append-only timeline. */
export const TimelineEntry = objectOf({
  incident: IncidentId,
  sequence: Type.Integer({ minimum: 1 }),
  at: EpochMs,
  type: TimelineType,
  /** Name of the person who acted; absent for the platform itself. */
  actor: Type.Optional(Text(64)),
  words: Words,
  level: Type.Optional(Level),
  kind: Type.Optional(IncidentKind),
  warning: Type.Optional(Text(48)),
  /** Identity of the record that stands here, for `alarm`: exactly one entry in all incidents. */
  record: Type.Optional(Text(200)),
  origin: Type.Optional(Text(128)),
  observedAt: Type.Optional(Type.Integer()),
  /** May be the previous alarm sent again: only time distinguishes them. */
  possibleRepeat: Type.Optional(Type.Literal(true)),
  /** Another gateway than the device's own said it. */
  saidByOther: Type.Optional(Type.Literal(true)),
});
export type TimelineEntry = Static<typeof TimelineEntry>;

/** Lines of a timeline's ends: the first and the newest alarms, and the newest of everything else. */
export const timelineEnds = { firstAlarms: 20, newestAlarms: 80, newestOthers: 200 } as const;
/** Most lines of a timeline's ends. */
export const maxTimelineEnds =
  timelineEnds.firstAlarms + timelineEnds.newestAlarms + timelineEnds.newestOthers;
/** Most lines of a timeline given at once, where the middle is asked for. */
export const maxTimelinePart = 200;

/** One line of the incident log, which the dashboard and ingest read by `change`. */
export interface IncidentChange {
  change: number;
  at: number;
  incident: string;
  community: string;
  /** A timeline type. */
  transition: TimelineType;
  warnings: string[];
  actor?: string;
  outcome?: Outcome;
  kind: IncidentKind;
  level: Level;
  drill: boolean;
  building?: string;
  /** How long people took, in ms; see `IncidentEntry`. */
  responseMs?: number;
}

/** Reads a change from an entry of the incident log. */
export function toIncidentChange({ first, head }: { first: number; head: string }): IncidentChange {
  return { ...(JSON.parse(head) as Omit<IncidentChange, 'change'>), change: first };
}

/** A message in a person's hands: the in-app channel's delivery states. */
export interface NotificationView {
  id: string;
  incident: string;
  person: string;
  channel: 'in-app';
  state: 'pending' | 'sent' | 'delivered' | 'read' | 'failed';
  step: number;
  /** The attention of the incident that the message is about: a page that shows an older one has not taken it. */
  attention: number;
  /** `assignment`: this person was sent to the incident; it holds also where others have answered. */
  about: 'alarm' | 'assignment';
  /** A repeat of a message that may have gone out before a restart. */
  possibleRepeat: boolean;
  createdAt: number;
}

/** Reads incidents and their log; dispatch alone writes them. */
export interface IncidentReader {
  /** Open incidents, unanswered ones before all others, then worst first, then oldest attention first; with `resolvedSince`, resolved ones of that time too. */
  list(community: string, options: { resolvedSince?: number; limit: number }): Promise<Incident[]>;
  find(id: string): Promise<Incident | undefined>;
  /** Oldest first; with `after`, only the lines above that sequence. */
  timeline(id: string, after?: number, limit?: number): Promise<TimelineEntry[]>;
  /** Oldest first, the same with the middle of many alarms left out: at most `maxTimelineEnds` lines. */
  timelineEnds(id: string, after?: number): Promise<TimelineEntry[]>;
  /** Changes after `change`, oldest first. */
  changes(change: number, limit: number): Promise<IncidentChange[]>;
  newestChange(): Promise<number>;
  /**
   * Open incidents that were brought to a person of a community: an active assignment, or a message of the present attention.
   * Worst first.
   */
  openFor(community: string, person: string): Promise<Incident[]>;
  /** People an open incident was brought to, by the same measure; none for a resolved one. */
  reachedBy(id: string): Promise<string[]>;
  /** Incidents of a dwelling, open or resolved since `resolvedSince`: open ones worst first, then newest first. */
  ofDwelling(
    community: string,
    dwelling: string,
    options: { resolvedSince: number; limit: number },
  ): Promise<Incident[]>;
  /**
   * Incidents by their number, of days of their community as `yyyymmdd`, the last one included: those above `after`,
   * in order of their numbers, which beyond 999 a day is not quite that of time.
   */
  ofDays(
    community: string,
    options: { from: string; to: string; after?: string; limit: number },
  ): Promise<Incident[]>;
  /** Until when the next step of an incident is held by a relative's call, epoch ms. */
  heldUntil(id: string): Promise<number | undefined>;
  /** Messages of the in-app channel to a person of a community that no page has taken yet. */
  undelivered(community: string, person: string): Promise<NotificationView[]>;
}
