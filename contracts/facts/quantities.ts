import { type Static, Type } from 'typebox';

/** What is sampled: its UCUM unit, LOINC code where it is a vital sign, and the values a sensor can mean. */
export interface QuantityFacts {
  unit: string;
  loinc?: string;
  /** A value outside is marked implausible and kept out of "latest"; not a medical limit. */
  plausible: readonly [minimum: number, maximum: number];
}

/** Every quantity a reading may carry. */
export const quantities = {
  'heart-rate': { unit: '/min', loinc: '8867-4', plausible: [20, 300] },
  'blood-pressure-systolic': { unit: 'mm[Hg]', loinc: '8480-6', plausible: [40, 300] },
  'blood-pressure-diastolic': { unit: 'mm[Hg]', loinc: '8462-4', plausible: [20, 200] },
  'oxygen-saturation': { unit: '%', loinc: '2708-6', plausible: [50, 100] },
  'body-temperature': { unit: 'Cel', loinc: '8310-5', plausible: [30, 45] },
  // Many wearables count on and never begin anew.
  steps: { unit: '{steps}', loinc: '55423-8', plausible: [0, 100_000_000] },
  'roll-count': { unit: '{count}', plausible: [0, 100_000_000] },
  worn: { unit: '1', plausible: [0, 1] },
  battery: { unit: '%', plausible: [0, 100] },
  speed: { unit: 'km/h', plausible: [0, 400] },
  'signal-strength': { unit: '%', plausible: [0, 100] },
  temperature: { unit: 'Cel', plausible: [-60, 1200] },
  humidity: { unit: '%', plausible: [0, 100] },
  height: { unit: 'm', plausible: [-100, 1000] },
  pressure: { unit: 'kPa', plausible: [-100, 100_000] },
  'gas-concentration': { unit: '%', plausible: [0, 100] },
  duration: { unit: 's', plausible: [0, 1_000_000] },
  voltage: { unit: 'V', plausible: [-1000, 10_000] },
  current: { unit: 'A', plausible: [-10_000, 10_000] },
  'flow-rate': { unit: 'L/s', plausible: [0, 10_000] },
  'air-flow-rate': { unit: 'm3/min', plausible: [0, 100_000] },
  'air-speed': { unit: 'm/s', plausible: [0, 200] },
  count: { unit: '{count}', plausible: [-32_768, 2_147_483_647] },
} as const satisfies Record<string, QuantityFacts>;

/** A sampled quantity, e.g. `heart-rate`; it fixes the unit. */
export type Quantity = keyof typeof quantities;
export const Quantity = Type.Unsafe<Quantity>(
  Type.Enum(Object.keys(quantities), { description: 'Sampled quantity.' }),
);

/** A UCUM unit code; the one `quantities` gives for the reading's quantity. */
export const UcumCode = Type.String({ minLength: 1, maxLength: 16, description: 'UCUM unit code.' });
export type UcumCode = Static<typeof UcumCode>;

/** The facts of a quantity, with the optional ones readable on every quantity. */
export function quantityFacts(quantity: Quantity): QuantityFacts {
  return quantities[quantity];
}

/** True where a sensor can mean this value; false keeps it out of "latest". */
export function isPlausible(quantity: Quantity, value: number): boolean {
  const [minimum, maximum] = quantities[quantity].plausible;
  return value >= minimum && value <= maximum;
}
