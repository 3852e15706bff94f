import type { KnownDevice } from './bridge-devices.ts';
import type { Value } from './danger-values.ts';
import { type Danger, dangerOfKey, withoutNumbers } from './danger-words.ts';
import type { DangerKey } from './read-definition.ts';
import { zigbeeTable } from './zigbee-table.generated.ts';

/** One key of the table: its danger and the values that say so, none, or nothing either way. */
export type TableKey = readonly [key: string, kind: Danger, danger: Value[], none: Value[], neither: Value[]];

/** Facts of the converters' definitions, made by `npm run zigbee:table`. */
export interface ZigbeeTable {
  source: { package: string; version: string; definitions: number };
  /** Keys that mean the same wherever they stand, without their numbers. */
  keys: readonly TableKey[];
  /** Keys whose danger only their model tells, e.g. `alarm` of a heat detector. */
  ofModel: ReadonlyArray<readonly [model: string, keys: readonly TableKey[]]>;
  /** Keys that also stand for a measured number, which is no alarm: `gas` of a meter. */
  measured: readonly string[];
  /** Keys of buttons that say that they were pressed and hold nothing. */
  momentary: ReadonlyArray<readonly [model: string, keys: readonly string[]]>;
}

/** What is known of a device by its model, and its exposes do not tell. */
export interface DefinitionFacts {
  /** Keys that only ever say that something happened, e.g. `sos` of a button: true comes, false never does. */
  momentaryKeys: ReadonlySet<string>;
}

const dangerKey = ([, kind, danger, none, neither]: TableKey): DangerKey => ({ kind, danger, none, neither });
const byKey = new Map(zigbeeTable.keys.map((key) => [key[0], dangerKey(key)]));
const byModel = new Map(
  zigbeeTable.ofModel.map(([model, keys]) => [model, new Map(keys.map((key) => [key[0], dangerKey(key)]))]),
);
const measured: ReadonlySet<string> = new Set(zigbeeTable.measured);
const momentaryByModel = new Map(
  zigbeeTable.momentary.map(([model, keys]) => [model, new Set(keys) as ReadonlySet<string>]),
);
const none: ReadonlySet<string> = new Set();

/** The facts of a device's definition; of a device in no list nothing is known. */
export function definitionFacts({ model = '' }: KnownDevice): DefinitionFacts {
  return { momentaryKeys: momentaryByModel.get(model) ?? none };
}

/** The danger that a key tells where its device exposes no such key: by its model, else by its name alone. */
export function dangerKeyByName(key: string, model = ''): DangerKey | undefined {
  const ofModel = byModel.get(model)?.get(key);
  if (ofModel) return ofModel;
  const name = withoutNumbers(key);
  const kind = dangerOfKey(key);
  const isSureByName = kind !== undefined && kind !== 'fire' && kind !== 'power-fault';
  return byKey.get(name) ?? (isSureByName ? { kind, danger: [true], none: [false], neither: [] } : undefined);
}

/** True of a key that also stands for a measured number, as `gas` and `water` of a meter do. */
export function isMeasured(key: string): boolean {
  const name = withoutNumbers(key);
  return measured.has(name) || name === 'water';
}
