import type { Static, TObject, TProperties } from 'typebox';
import type { WarningKind } from '#contracts/facts/incident-kinds.ts';
import type { Level } from '#contracts/facts/levels.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { Component } from '#contracts/record-body.ts';
import type { Evidence } from '#contracts/warning-transition.ts';
import type { CommunityRegistry } from '#registry/community-registry.ts';
import type { DevicePresence, GatewayPresence, PresenceChange } from '../presence-rows.ts';
import type { ResidentIndex } from '../resident-index.ts';
import type { Warning } from '../warning.ts';

/** A record of the journal. */
export type ReceivedRecord = Extract<JournalEntry, { class: 'record' }>;

/** A gateway's birth, heartbeat or death in the journal. */
export type GatewayLine = Extract<JournalEntry, { class: 'gateway' }>;

/** A change of an incident in the journal. */
export type JournalledIncidentChange = Extract<JournalEntry, { class: 'incident' }>;

/** What a warning is about and where. */
export interface WarningSubject {
  key: string;
  kind: WarningKind;
  level: Level;
  lifeSafety: boolean;
  community: string;
  device?: string;
  gateway?: string;
  component?: Component;
  /** Device id, or the address where the registry has no such device. */
  subject: string;
}

/** Why a warning is over, or is not what it was, where its device did not say so. */
export type Because = 'merged' | 'panel-reset' | 'taken-out';

/** What a rule asks for; the engine does it and writes it to the warning log. */
export type Effect<State extends object = never> =
  | { do: 'raise'; about: WarningSubject; evidence: Evidence; late: boolean; record?: ReceivedRecord }
  | { do: 'repeat'; warning: Warning; evidence: Evidence; late: boolean; record: ReceivedRecord }
  | { do: 'clear'; warning: Warning; evidence: Evidence; record?: ReceivedRecord; because?: Because }
  /** The warning is about other devices than before, or about a removed one. */
  | { do: 'change'; warning: Warning; evidence: Evidence; record?: ReceivedRecord; because?: 'taken-out' }
  /** Keeps the rule's state of a key as plain JSON, or forgets it; it comes back by `stateOf`. */
  | { do: 'remember'; key: string; state: State | undefined; deadline?: Deadline }
  /** An alarm that no warning follows from, by a rule that says so. */
  | { do: 'drop'; reason: 'late' };

/** When a key wants to be asked again: on the listening clock of a gateway, see presence.ts. */
export interface Deadline {
  gateway: string;
  at: number;
}

/**
 * What a rule may look at: the community of the entry in hand, and no other, whose ids may be the very same. It changes
 * nothing.
 */
export interface RuleView<State extends object = object, Settings = object> {
  /** `receivedAt` of the entry in hand, epoch ms: the only present there is. */
  readonly at: number;
  readonly registry: CommunityRegistry;
  readonly residents: ResidentIndex;
  /** Name of the rule. */
  readonly rule: string;
  /** The rule's own settings. */
  readonly settings: Settings;
  /** The device as it stood before the record in hand changed its latest values. */
  device(id: string): DevicePresence | undefined;
  /** @param key `gatewayKey(community, gateway)`. */
  gateway(key: string): GatewayPresence | undefined;
  /** The rule's warning of a key whose condition holds. */
  active(key: string): Warning | undefined;
  /** Number of the rule's active warnings at one gateway. */
  countActive(gateway: string): number;
  /** What the rule remembers of a key; nobody changes it. */
  stateOf(key: string): State | undefined;
  /** A warning of any rule by its id, whether or not its condition still holds. */
  find(id: string): Warning | undefined;
  /** Warnings of a subject, of any rule, whose condition holds, in the order they were raised. */
  activeOf(subject: string): readonly Warning[];
  /** The same as another rule sees it: with that one's settings, warnings and state. */
  as<S extends object, P extends TProperties>(rule: Rule<S, P>): RuleView<S, Static<TObject<P>>>;
}

/**
 * One rule: pure steps from what happened to effects; the same journal gives the same effects. It keeps nothing
 * itself. A step that finds nothing to do returns undefined.
 *
 * `State` is what it remembers of a key, `Settings` the settings of its own:
 *
 * ```ts
 * const settings = { stuffyPpm: Type.Integer({ default: 2000, description: '…' }) };
 * export const stuffy: Rule<{ since: number }, typeof settings> = {
 *   name: 'stuffy',
 *   settings,
 *   onRecord: (entry, view) => (isAbove(entry, view.settings.stuffyPpm) ? … : undefined),
 * };
 * ```
 */
export interface Rule<
  State extends object = object,
  Settings extends TProperties = Record<never, never>,
  View = RuleView<State, Static<TObject<Settings>>>,
> {
  /** Stable: it is part of every warning id. */
  readonly name: string;
  /** Settings of its own, part of WARNING's; their names begin with what the rule is about. */
  readonly settings?: Settings;
  /** It may raise several warnings, and so may other rules on the same record: of each rule it counts once a key. */
  onRecord?(entry: ReceivedRecord, view: View): readonly Effect<State>[] | undefined;
  /** A record of another gateway than the device's own; a rule without this step does not get it. */
  onRecordOfOther?(entry: ReceivedRecord, view: View): readonly Effect<State>[] | undefined;
  onGateway?(entry: GatewayLine, view: View): readonly Effect<State>[] | undefined;
  onPresence?(change: PresenceChange, view: View): readonly Effect<State>[] | undefined;
  onIncident?(entry: JournalledIncidentChange, view: View): readonly Effect<State>[] | undefined;
  /**
   * One of its warnings that hold, after the registry changed: what it is about may have been taken out. A rule without
   * this step leaves it to `takenOutEffects`.
   */
  onRegistry?(warning: Warning, view: View): readonly Effect<State>[] | undefined;
  onDeadline?(key: string, view: View): readonly Effect<State>[] | undefined;
}
