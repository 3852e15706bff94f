/** A value of a key as the device writes it. */
export type Value = boolean | number | string;

/** The values of a key by what they say; what is in none of them cannot be read. */
export interface DangerValues {
  danger: readonly Value[];
  /** There is no danger. */
  none: readonly Value[];
  /** Nothing either way: a test, a fault, `unknown`. */
  neither: readonly Value[];
}

type SortedValues = { [Said in keyof DangerValues]: readonly string[] };

const harmless =
  /^(0|absent|canceled|cancelled|clear|cleared|dry|false|idle|inactive|no|none|normal|off|ok|safe|standby|undetected|unoccupied)$|(^|_)(no|none|normal)(_|$)|^normal_/;
const saysNothing =
  /test|check|detecting|unknown|silen|mute|hush|error|fault|tamper|timer|battery|end_of_life|preheat|warm/;

/** Sorts the documented values of a key that names its danger: what is not known as harmless is danger. */
export function sortValues(values: readonly string[]): SortedValues {
  const danger: string[] = [];
  const none: string[] = [];
  const neither: string[] = [];
  for (const value of values) {
    const plain = plainOf(value);
    if (harmless.test(plain)) none.push(value);
    else if (saysNothing.test(plain)) neither.push(value);
    else danger.push(value);
  }
  return { danger, none, neither };
}

/** Sorts the documented values of a key that names no danger, e.g. `status`: danger is what a value names. */
export function sortGeneralValues(
  values: readonly string[],
  isDanger: (value: string) => boolean,
): SortedValues {
  const { none, neither, danger: others } = sortValues(values);
  const danger = others.filter(isDanger);
  return { danger, none: [...none, ...others.filter((value) => !isDanger(value))], neither };
}

/** True of a value that names an alarm without saying which. */
export function namesAlarm(value: string): boolean {
  return /^(pre_?|warning_|critical_|heavy_)?alarm(ed|ing)?$|^(triggered|detected)$/.test(plainOf(value));
}

/** What a value says; undefined where it cannot be read. */
export function interpretValue(
  value: unknown,
  { danger, none, neither }: DangerValues,
): boolean | 'neither' | undefined {
  const is = (known: Value) =>
    known === value ||
    (typeof known === 'string' && typeof value === 'string' && plainOf(known) === plainOf(value));
  if (danger.some(is)) return true;
  if (none.some(is)) return false;
  if (neither.some(is)) return 'neither';
  const binary = booleanOf(value);
  if (binary === undefined) return undefined;
  const isSpelled = (known: Value) => booleanOf(known) === binary;
  if (danger.some(isSpelled)) return true;
  if (none.some(isSpelled)) return false;
  // Some converters write true and false where their exposes name two words.
  const isText = [...danger, ...none].every((known) => typeof known === 'string');
  return typeof value === 'boolean' && isText ? value : undefined;
}

const spellings: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'on', 'yes', '1'].map((word) => [word, true] as const),
  ...['false', 'off', 'no', '0'].map((word) => [word, false] as const),
]);

/** A boolean as a converter or a device of its own may write it: `true`, `"ON"`, `"true"`, `1`. */
function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const isWord = typeof value === 'string' || typeof value === 'number';
  return isWord ? spellings.get(plainOf(String(value))) : undefined;
}

/** What a value says of a key that names its danger, where nobody documented its values. */
export function sayUndocumented(value: unknown): boolean | 'neither' | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const { none, neither } = sortValues([value]);
  if (none.length > 0) return false;
  if (neither.length > 0) return 'neither';
  return namesAlarm(value) || /^(true|on|yes|leak|open)$/.test(plainOf(value)) || undefined;
}

function plainOf(value: string): string {
  return value
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}
