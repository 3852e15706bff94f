import { type DangerValues, namesAlarm, sortGeneralValues, sortValues, type Value } from './danger-values.ts';
import { type Danger, dangerOfKey, dangersOfText, isGeneralKey } from './danger-words.ts';

/** What a device says of one key of its state. */
export interface ExposedKey {
  type: string;
  /** Name without the endpoint, by which its meaning is known. */
  name: string;
  unit?: string;
  valueOn?: Value;
  valueOff?: Value;
  /** Of an enum. */
  values?: string[];
  /** Bits: 1 published, 2 can be set, 4 can be asked for. */
  access?: number;
}

/** A key that tells a danger, and which of its values say so. */
export interface DangerKey extends DangerValues {
  kind: Danger;
}

/** How a definition tells dangers. */
export interface ReadDefinition {
  /** By key of the state. */
  dangerKeys: ReadonlyMap<string, DangerKey>;
  /** A press of it may be a call for help, by an `action`. */
  callsByAction: boolean;
  /** It is there for a danger, by its description or a key, and no key or action of it can be read as one. */
  isUnread: boolean;
}

const settableBit = 2;
/** Read even where a converter of somebody's own declares them settable. */
const presets: ReadonlySet<string> = new Set(['smoke', 'gas', 'carbon_monoxide', 'water_leak', 'sos']);
const callingAction = /^(emergency|panic|sos)(_|$)/;
/** Said by a value alone; a barometer's `falling` is nobody's fall. */
const saidByValue: ReadonlySet<Danger> = new Set(['smoke', 'gas', 'carbon-monoxide', 'fire', 'water-leak']);

/**
 * Reads what a definition exposes.
 *
 * @param dangers What it is there for by its description.
 */
export function readDefinition(
  dangers: ReadonlySet<Danger>,
  exposes: ReadonlyMap<string, ExposedKey>,
): ReadDefinition {
  const dangerKeys = new Map<string, DangerKey>();
  for (const [key, exposed] of exposes) {
    const read = readKey(exposed, dangers);
    if (read) dangerKeys.set(key, read);
  }
  const actions = [...exposes.values()].filter(({ name }) => name === 'action');
  const callsByAction = actions.some(
    ({ values = [] }) => dangers.has('sos') || values.some((value) => callingAction.test(value)),
  );
  const isThereForDanger = dangers.size > 0 || [...exposes.values()].some(namesDangerUnread);
  const isUnread = isThereForDanger && dangerKeys.size === 0 && !callsByAction;
  return { dangerKeys, callsByAction, isUnread };
}

/** A concentration without an alarm, or a text: a danger that nothing here can tell. A meter's cubic metres are none. */
function namesDangerUnread({ name, type, unit = '', access = 0 }: ExposedKey): boolean {
  const isReported =
    type === 'text' || type === 'enum' || (type === 'numeric' && /^(ppm|%|%? ?lel ?%?)$/i.test(unit));
  return isReported && (access & settableBit) === 0 && dangerOfKey(name) !== undefined;
}

function readKey(exposed: ExposedKey, dangers: ReadonlySet<Danger>): DangerKey | undefined {
  const { name, access = 0 } = exposed;
  if ((access & settableBit) !== 0 && !presets.has(name)) return undefined;
  const kind = dangerOfKey(name);
  if (kind === 'fire' && dangers.size === 0) return undefined;
  if (kind) return readValues(kind, exposed);
  return isGeneralKey(name) ? readGeneral(exposed, dangers) : undefined;
}

function readValues(kind: Danger, { type, values = [], valueOn = true, valueOff = false }: ExposedKey) {
  if (type === 'binary') return { kind, danger: [valueOn], none: [valueOff], neither: [] };
  const sorted = sortValues(values);
  return type === 'enum' && sorted.danger.length > 0 ? { kind, ...sorted } : undefined;
}

/** `alarm` of a heat detector is its alarm; `alarm` of a siren is what it does. */
function readGeneral(exposed: ExposedKey, dangers: ReadonlySet<Danger>): DangerKey | undefined {
  const { type, name, values = [] } = exposed;
  const [only] = dangers;
  const ofDevice = dangers.size > 1 ? 'generic-alarm' : only;
  if (type === 'binary') return ofDevice && /^alarm/.test(name) ? readValues(ofDevice, exposed) : undefined;
  if (type !== 'enum') return undefined;
  const kindOf = (value: string): Danger | undefined => {
    const named = [...dangersOfText(value)].find((danger) => dangers.has(danger) || saidByValue.has(danger));
    return named ?? (namesAlarm(value) ? ofDevice : undefined);
  };
  const sorted = sortGeneralValues(values, (value) => kindOf(value) !== undefined);
  const kinds = new Set(sorted.danger.map(kindOf));
  const [kind] = kinds;
  return kind && kinds.size === 1 ? { kind, ...sorted } : undefined;
}
