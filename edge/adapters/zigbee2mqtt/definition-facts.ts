import type { KnownDevice } from './bridge-devices.ts';
import { dangerOfKey, withoutNumbers } from './danger-words.ts';
import type { DangerKey } from './read-definition.ts';
import { zigbeeTable } from './zigbee-table.generated.ts';
import type { TableKey } from './zigbee-table.ts';

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
