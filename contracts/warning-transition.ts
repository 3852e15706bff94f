import type { WarningKind } from './facts/incident-kinds.ts';
import type { Level } from './facts/levels.ts';
import type { ForeignCall } from './gateway-messages.ts';
import type { RecordIdentity } from './journal-entry.ts';
import type { Component } from './record-body.ts';

/** A sentence for people in both languages of the pages, and the numbers it rests on. */
export interface Evidence {
  zh: string;
  en: string;
  values: Record<string, string | number | boolean>;
  /** The devices a warning is about, where it is about several. */
  members?: Members;
}

/** Several devices of one warning: how many, and where the first of them are. */
export interface Members {
  count: number;
  /** At most `maxMembersNamed`. */
  places: string[];
}
/** Most places of devices named by one warning. */
export const maxMembersNamed = 20;

/**
 * What happened to a warning. `raised` opens it; `repeated` is a further alarm of the same rule and key;
 * `worsened` lifts its level; `changed`: it is about other devices than before; `cleared` ends the condition; `acknowledged` and `validated` come from people.
 */
export const warningTransitions = [
  'raised',
  'repeated',
  'worsened',
  'changed',
  'cleared',
  'acknowledged',
  'validated',
] as const;
export type WarningTransitionName = (typeof warningTransitions)[number];

/** Whether it was what it seemed; only a person says so. */
export const validities = ['unknown', 'real', 'false', 'test', 'drill'] as const;
export type Validity = (typeof validities)[number];

/** Ends the key of a late alarm's warning, which is not that of an alarm of now; no address has an `@`. */
export const lateSuffix = '/@late';
const ofLate = /\/(@late|late\/[^/]+\/[^/]+\/[0-9a-f]+\/(alarm|telemetry)\/\d+)$/;

/** The key of the alarm of now, for the key of its late warning; earlier releases wrote a record's identity behind it. */
export function keyOfNow(key: string): string {
  return key.replace(ofLate, '');
}

/** One line of the warning log: append-only, written in the transaction of the engine's journal cursor. */
export interface WarningTransition {
  /** Increases by 1 with every line. */
  sequence: number;
  /** `receivedAt` of the journal entry that caused it, epoch ms. */
  at: number;
  /** Journal position of that entry. */
  position: number;
  warning: string;
  transition: WarningTransitionName;
  rule: string;
  /** What the rule keys on, e.g. the device, or device and component. */
  key: string;
  kind: WarningKind;
  level: Level;
  lifeSafety: boolean;
  /** The opening or repeating record is late: verify, do not take for the present. */
  late: boolean;
  drill: boolean;
  community: string;
  /** Device id of the registry; absent for a gateway's own warnings. */
  device?: string;
  gateway?: string;
  component?: Component;
  /** The record that caused it; absent where time alone did. */
  record?: RecordIdentity;
  /** The device's own identity of the event, and its clock, for the timeline. */
  origin?: string;
  observedAt?: number;
  capturedAt?: number;
  /** The record may be the alarm before it sent again; only time distinguishes them. */
  possibleRepeat?: true;
  /** Another gateway than the device's own said it: to be verified. */
  saidByOther?: true;
  /** For `cleared`: people resolved its incident; its device said nothing. */
  byPeople?: true;
  /** For `cleared`: its device belongs to a group's warning now. */
  merged?: true;
  /** For `cleared`: its panel was reset, and the component has not reported since; it did not say that it is over. */
  panelReset?: true;
  /**
   * For `cleared` and `changed`: what it is about was taken out of the registry; nobody hears any more whether it still is
   * so.
   */
  takenOut?: true;
  evidence: Evidence;
}

/** Reads the warning log by sequence. */
export interface WarningLogReader {
  /** Lines after `sequence`, oldest first, at most `limit`. */
  read(sequence: number, limit: number): Promise<WarningTransition[]>;
  newest(): Promise<number>;
}

/** The last state of a device; a projection the engine stores beside the warning log. */
export interface DeviceState {
  device: string;
  community: string;
  gateway: string;
  /** `unheard`: never since the platform knows it. */
  state: 'live' | 'stale' | 'unheard';
  /** Platform time of the last record, epoch ms; absent while unheard. */
  heardAt?: number;
  /** Newest value of each quantity and event kind, ordered by corrected gateway time. */
  latest: Record<string, LatestValue>;
  /** Lines rise with every change, for readers that ask what changed. */
  revision: number;
}

/** A newest value: a reading, the position, or the last event of a kind. */
export interface LatestValue {
  capturedAt: number;
  value: number | boolean | string;
  unit?: string;
  implausible?: true;
}

/** The last state of a gateway. */
export interface GatewayLiveState {
  community: string;
  gateway: string;
  state: 'live' | 'catching-up' | 'stale' | 'unheard';
  heardAt?: number;
  /** Devices that connected to the port of another protocol, as last reported. */
  foreign?: ForeignCall[];
}

/** Reads the last states of devices and gateways. */
export interface LiveStateReader {
  /** Devices whose revision is above `revision`, in order of revision; 0 reads all. */
  devices(community: string, revision: number): DeviceState[];
  device(community: string, device: string): DeviceState | undefined;
  gateways(community: string): GatewayLiveState[];
}

/** So many gateways or devices of a community are in a state. */
export interface PresenceCount {
  of: 'gateways' | 'devices';
  community: string;
  state: string;
  count: number;
}
