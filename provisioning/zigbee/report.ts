import { readExposes } from '#edge/adapters/zigbee2mqtt/bridge-devices.ts';
import type { ExposedKey } from '#edge/adapters/zigbee2mqtt/read-definition.ts';
import { readDefinition } from '#edge/adapters/zigbee2mqtt/read-definition.ts';
import {
  namesDanger,
  recordedDefinitions,
  type SafetyDefinition,
  type SafetyDefinitions,
} from './safety-definitions.ts';

/** A safety definition that reports no danger in a readable way, and why. */
export interface Unread {
  model: string;
  vendor: string;
  reason: string;
}

/** How many of a package's safety definitions the adapter reads. */
export interface ZigbeeReport {
  package: string;
  version: string;
  definitions: number;
  safety: number;
  read: number;
  /** They expose nothing that reports an alarm. */
  withoutAlarmKey: Unread[];
  /** They do, and it is not read: must be empty. */
  unread: Unread[];
}

/** Keys that use a word of danger without reporting one, and what they report. */
const harmlessKeys: ReadonlyMap<string, string> = new Map([
  ['system_status_water', 'what flows in the pipes of a heating'],
  ['pressure_tend', 'a trend of the air pressure'],
  ['event', 'what a circuit breaker did; its leakage is of current'],
  ['action', 'a fall of the thing it is fixed to'],
]);

/** Reads safety definitions with the adapter as it is and counts; by default those recorded with its table. */
export function reportOf(definitions: SafetyDefinitions = recordedDefinitions()): ZigbeeReport {
  const withoutAlarmKey: Unread[] = [];
  const unread: Unread[] = [];
  for (const definition of definitions.safety) {
    const { model, vendor } = definition;
    const exposes = readExposes(definition.exposes);
    const { dangerKeys, callsByAction } = readDefinition(new Set(definition.dangers), exposes);
    if (dangerKeys.size > 0 || callsByAction) continue;
    const told = [...exposes.values()].filter((key) => namesDanger(key) && isAlarm(key));
    const left = told.filter(({ name }) => !harmlessKeys.has(name)).map(({ name }) => name);
    if (left.length > 0) unread.push({ model, vendor, reason: `not read: ${left.join(', ')}` });
    else withoutAlarmKey.push({ model, vendor, reason: reasonOf(definition, told) });
  }
  const { package: name, version, total, safety } = definitions;
  const read = safety.length - withoutAlarmKey.length - unread.length;
  return { package: name, version, definitions: total, safety: safety.length, read, withoutAlarmKey, unread };
}

function isAlarm({ type, name }: ExposedKey): boolean {
  return type === 'binary' || type === 'enum' || name === 'action';
}

function reasonOf({ dangers, exposes }: SafetyDefinition, told: readonly ExposedKey[]): string {
  const [first] = told;
  if (first) return `${first.name}: ${harmlessKeys.get(first.name)}`;
  const measured = [...readExposes(exposes).values()].filter(namesDanger).map(({ name }) => name);
  if (measured.length > 0) return `numbers alone: ${measured.join(', ')}`;
  return dangers.length > 0 ? 'exposes no alarm' : 'no detector by its description, and exposes no alarm';
}

/** The report's lines: the counts, then what is unread, by name with the reason. */
export function linesOf(report: ZigbeeReport, form: 'short' | 'whole' = 'whole'): string[] {
  const { package: name, version, definitions, safety, read, withoutAlarmKey, unread } = report;
  const line = ({ model, vendor, reason }: Unread) => `  ${vendor} ${model}: ${reason}`;
  return [
    `${name} ${version}: ${definitions} definitions, ${safety} of safety`,
    `read ${read}, without any alarm key ${withoutAlarmKey.length}, unread ${unread.length}`,
    ...unread.map(line),
    ...(form === 'whole' ? ['without any alarm key:', ...withoutAlarmKey.map(line)] : []),
  ];
}
