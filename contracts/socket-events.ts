import type { CommandView } from './command.ts';
import type { Incident, NotificationView, TimelineEntry } from './incident.ts';
import type { WallState } from './wall.ts';
import type { DeviceState, GatewayLiveState } from './warning-transition.ts';

/** A passage at a gate, or another happening there, as the live list shows it. */
export interface GateEvent {
  /** Journal position: orders and identifies. */
  position: number;
  device: string;
  kind: string;
  active: boolean;
  /** Gateway time, corrected, epoch ms. */
  capturedAt: number;
  receivedAt: number;
  late: boolean;
  /** Means of the credential, never whose. */
  means?: string;
  code?: string;
}

/**
 * All a page needs to draw itself, and the sequence from which it follows. A responder's holds the incidents
 * brought to them and nothing else; a relative's is empty, since their page asks over REST.
 */
export interface Snapshot {
  sequence: number;
  /** Platform time, epoch ms, for "3 minutes ago". */
  now: number;
  incidents: Incident[];
  devices: DeviceState[];
  gateways: GatewayLiveState[];
  gateEvents: GateEvent[];
  /** The newest `maxCommandsShown`, newest first. */
  commands: CommandView[];
}

/** One change; sequences of a room rise by 1, so a page that misses one asks to resync. */
export type LiveUpdate = { sequence: number; now: number } & (
  | { type: 'incident'; incident: Incident; timeline: TimelineEntry[] }
  | { type: 'devices'; devices: DeviceState[] }
  | { type: 'gateways'; gateways: GatewayLiveState[] }
  | { type: 'gate-events'; gateEvents: GateEvent[] }
  | { type: 'commands'; commands: CommandView[] }
  /** The incident is no longer this viewer's to see. */
  | { type: 'incident-removed'; incident: string }
  /** Something of an elder changed: the relative's page asks for it anew. */
  | { type: 'elder'; resident: string }
);

/** What the server sends. */
export interface ServerToPage {
  update: (update: LiveUpdate) => void;
  notification: (notification: NotificationView, taken: (ok: boolean) => void) => void;
  /** The session ended or the rights changed: sign in again. */
  'signed-out': () => void;
}

/**
 * What a page sends. `resync` answers with the updates after `sequence`, or with a whole snapshot; `sequence` 0
 * says that the page has nothing and is always answered with a snapshot. Pages also send it as a heartbeat,
 * so an answer without updates is normal. `LIVE_BUSY` names the wait, ms, where a page asked too often.
 */
export interface PageToServer {
  resync: (
    from: { sequence: number },
    answer: (
      result: { updates: LiveUpdate[] } | { snapshot: Snapshot } | { error: string; waitMs?: number },
    ) => void,
  ) => void;
  /** A wall's page says how it is; from others it counts for nothing. */
  wall: (state: WallState) => void;
}
