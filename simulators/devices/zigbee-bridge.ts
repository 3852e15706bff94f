import { connect } from 'mqtt';
import { createZigbeeActuators, exposesOf, type ZigbeeDevice } from './zigbee-actuators.ts';

/** A Zigbee2MQTT; what is said settles when the gateway has acknowledged it. */
export interface ZigbeeBridge {
  /** What was asked by `…/set`, in order. */
  readonly sets: readonly { device: string; asked: unknown }[];
  /** While true, devices do as they are asked and do not say so. */
  isSilent: boolean;
  report(device: string, state: Record<string, unknown>): Promise<void>;
  /** Says that a device is heard of, or no longer. */
  availability(device: string, state: 'online' | 'offline'): Promise<void>;
  health(): Promise<void>;
  close(): Promise<void>;
}

const base = 'zigbee2mqtt';

/**
 * Connects a Zigbee2MQTT to the gateway's MQTT listener, or to the gateway's broker; it tells its devices at
 * every connection, and devices with actuators are actuated by `<base>/<friendly name or ieee>/set`.
 */
export function connectZigbeeBridge(options: {
  host: string;
  port: number;
  password: string;
  devices: readonly ZigbeeDevice[];
  /** Told every state of a device, whichever bridge of the same gateway said it. */
  onState?: (device: string, state: Record<string, unknown>) => void;
}): ZigbeeBridge {
  const { host, port, password, devices } = options;
  const client = connect({ host, port, username: 'zigbee2mqtt', password, reconnectPeriod: 500 });
  const list = JSON.stringify(devices.map(entryOf));
  const publish = async (topic: string, payload: string, retain = false) => {
    await client.publishAsync(`${base}/${topic}`, payload, { qos: 1, retain });
  };
  const told = Promise.withResolvers<void>();
  // Before the list the gateway would know the device by its name alone.
  const report = (device: string, state: Record<string, unknown>) =>
    told.promise.then(() => publish(device, JSON.stringify({ ...state, linkquality: 120 })));
  const sets: { device: string; asked: unknown }[] = [];
  const actuators = createZigbeeActuators((device, state) => {
    if (!bridge.isSilent) report(device, state).catch(() => undefined);
  });
  client.on('connect', () => {
    // A connection that is lost meanwhile tells it again at the next one.
    publish('bridge/devices', list, true).then(told.resolve, () => undefined);
    publish('bridge/state', '{"state":"online"}', true).catch(() => undefined);
    client.subscribe(`${base}/#`, { qos: 0 }, () => undefined);
  });
  client.on('message', (topic, payload) => {
    const said = devices.find(({ id }) => topic === `${base}/${id}`);
    if (said) options.onState?.(said.id, JSON.parse(payload.toString()));
    const name = /^[^/]+\/(.+)\/set$/.exec(topic)?.[1];
    const device = devices.find(({ id, ieee }) => name === id || name === ieee);
    if (!device) return;
    const asked: unknown = JSON.parse(payload.toString());
    sets.push({ device: device.id, asked });
    actuators.ask(device, asked as Record<string, unknown>);
  });
  client.on('error', () => undefined);
  const bridge: ZigbeeBridge = {
    sets,
    isSilent: false,
    report,
    availability: (device, state) =>
      told.promise.then(() => publish(`${device}/availability`, JSON.stringify({ state }), true)),
    health: () => publish('bridge/health', JSON.stringify({ process: { uptime_sec: 60 } }), true),
    close: async () => {
      actuators.close();
      await client.endAsync(true);
    },
  };
  return bridge;
}

function entryOf(device: ZigbeeDevice) {
  const { id, ieee, keys, acts } = device;
  const isCoordinator = keys.length === 0 && acts === undefined;
  return {
    ieee_address: ieee,
    type: isCoordinator ? 'Coordinator' : 'EndDevice',
    friendly_name: id,
    definition: isCoordinator ? null : { model: 'simulated', description: '', exposes: exposesOf(device) },
  };
}
