import { type CommandView, maxCommandsShown } from '#contracts/command.ts';
import type { Incident } from '#contracts/incident.ts';
import type { GateEvent, LiveUpdate, Snapshot } from '#contracts/socket-events.ts';
import type { DeviceState, GatewayLiveState } from '#contracts/warning-transition.ts';

/** Most passages a page keeps; the oldest go. */
export const maxGateEvents = 500;
/** Most resolved incidents a page keeps; the longest resolved go. */
export const maxResolved = 500;

/**
 * What a page knows of the community. `unsynced`: no snapshot of this connection yet, so sequences mean nothing.
 * `following`: every update up to `sequence` is in. `behind`: an update was missed, so what is shown may be
 * incomplete until the resync answers.
 */
export interface LiveState {
  readonly phase: 'unsynced' | 'following' | 'behind';
  readonly sequence: number;
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly devices: ReadonlyMap<string, DeviceState>;
  readonly gateways: ReadonlyMap<string, GatewayLiveState>;
  /** Newest first, at most `maxGateEvents`. */
  readonly gateEvents: readonly GateEvent[];
  /** Newest first, at most `maxCommandsShown`. */
  readonly commands: readonly CommandView[];
}

export const emptyLiveState: LiveState = {
  phase: 'unsynced',
  sequence: 0,
  incidents: new Map(),
  devices: new Map(),
  gateways: new Map(),
  gateEvents: [],
  commands: [],
};

/** The state a whole snapshot stands for; nothing of what was known before is kept. */
export function fromSnapshot(snapshot: Snapshot): LiveState {
  return {
    phase: 'following',
    sequence: snapshot.sequence,
    incidents: mapOf(snapshot.incidents, (incident) => incident.id),
    devices: mapOf(snapshot.devices, (device) => device.device),
    gateways: mapOf(snapshot.gateways, (gateway) => gateway.gateway),
    gateEvents: mergeGateEvents([], snapshot.gateEvents),
    commands: snapshot.commands,
  };
}

/** The state at the start of a connection: all that was known is still shown, but counts for nothing. */
export function unsynced(state: LiveState): LiveState {
  return { ...state, phase: 'unsynced', sequence: 0 };
}

/**
 * The state after one update. A repeated update changes nothing. An update over a gap, or before the snapshot,
 * is shown at once, since an alarm must not wait for the resync; over a gap the sequence stays and the phase
 * becomes `behind`.
 */
export function applyUpdate(state: LiveState, update: LiveUpdate): LiveState {
  if (state.phase === 'unsynced') return withBody(state, update);
  if (update.sequence <= state.sequence) return state;
  const changed = withBody(state, update);
  if (update.sequence > state.sequence + 1) return { ...changed, phase: 'behind' };
  return { ...changed, sequence: update.sequence };
}

/** The state after a resync answered with what was missed; whole again unless a gap is left in it. */
export function applyMissed(state: LiveState, updates: readonly LiveUpdate[]): LiveState {
  if (state.phase === 'unsynced') return state;
  if (state.phase === 'following' && updates.length === 0) return state;
  return updates.reduce(applyUpdate, { ...state, phase: 'following' });
}

function withBody(state: LiveState, update: LiveUpdate): LiveState {
  switch (update.type) {
    case 'incident':
      return { ...state, incidents: withIncident(state.incidents, update.incident) };
    case 'devices':
      return { ...state, devices: withDevices(state.devices, update.devices) };
    case 'gateways':
      return { ...state, gateways: new Map([...state.gateways, ...update.gateways.map(byGateway)]) };
    case 'gate-events':
      return { ...state, gateEvents: mergeGateEvents(state.gateEvents, update.gateEvents) };
    case 'incident-removed': {
      const incidents = new Map(state.incidents);
      incidents.delete(update.incident);
      return { ...state, incidents };
    }
    case 'elder':
      return state;
    case 'commands':
      return { ...state, commands: mergeCommands(state.commands, update.commands) };
  }
}

const byGateway = (gateway: GatewayLiveState) => [gateway.gateway, gateway] as const;

function withIncident(known: ReadonlyMap<string, Incident>, incident: Incident) {
  const before = known.get(incident.id);
  if (before && before.version >= incident.version) return known;
  const next = new Map(known).set(incident.id, incident);
  return incident.state === 'resolved' ? withoutLongResolved(next) : next;
}

function withoutLongResolved(incidents: Map<string, Incident>) {
  const resolved = [...incidents.values()].filter((incident) => incident.state === 'resolved');
  if (resolved.length <= maxResolved) return incidents;
  resolved.sort((a, b) => (a.resolvedAt ?? 0) - (b.resolvedAt ?? 0));
  for (const incident of resolved.slice(0, resolved.length - maxResolved)) incidents.delete(incident.id);
  return incidents;
}

function withDevices(known: ReadonlyMap<string, DeviceState>, devices: readonly DeviceState[]) {
  const next = new Map(known);
  for (const device of devices) {
    const before = next.get(device.device);
    if (!before || before.revision < device.revision) next.set(device.device, device);
  }
  return next;
}

function mergeGateEvents(known: readonly GateEvent[], added: readonly GateEvent[]): readonly GateEvent[] {
  const positions = new Set(known.map((event) => event.position));
  const fresh = added.filter((event) => !positions.has(event.position));
  return [...fresh, ...known].sort((a, b) => b.position - a.position).slice(0, maxGateEvents);
}

function mergeCommands(known: readonly CommandView[], added: readonly CommandView[]): readonly CommandView[] {
  const byId = new Map(known.map((command) => [command.id, command]));
  for (const command of added) {
    if ((byId.get(command.id)?.version ?? 0) < command.version) byId.set(command.id, command);
  }
  return [...byId.values()].sort((a, b) => b.issuedAt - a.issuedAt).slice(0, maxCommandsShown);
}

function mapOf<T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, T> {
  return new Map(values.map((value) => [key(value), value]));
}
