import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Name of the package whose definitions Zigbee2MQTT works with. */
export const packageName = 'zigbee-herdsman-converters';

/** A definition of the package, with what is needed to run its converters. */
export interface ConverterDefinition {
  model: string;
  vendor: string;
  description: string;
  /** Other names it is sold under, and then listed under. */
  whiteLabel?: ReadonlyArray<{ model: string; vendor?: string; description?: string }>;
  zigbeeModel?: readonly string[];
  fromZigbee: readonly Converter[];
  meta?: { tuyaDatapoints?: ReadonlyArray<readonly [number, ...unknown[]]> };
  /** As `bridge/devices` lists them. */
  exposes: unknown;
}

/** Makes keys of a state from a device's message. */
export interface Converter {
  cluster: string;
  type: string | readonly string[];
  convert(...args: unknown[]): unknown;
}

/** The definitions of a package in a folder. */
export interface Converters {
  version: string;
  definitions: ConverterDefinition[];
}

interface Package {
  prepareDefinition(raw: unknown): Raw;
  setLogger(logger: unknown): void;
}
const silent = () => undefined;

type Raw = Omit<ConverterDefinition, 'exposes'> & { exposes: unknown };

/**
 * Reads every definition of the package.
 *
 * @param folder Where the package is, with its dependencies beside it.
 * @throws {Error} where the folder holds no such package, or a definition cannot be read.
 */
export function readConverters(folder: string): Converters {
  const load = createRequire(join(folder, 'package.json'));
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (name !== packageName) throw new Error(`${folder} holds ${name}, not ${packageName}`);
  const { prepareDefinition, setLogger } = load('./dist/index.js') as Package;
  setLogger({ debug: silent, info: silent, warning: silent, error: silent });
  const files = readdirSync(join(folder, 'dist/devices')).filter(
    (file) => file.endsWith('.js') && file !== 'index.js',
  );
  const definitions = files.flatMap((file) => {
    const { definitions: raw = [] } = load(`./dist/devices/${file}`) as { definitions?: unknown[] };
    return raw.map(prepareDefinition).map((prepared) => ({ ...prepared, exposes: exposesOf(prepared) }));
  });
  return { version, definitions };
}

/** A definition whose exposes depend on the device is asked as the package itself asks it for its lists. */
function exposesOf({ exposes }: Raw): unknown {
  const told = typeof exposes === 'function' ? exposes({ isDummyDevice: true }, {}) : exposes;
  return JSON.parse(JSON.stringify(told));
}
