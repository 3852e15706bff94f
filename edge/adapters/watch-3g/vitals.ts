import { type Quantity, quantities } from '#contracts/facts/quantities.ts';
import type { Reading } from '#contracts/record-body.ts';

/** What a message of vital signs says. */
export interface Vitals {
  readings: Reading[];
  /** False where every value was zero, which a watch sends when it is not on the wrist. */
  worn?: boolean;
  /** Values that mean nothing, counted. */
  discarded: number;
}

/** Fields of each message by place; what else it carries (height, sex, age, weight) is not read. */
const layouts: Record<string, Array<[field: number, quantity: Quantity]>> = {
  heart: [[0, 'heart-rate']],
  pulse: [[0, 'heart-rate']],
  bphrt: [
    [0, 'blood-pressure-systolic'],
    [1, 'blood-pressure-diastolic'],
    [2, 'heart-rate'],
  ],
  blood: [
    [0, 'blood-pressure-systolic'],
    [1, 'blood-pressure-diastolic'],
    [2, 'heart-rate'],
  ],
  // The first field of these two is the kind of measurement.
  oxygen: [[1, 'oxygen-saturation']],
  btemp2: [[1, 'body-temperature']],
  temp: [[0, 'body-temperature']],
};

/** True for a command that carries vital signs. */
export function isVitals(command: string): boolean {
  return Object.hasOwn(layouts, command.toLowerCase());
}

/** Reads a message of vital signs. */
export function readVitals(command: string, fields: string[]): Vitals {
  const vitals: Vitals = { readings: [], discarded: 0 };
  let zeros = 0;
  for (const [field, quantity] of layouts[command.toLowerCase()] ?? []) {
    const text = fields[field]?.trim() ?? '';
    if (text === '') continue;
    const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (value === 0 && quantity !== 'body-temperature') zeros++;
    else if (isReal(quantity, value)) vitals.readings.push(readingOf(quantity, value));
    else vitals.discarded++;
  }
  const measuresWear = vitals.readings.some(({ quantity }) => quantity !== 'body-temperature');
  if (measuresWear) vitals.worn = true;
  else if (zeros > 0) vitals.worn = false;
  return vitals;
}

/** A reading in the unit its quantity has. */
export function readingOf(quantity: Quantity, value: number): Reading {
  return { type: 'reading', quantity, value, unit: quantities[quantity].unit };
}

/**
 * Makers disagree what temperatures of 0 and 1 mean (too low, too high, a mode), so only what a body can
 * have is read; every other quantity passes, and the platform marks what is implausible.
 */
function isReal(quantity: Quantity, value: number): boolean {
  if (Number.isNaN(value)) return false;
  return quantity !== 'body-temperature' || (value >= 30 && value <= 45);
}
