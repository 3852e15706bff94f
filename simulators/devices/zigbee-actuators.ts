/** A device the bridge has paired. */
export interface ZigbeeDevice {
  /** Its friendly name. */
  id: string;
  /** IEEE address, `0x` and 16 hexadecimal digits. */
  ieee: string;
  /** Binary keys of its state; none for the coordinator. */
  keys: readonly string[];
  /** What it can be asked to do; a `warning` device says nothing of itself. */
  acts?: 'lock' | 'siren' | 'warning';
}

/** Locks and sirens behind a Zigbee2MQTT. */
export interface ZigbeeActuators {
  /** A device is asked by `…/set`; what it does not know it passes over. */
  ask(device: ZigbeeDevice, asked: Record<string, unknown>): void;
  close(): void;
}

/** Creates the devices; `say` is called with a device's new state. */
export function createZigbeeActuators(
  say: (device: string, state: Record<string, unknown>) => void,
): ZigbeeActuators {
  const ends = new Map<string, NodeJS.Timeout>();
  return {
    ask: ({ id, acts }, { state, alarm, duration }) => {
      if (acts === 'lock' && (state === 'LOCK' || state === 'UNLOCK')) {
        say(id, { state, lock_state: state === 'LOCK' ? 'locked' : 'unlocked' });
      }
      if (acts === 'siren' && typeof alarm === 'boolean') {
        clearTimeout(ends.get(id));
        say(id, { alarm });
        if (!alarm || typeof duration !== 'number') return;
        ends.set(
          id,
          setTimeout(() => say(id, { alarm: false }), duration * 1000),
        );
      }
    },
    close: () => {
      for (const end of ends.values()) clearTimeout(end);
    },
  };
}

/** What Zigbee2MQTT lists of a device: binary keys of its state, and how it is actuated. */
export function exposesOf({ keys, acts }: ZigbeeDevice): object[] {
  const exposed = keys.map((key) => binary(key, 1, true, false));
  if (acts === 'lock') {
    const lockStates = { values: ['not_fully_locked', 'locked', 'unlocked'] };
    exposed.push({
      type: 'lock',
      features: [
        binary('state', 7, 'LOCK', 'UNLOCK'),
        { type: 'enum', name: 'lock_state', property: 'lock_state', access: 1, ...lockStates },
      ],
    });
  }
  if (acts === 'siren') exposed.push(binary('alarm', 3, true, false), numeric('duration', 's', 1, 1800));
  if (acts === 'warning') exposed.push(warning);
  return exposed;
}

function binary(name: string, access: number, on: unknown, off: unknown): object {
  return { type: 'binary', name, property: name, access, value_on: on, value_off: off };
}

function numeric(name: string, unit: string, min: number, max: number): object {
  return { type: 'numeric', name, property: name, access: 2, unit, value_min: min, value_max: max };
}

const modes = ['stop', 'burglar', 'fire', 'emergency', 'police_panic', 'fire_panic', 'emergency_panic'];
const levels = ['low', 'medium', 'high', 'very_high'];
/** As `exposes.warning()` of zigbee-herdsman-converters lists it: it can be set and says nothing. */
const warning = {
  type: 'composite',
  name: 'warning',
  property: 'warning',
  access: 2,
  features: [
    { type: 'enum', name: 'mode', property: 'mode', access: 2, values: modes },
    { type: 'enum', name: 'level', property: 'level', access: 2, values: levels },
    binary('strobe', 2, true, false),
    numeric('duration', 's', 0, 1800),
  ],
};
