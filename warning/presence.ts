import type { JournalEntry } from '#contracts/journal-entry.ts';
import { lateAfterMs } from '#contracts/record.ts';
import type { PresenceCount } from '#contracts/warning-transition.ts';
import type { Device } from '#registry/community-registry.ts';
import { changedDevices, type Registry } from '#registry/registry.ts';
import { expiredDevices } from './device-expiry.ts';
import { gatewayKey } from './gateway-key.ts';
import { updateLatest } from './latest-values.ts';
import { type ListeningClock, tickClock } from './listening-clock.ts';
import { countStates } from './presence-count.ts';
import {
  type DevicePresence,
  enabledGateways,
  type GatewayPresence,
  type PresenceChange,
  type PresenceRows,
  staleAfterMs,
  unheardDevice,
  unheardGateway,
} from './presence-rows.ts';
import type { WarningTimes } from './times.ts';

interface Group {
  gateway: GatewayPresence;
  devices: Set<DevicePresence>;
  /** No device of the gateway expires before this, on its clock. */
  nextExpiry: number;
}

type Line<C extends JournalEntry['class']> = Extract<JournalEntry, { class: C }>;

/** Who is there: devices and gateways, their listening clocks and the latest values. */
export class Presence {
  readonly #times: WarningTimes;
  readonly #groups = new Map<string, Group>();
  /** By community, then id. */
  readonly #devices = new Map<string, Map<string, DevicePresence>>();
  #clock: ListeningClock;
  /** What differs from what is on disk, for the one who saves it. */
  readonly changedDevices = new Set<DevicePresence>();
  readonly changedGateways = new Set<GatewayPresence>();
  readonly removedDevices = new Set<DevicePresence>();
  readonly removedGateways = new Set<GatewayPresence>();

  constructor(rows: PresenceRows, times: WarningTimes) {
    this.#times = times;
    this.#clock = rows.clock;
    for (const gateway of rows.gateways) this.#addGateway(gateway);
    for (const device of rows.devices) this.#addDevice(device);
  }

  get clock(): ListeningClock {
    return this.#clock;
  }

  device(community: string, id: string): DevicePresence | undefined {
    return this.#devices.get(community)?.get(id);
  }

  gateway(key: string): GatewayPresence | undefined {
    return this.#groups.get(key)?.gateway;
  }

  /** How many gateways and devices of each community are in which state; 0 where none is. */
  count(): PresenceCount[] {
    const gateways = [...this.#groups.values()].map(({ gateway }) => gateway);
    return [
      ...countStates('gateways', ['live', 'catching-up', 'stale', 'unheard'], gateways),
      ...countStates('devices', ['live', 'stale', 'unheard'], this.#allDevices()),
    ];
  }

  /**
   * Takes over what the registry knows: new ones are `unheard`, removed ones are forgotten.
   *
   * @param before The registry that was taken over last; what is the same object in both is passed over.
   */
  sync(registry: Registry, before?: Registry): void {
    const gateways = enabledGateways(registry);
    for (const [key, row] of gateways) {
      if (!this.#groups.has(key)) {
        this.changedGateways.add(this.#addGateway(unheardGateway(row.community, row.id, this.#times)));
      }
    }
    for (const { community, devices } of registry.communities.values()) {
      const changed = changedDevices(community.id, { before, after: registry });
      if (changed) this.#syncChanged(community.id, changed, devices);
      else for (const device of devices.values()) this.#syncDevice(device);
    }
    for (const [community, own] of this.#devices) {
      if (changedDevices(community, { before, after: registry })) continue;
      const devices = registry.of(community)?.devices;
      for (const device of own.values()) if (!devices?.has(device.device)) this.#forgetDevice(device);
    }
    for (const [key, group] of this.#groups) {
      group.nextExpiry = 0;
      if (gateways.has(key)) continue;
      this.#groups.delete(key);
      this.changedGateways.delete(group.gateway);
      this.removedGateways.add(group.gateway);
    }
  }

  /** Time passes; gateways unheard for too many heartbeats go stale. */
  onTick(entry: Line<'tick'>): PresenceChange[] {
    this.#clock = tickClock(
      this.#clock,
      { at: entry.receivedAt, listening: entry.listening },
      this.#times.tickGapMs,
    );
    const silent: Group[] = [];
    for (const group of this.#groups.values()) {
      const { state, heardClock, heartbeatMs } = group.gateway;
      const isThere = state === 'live' || state === 'catching-up';
      if (isThere && this.#clock.ms - heardClock > heartbeatMs * this.#times.missedHeartbeats) {
        silent.push(group);
      }
    }
    silent.sort((a, b) => compare(a.gateway.key, b.gateway.key));
    return silent.map((group) => this.#loseGateway(group, 'silence'));
  }

  /** A gateway's birth, heartbeat or death. */
  onGateway(entry: Line<'gateway'>): PresenceChange[] {
    const group = this.#groups.get(gatewayKey(entry.community, entry.gateway));
    if (!group) return [];
    if (entry.status === 'death') {
      return group.gateway.state === 'stale' ? [] : [this.#loseGateway(group, 'death')];
    }
    const changes = this.#hearGateway(group, entry.receivedAt);
    group.gateway.heartbeatMs = entry.heartbeatIntervalMs ?? group.gateway.heartbeatMs;
    if (entry.held?.length === 0) group.gateway.state = 'live';
    group.gateway.foreign = entry.foreign;
    return changes.concat(this.#expire(group));
  }

  /** A record: its gateway is there, and its device was there `heldMs` ago. */
  onRecord(entry: Line<'record'>): PresenceChange[] {
    const group = this.#groups.get(gatewayKey(entry.community, entry.gateway));
    if (!group) return [];
    const changes = this.#hearGateway(group, entry.receivedAt);
    const { gateway } = group;
    if (entry.heldMs === undefined || entry.heldMs > lateAfterMs) {
      if (gateway.state === 'live') gateway.state = 'catching-up';
    } else if (entry.lane === 'telemetry' && entry.heldMs < this.#times.caughtUpMs) {
      gateway.state = 'live';
    }
    // What another gateway says of a device is no sign of its life.
    const device = entry.saidByOther ? undefined : this.device(entry.community, entry.device);
    const says = entry.body.type;
    if (device && says !== 'gap' && says !== 'command-result' && this.#hearDevice(device, group, entry)) {
      changes.push({ type: 'device-heard', device });
    }
    return gateway.clock >= group.nextExpiry ? changes.concat(this.#expire(group)) : changes;
  }

  /** Takes a record into the latest values of its device; after the rules have looked at those before it. */
  updateLatest(entry: Line<'record'>): void {
    const device = this.device(entry.community, entry.device);
    if (device && updateLatest(device.latest, entry, entry.receivedAt)) this.changedDevices.add(device);
  }

  /** All that changed is on disk. */
  forgetChanges(): void {
    this.changedDevices.clear();
    this.changedGateways.clear();
    this.removedDevices.clear();
    this.removedGateways.clear();
  }

  #hearGateway(group: Group, receivedAt: number): PresenceChange[] {
    const { gateway } = group;
    const before = gateway.state;
    if (before === 'live') gateway.clock += this.#clock.ms - gateway.heardClock;
    gateway.heardClock = this.#clock.ms;
    gateway.heardAt = receivedAt;
    this.changedGateways.add(gateway);
    if (before === 'live' || before === 'catching-up') return [];
    gateway.state = 'live';
    gateway.backSince = gateway.clock;
    group.nextExpiry = 0;
    return before === 'stale' ? [{ type: 'gateway-heard', gateway }] : [];
  }

  #loseGateway(group: Group, by: 'silence' | 'death'): PresenceChange {
    group.gateway.state = 'stale';
    this.changedGateways.add(group.gateway);
    for (const device of group.devices) {
      if (device.state !== 'live') continue;
      device.state = 'stale';
      this.changedDevices.add(device);
    }
    return { type: 'gateway-stale', gateway: group.gateway, by };
  }

  /** @returns True where the device had been silent beyond its time and is there again. */
  #hearDevice(device: DevicePresence, group: Group, entry: Line<'record'>): boolean {
    this.changedDevices.add(device);
    if (device.gateway !== entry.gateway) this.#moveDevice(device, group);
    // A record of unknown age says that the device exists, not that it is there.
    const ageMs = entry.heldMs ?? Number.POSITIVE_INFINITY;
    const heardAt = ageMs < Number.POSITIVE_INFINITY ? entry.receivedAt - ageMs : entry.capturedAt;
    device.heardAt = Math.max(device.heardAt ?? 0, Math.min(heardAt, entry.receivedAt));
    const isOld = ageMs >= device.staleAfterMs;
    device.heardClock = isOld ? (device.heardClock ?? group.gateway.clock) : group.gateway.clock;
    group.nextExpiry = Math.min(group.nextExpiry, device.heardClock + device.staleAfterMs);
    if (isOld) {
      if (device.state === 'unheard') device.state = 'stale';
      return false;
    }
    const wasExpired = device.expired;
    device.expired = false;
    device.state = 'live';
    return wasExpired;
  }

  #expire(group: Group): PresenceChange[] {
    if (group.gateway.clock < group.nextExpiry) return [];
    const { expired, nextExpiry } = expiredDevices(group.gateway, group.devices);
    group.nextExpiry = nextExpiry;
    expired.sort((a, b) => compare(a.device, b.device));
    return expired.map((device) => {
      device.expired = true;
      device.state = 'stale';
      this.changedDevices.add(device);
      return { type: 'device-stale', device };
    });
  }

  #syncChanged(community: string, changed: ReadonlySet<string>, devices: ReadonlyMap<string, Device>): void {
    for (const id of changed) {
      const row = devices.get(id);
      const known = this.device(community, id);
      if (row) this.#syncDevice(row);
      else if (known) this.#forgetDevice(known);
    }
  }

  #syncDevice(row: Device): void {
    const known = this.device(row.community, row.id);
    if (known) {
      known.class = row.class;
      known.staleAfterMs = staleAfterMs(row, this.#times);
      this.#followMove(known, row.gateway);
      return;
    }
    const device = unheardDevice(row, this.#times);
    this.#addDevice(device);
    this.changedDevices.add(device);
  }

  #addDevice(device: DevicePresence): void {
    const own = this.#devices.get(device.community) ?? new Map<string, DevicePresence>();
    this.#devices.set(device.community, own.set(device.device, device));
    this.#groupOf(device)?.devices.add(device);
  }

  #allDevices(): DevicePresence[] {
    return [...this.#devices.values()].flatMap((own) => [...own.values()]);
  }

  #moveDevice(device: DevicePresence, to: Group): void {
    this.#groupOf(device)?.devices.delete(device);
    device.gateway = to.gateway.gateway;
    to.devices.add(device);
  }

  /** The registry gave the device to another gateway: its time runs on that one's clock, from now. */
  #followMove(device: DevicePresence, gateway: string): void {
    const to = this.#groups.get(gatewayKey(device.community, gateway));
    if (device.gateway === gateway || !to) return;
    this.#moveDevice(device, to);
    if (device.heardClock !== undefined) device.heardClock = to.gateway.clock;
    this.changedDevices.add(device);
  }

  #forgetDevice(device: DevicePresence): void {
    const own = this.#devices.get(device.community);
    own?.delete(device.device);
    if (own?.size === 0) this.#devices.delete(device.community);
    this.#groupOf(device)?.devices.delete(device);
    this.changedDevices.delete(device);
    this.removedDevices.add(device);
  }

  #addGateway(gateway: GatewayPresence): GatewayPresence {
    this.#groups.set(gateway.key, { gateway, devices: new Set(), nextExpiry: 0 });
    return gateway;
  }

  #groupOf(device: DevicePresence): Group | undefined {
    return this.#groups.get(gatewayKey(device.community, device.gateway));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
