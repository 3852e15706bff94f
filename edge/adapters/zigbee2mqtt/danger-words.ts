import type { EventKind } from '#contracts/facts/event-kinds.ts';

/** Dangers that a Zigbee detector or button tells. */
export type Danger = Extract<
  EventKind,
  | 'smoke'
  | 'gas'
  | 'carbon-monoxide'
  | 'fire'
  | 'water-leak'
  | 'sos'
  | 'fall'
  | 'generic-alarm'
  | 'power-fault'
>;

/** What may follow a danger in a key and leaves its meaning; `sensitivity` makes another thing of it. */
const suffix =
  '(_(alarm|alarmed|active|condition|detect|detected|detection|detector|event|sensor|state|status|triggered|warning))*';

/** Names of keys, without numbers and endpoints. */
const keys: ReadonlyArray<readonly [RegExp, Danger]> = [
  [new RegExp(`^smoke${suffix}$`), 'smoke'],
  [new RegExp(`^((natural|combustible|flammable)_)?(gas|methane|lpg)(_leak(age)?)?${suffix}$`), 'gas'],
  [new RegExp(`^(co|carbon_monoxide)${suffix}$`), 'carbon-monoxide'],
  [new RegExp(`^(fire|flame|heat|(high|over)_temperature)${suffix}$`), 'fire'],
  [new RegExp(`^(active_)?water(_leak(age)?)?(_(both|wire|zones?))*${suffix}$`), 'water-leak'],
  [new RegExp(`^((channel|input|zone)_)?(leak|water_leak(age)?|flood)${suffix}$`), 'water-leak'],
  [new RegExp(`^(sos|panic|emergency)(_(button|call))?${suffix}$`), 'sos'],
  [new RegExp(`^fall(_down|en|ing)?${suffix}$`), 'fall'],
  // Of sockets: an emergency of theirs is no call for help.
  [/^emergency_(overcurrent|overheat|overvoltage|undervoltage|no_load)$/, 'power-fault'],
];
const general =
  /^(alarm|alarm_alarm|(alarm|current|current_device|device|sensor|valve_abnormal)_(status|state)|status|state|fault)$/;

const motion =
  /^(mmwave_area\d*_)?(occupancy|presence)(_(alarm|and|in|or|out|state|status))?$|^(human_)?(motion|movement)(_(detected|state|status))?$/;

/** Words of a description or of one value of an enum. */
const words: ReadonlyArray<readonly [RegExp, Danger]> = [
  [/smoke/i, 'smoke'],
  [/\bgas\b|methane|propane|\blpg\b/i, 'gas'],
  [/\bco\b|monoxide/i, 'carbon-monoxide'],
  [/\bheat (alarm|detector|sensor)|\bfire\b|flame|stove guard|high temperatur/i, 'fire'],
  [/\bleak|waterleak|\bflood|water (alarm|sensor|detector)/i, 'water-leak'],
  [/\bsos\b|\bpanic|emergency/i, 'sos'],
  [/\bfall(s|en|ing)?\b/i, 'fall'],
];
/** What uses a word of danger for something else. */
const otherwise =
  /flood ?-?light|fire rated|fixed .*rated|emergency (heat|light|mains|shut)|gas boiler|leakage (current|protector|monitoring|and prepayment)|leakage ?curr/gi;
/** Things that handle water, gas or heat and watch for no danger; a valve or relay that does says so by a key. */
const tools =
  /\b(meter|counter|valve|lock|pressure|boiler|thermostat|bulb|lamp|light|irrigation|sprinkler|shut-off)\b/i;

/** The danger that a key names and tells, e.g. `active_water_leak`; undefined for `gas_sensitivity`. */
export function dangerOfKey(key: string): Danger | undefined {
  const name = withoutNumbers(key);
  return keys.find(([pattern]) => pattern.test(name))?.[1];
}

/** True of a key that tells that somebody is there, in any spelling. */
export function isMotionKey(key: string): boolean {
  return motion.test(withoutNumbers(key));
}

/** True of a key that tells that something is wrong, and not what: `alarm_1`, `status`. */
export function isGeneralKey(key: string): boolean {
  return general.test(withoutNumbers(key));
}

/** The dangers that a text names, e.g. a definition's description. */
export function dangersOfText(text: string): ReadonlySet<Danger> {
  const plain = text.replaceAll(/[_&/+]/g, ' ').replaceAll(otherwise, ' ');
  const named = new Set(words.filter(([pattern]) => pattern.test(plain)).map(([, danger]) => danger));
  // A gas leak is no water.
  if (named.has('gas')) named.delete('water-leak');
  return named;
}

/** The dangers that a device is there for by its description; none of a meter, a valve or a lamp. */
export function dangersOfDescription(description: string): ReadonlySet<Danger> {
  const isTool = tools.test(description) && !/alarm|detector/i.test(description);
  return isTool ? new Set() : dangersOfText(description);
}

/** A key without its numbers and endpoints: `channel_3_leak_detect_19` is `channel_leak_detect`. */
export function withoutNumbers(key: string): string {
  return key.toLowerCase().replaceAll(/_\d+(?=_|$)/g, '');
}
