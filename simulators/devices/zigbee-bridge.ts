import { connect } from 'mqtt';

/** A device the bridge has paired. */
export interface ZigbeeDevice {
  /** Its friendly name. */
  id: string;
  /** IEEE address, `0x` and 16 hexadecimal digits. */
  ieee: string;
  /** Binary keys of its state; none for the coordinator. */
  keys: readonly string[];
}

/** A Zigbee2MQTT; what is said settles when the gateway has acknowledged it. */
export interface ZigbeeBridge {
  report(device: string, state: Record<string, unknown>): Promise<void>;
  health(): Promise<void>;
  close(): Promise<void>;
}

const base = 'zigbee2mqtt';

/** Connects a Zigbee2MQTT to the gateway's MQTT listener; it tells its devices at every connection. */
export function connectZigbeeBridge(options: {
  host: string;
  port: number;
  password: string;
  devices: readonly ZigbeeDevice[];
}): ZigbeeBridge {
  const { host, port, password, devices } = options;
  const client = connect({ host, port, username: 'zigbee2mqtt', password, reconnectPeriod: 500 });
  const list = JSON.stringify(devices.map(entryOf));
  const publish = async (topic: string, payload: string, retain = false) => {
    await client.publishAsync(`${base}/${topic}`, payload, { qos: 1, retain });
  };
  const told = Promise.withResolvers<void>();
  client.on('connect', () => {
    // A connection that is lost meanwhile tells it again at the next one.
    publish('bridge/devices', list, true).then(told.resolve, () => undefined);
    publish('bridge/state', '{"state":"online"}', true).catch(() => undefined);
  });
  client.on('error', () => undefined);
  return {
    // Before the list the gateway would know the device by its name alone.
    report: (device, state) =>
      told.promise.then(() => publish(device, JSON.stringify({ ...state, linkquality: 120 }))),
    health: () => publish('bridge/health', JSON.stringify({ process: { uptime_sec: 60 } }), true),
    close: () => client.endAsync(true),
  };
}

function entryOf({ id, ieee, keys }: ZigbeeDevice) {
  const exposes = keys.map((key) => ({
    type: 'binary',
    name: key,
    property: key,
    access: 1,
    value_on: true,
    value_off: false,
  }));
  return {
    ieee_address: ieee,
    type: keys.length === 0 ? 'Coordinator' : 'EndDevice',
    friendly_name: id,
    definition: keys.length === 0 ? null : { model: 'simulated', description: '', exposes },
  };
}
