import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExposes } from '#edge/adapters/zigbee2mqtt/bridge-devices.ts';
import { type Danger, dangersOfDescription, dangersOfText } from '#edge/adapters/zigbee2mqtt/danger-words.ts';
import type { ExposedKey } from '#edge/adapters/zigbee2mqtt/read-definition.ts';
import { type ConverterDefinition, type Converters, packageName } from './read-converters.ts';

/** A definition that names a danger: facts only, none of its text. */
export interface SafetyDefinition {
  model: string;
  vendor: string;
  /** Its purpose by its description. */
  dangers: Danger[];
  /** Whether a description of it names a danger in any way, be it a valve's or a lamp's. */
  isNamed: boolean;
  /** What it exposes that names a danger or an alarm, as `bridge/devices` does. */
  exposes: Array<{ property: string } & Omit<ExposedKey, 'valueOn' | 'valueOff'> & ExposedValues>;
}

interface ExposedValues {
  value_on?: ExposedKey['valueOn'];
  value_off?: ExposedKey['valueOff'];
}

/** What was found in a version of the package. */
export interface SafetyDefinitions {
  package: string;
  version: string;
  /** How many definitions the package has. */
  total: number;
  safety: SafetyDefinition[];
}

/** Where the safety definitions of the version that the table was made from are recorded. */
export const recordedFile = join(
  import.meta.dirname,
  '../../edge/adapters/zigbee2mqtt/safety-definitions.generated.json',
);

/** The safety definitions recorded with the table. */
export function recordedDefinitions(): SafetyDefinitions {
  return JSON.parse(readFileSync(recordedFile, 'utf8')) as SafetyDefinitions;
}

/** Wider than what the adapter reads by, so that a spelling which it does not know is found. */
const words: ReadonlySet<string> = new Set(
  (
    'smoke gas methane lpg co monoxide fire flame leak leaks leaking leakage flood flooding water sos panic ' +
    'emergency fall falling fallen fell'
  ).split(' '),
);

/** Finds the definitions whose description or exposes name a danger, in any spelling. */
export function findSafetyDefinitions({ version, definitions }: Converters): SafetyDefinitions {
  const safety = definitions.flatMap((definition) => factsOf(definition) ?? []);
  return { package: packageName, version, total: definitions.length, safety };
}

function factsOf(definition: ConverterDefinition): SafetyDefinition | undefined {
  const { model, vendor, description, whiteLabel = [] } = definition;
  const descriptions = [description, ...whiteLabel.map((label) => label.description ?? '')];
  const isNamed = descriptions.some((text) => dangersOfText(text).size > 0);
  const keys = [...readExposes(definition.exposes)];
  if (!isNamed && !keys.some(([, exposed]) => namesDanger(exposed))) return undefined;
  const told = keys.filter(
    ([, exposed]) =>
      namesDanger(exposed) || /alarm|heat|state|status|temperature$|fault|action/.test(exposed.name),
  );
  return {
    model,
    vendor,
    dangers: [...dangersOfDescription(description)],
    isNamed,
    exposes: told.map(([property, { valueOn, valueOff, ...exposed }]) => ({
      property,
      ...exposed,
      ...(valueOn !== undefined && { value_on: valueOn }),
      ...(valueOff !== undefined && { value_off: valueOff }),
    })),
  };
}

/** True of a key that names a danger by its name or by a value; what only sets something up is left out. */
export function namesDanger({ name, values = [], access = 0 }: ExposedKey): boolean {
  if ((access & 1) === 0 || (access & 2) !== 0) return false;
  return (
    name.split('_').some((word) => words.has(word)) || values.some((value) => dangersOfText(value).size > 0)
  );
}
