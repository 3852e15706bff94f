import type { EventKind } from '#contracts/event-kinds.ts';
import type { Quantity } from '#contracts/quantities.ts';
import type { ExposedKey } from './bridge-devices.ts';

/** What a key of a state means. */
export type KeyMeaning =
  | {
      type: 'condition';
      begins: EventKind;
      ends?: EventKind;
      isActive: (value: unknown) => boolean | undefined;
    }
  | { type: 'reading'; quantity: Quantity; scale: number };

/** Binary keys: what begins where they become true, and `ends` where another kind says the end. */
const conditions: Record<string, { begins: EventKind; ends?: EventKind; on?: unknown }> = {
  smoke: { begins: 'smoke' },
  gas: { begins: 'gas' },
  carbon_monoxide: { begins: 'carbon-monoxide' },
  water_leak: { begins: 'water-leak' },
  water: { begins: 'water-leak' },
  sos: { begins: 'sos' },
  tamper: { begins: 'tamper' },
  battery_low: { begins: 'low-battery' },
  test: { begins: 'panel-test' },
  vibration: { begins: 'vibration' },
  // True is closed: the contact of the reed switch, not the opening.
  contact: { begins: 'door-opened', ends: 'door-closed', on: false },
};

const readings: Record<string, { quantity: Quantity; scale?: number }> = {
  battery: { quantity: 'battery' },
  voltage: { quantity: 'voltage' },
  temperature: { quantity: 'temperature' },
  humidity: { quantity: 'humidity' },
  linkquality: { quantity: 'signal-strength', scale: 100 / 255 },
};

/** What a key means by what the device exposes; by its name and booleans alone where that is not known. */
export function meaningOf(key: string, exposed: ExposedKey | undefined): KeyMeaning | undefined {
  const name = (exposed?.name ?? key).replace(/_alarm_\d$/, '');
  // `gas` of a meter is a number of cubic metres: what it is, its type says.
  const condition = exposed && exposed.type !== 'binary' ? undefined : conditions[name];
  if (condition) {
    const { on = true, begins, ends } = condition;
    const valueOn = exposed?.valueOn ?? on;
    const valueOff = exposed?.valueOff ?? !on;
    return {
      type: 'condition',
      begins,
      ...(ends && { ends }),
      isActive: (value) => (value === valueOn ? true : value === valueOff ? false : undefined),
    };
  }
  const reading = readings[name];
  if (!reading || (exposed && exposed.type !== 'numeric')) return undefined;
  if (name === 'voltage' && !exposed?.unit) return undefined;
  const scale = exposed?.unit === 'mV' ? 0.001 : (reading.scale ?? 1);
  return { type: 'reading', quantity: reading.quantity, scale };
}
