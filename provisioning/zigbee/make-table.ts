import { readExposes } from '#edge/adapters/zigbee2mqtt/bridge-devices.ts';
import type { Value } from '#edge/adapters/zigbee2mqtt/danger-values.ts';
import {
  dangerOfKey,
  dangersOfDescription,
  withoutNumbers,
} from '#edge/adapters/zigbee2mqtt/danger-words.ts';
import { type DangerKey, readDefinition } from '#edge/adapters/zigbee2mqtt/read-definition.ts';
import type { TableKey, ZigbeeTable } from '#edge/adapters/zigbee2mqtt/zigbee-table.ts';
import { type ConverterDefinition, type Converters, packageName } from './read-converters.ts';
import { tryConverters } from './try-converters.ts';

/** Things that are pressed, by their description. */
const button = /button|pendant|panic|\bsos\b/i;
const manyPresses = /keypad|keyboard|remote/i;

/** Makes the table of keys from the package's definitions. */
export function makeTable({ version, definitions }: Converters): ZigbeeTable {
  const keys = new Map<string, DangerKey>();
  const ofModel = new Map<string, TableKey[]>();
  const measured = new Set<string>();
  const momentary = new Map<string, string[]>();
  for (const definition of definitions) {
    const exposes = readExposes(definition.exposes);
    const { dangerKeys } = readDefinition(dangersOfDescription(definition.description), exposes);
    for (const [key, { name, type }] of exposes)
      if (type === 'numeric' && dangerOfKey(name)) measured.add(withoutNumbers(key));
    for (const [key, read] of dangerKeys) {
      const name = withoutNumbers(key);
      if (dangerOfKey(key) && read.kind !== 'fire') keys.set(name, merge(keys.get(name), read));
      else for (const model of namesOf(definition)) add(ofModel, model, tableKey(key, read));
    }
    const pressed = momentaryKeys(definition, dangerKeys);
    if (pressed.length > 0) for (const model of namesOf(definition)) momentary.set(model, pressed);
  }
  return {
    source: { package: packageName, version, definitions: definitions.length },
    keys: sorted([...keys].map(([key, read]) => tableKey(key, read))),
    ofModel: sorted([...ofModel]),
    measured: [...measured].sort(),
    momentary: sorted([...momentary]),
  };
}

/**
 * Keys that only report that something happened, found by running the converter. A button's zone may report that it is
 * no longer pressed, but no device promises to, so its presses are momentary too.
 */
function momentaryKeys(
  definition: ConverterDefinition,
  dangerKeys: ReadonlyMap<string, DangerKey>,
): string[] {
  if (dangerKeys.size === 0) return [];
  const said = tryConverters(definition);
  const { description } = definition;
  const isButton = button.test(description) && !manyPresses.test(description);
  return [...dangerKeys]
    .filter(([key, { kind, danger, none }]) => {
      const values = said.get(key) ?? new Set();
      const saysDanger = danger.some((value) => values.has(value));
      const saysNone = none.some((value) => values.has(value));
      return (saysDanger && !saysNone) || (kind === 'sos' && isButton);
    })
    .map(([key]) => key);
}

function merge(before: DangerKey | undefined, read: DangerKey): DangerKey {
  const union = (said: 'danger' | 'none' | 'neither') => [
    ...new Set([...(before?.[said] ?? []), ...read[said]]),
  ];
  return { kind: read.kind, danger: union('danger'), none: union('none'), neither: union('neither') };
}

function tableKey(key: string, { kind, danger, none, neither }: DangerKey): TableKey {
  return [key, kind, values(danger), values(none), values(neither)];
}

function values(of: readonly Value[]): Value[] {
  return [...of].sort((left, right) => String(left).localeCompare(String(right), 'en'));
}

function namesOf({ model, whiteLabel = [] }: ConverterDefinition): string[] {
  return [model, ...whiteLabel.map((label) => label.model)];
}

function add(to: Map<string, TableKey[]>, model: string, key: TableKey): void {
  to.set(model, [...(to.get(model) ?? []), key]);
}

function sorted<Row extends readonly [string, ...unknown[]]>(rows: Row[]): Row[] {
  return rows.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
