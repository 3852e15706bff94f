import { type Quantity, quantities } from '#contracts/facts/quantities.ts';
import type { Reading } from '#contracts/record-body.ts';

/** Quantity of each analog type; the value sent is divided by `perUnit`. @see GB/T 26875.3-2011, table 7 */
const analogTypes: Record<number, { quantity: Quantity; perUnit: number }> = {
  1: { quantity: 'count', perUnit: 1 },
  2: { quantity: 'height', perUnit: 100 },
  3: { quantity: 'temperature', perUnit: 10 },
  // Tenths of a megapascal, told in kilopascal.
  4: { quantity: 'pressure', perUnit: 0.01 },
  5: { quantity: 'pressure', perUnit: 10 },
  6: { quantity: 'gas-concentration', perUnit: 10 },
  7: { quantity: 'duration', perUnit: 1 },
  8: { quantity: 'voltage', perUnit: 10 },
  9: { quantity: 'current', perUnit: 10 },
  10: { quantity: 'flow-rate', perUnit: 10 },
  11: { quantity: 'air-flow-rate', perUnit: 10 },
  12: { quantity: 'air-speed', perUnit: 1 },
};

/** Reads an analog value; undefined for a type the standard does not name. */
export function readAnalogValue(type: number, value: number): Reading | undefined {
  const known = analogTypes[type];
  if (!known) return undefined;
  return {
    type: 'reading',
    quantity: known.quantity,
    value: known.perUnit < 1 ? Math.round(value / known.perUnit) : value / known.perUnit,
    unit: quantities[known.quantity].unit,
  };
}
