import type { ZigbeeDevice } from './devices/zigbee-actuators.ts';
import { connectZigbeeBridge } from './devices/zigbee-bridge.ts';

/** Where the bridge connects, which devices it has paired, and by which chance they live. */
export interface SimulatedZigbeeOptions {
  host: string;
  port: number;
  password: string;
  devices: readonly ZigbeeDevice[];
  random: () => number;
}

type State = Record<string, unknown>;

/** State of a device in which nothing is the matter: no alarm, its contact closed, its lock locked. */
function quietState({ keys, acts }: ZigbeeDevice, random: () => number): State {
  return {
    ...Object.fromEntries(keys.map((key) => [key, key === 'contact'])),
    ...(acts === 'lock' && { state: 'LOCK', lock_state: 'locked' }),
    battery: 70 + Math.floor(30 * random()),
  };
}

/**
 * A Zigbee2MQTT whose devices report their state from time to time, as Zigbee2MQTT does: all that is known
 * of a device, also what another bridge of this gateway said of it meanwhile, so that a scenario's alarm
 * stands until its scenario ends it.
 *
 * @returns `report` lets every device speak, and the bridge tell its health.
 */
export function connectSimulatedZigbee(options: SimulatedZigbeeOptions): {
  report(): void;
  close(): Promise<void>;
} {
  const states = new Map<string, State>(
    options.devices.map((device) => [device.id, quietState(device, options.random)]),
  );
  const bridge = connectZigbeeBridge({
    ...options,
    onState: (device, state) => states.set(device, { ...states.get(device), ...state }),
  });
  const speaking = options.devices.filter(({ keys, acts }) => keys.length > 0 || acts !== undefined);
  return {
    report: () => {
      // What is not acknowledged is told again at the next turn.
      bridge.health().catch(() => undefined);
      for (const { id } of speaking) bridge.report(id, states.get(id) ?? {}).catch(() => undefined);
    },
    close: bridge.close,
  };
}
