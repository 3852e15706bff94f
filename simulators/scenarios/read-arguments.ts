import type { Scenario } from './scenario.ts';

/** Scenarios to be played, each with the options it takes. */
export interface Wanted {
  name: string;
  scenario: Scenario;
  options: Record<string, number>;
}

/**
 * Reads the words after `npm run scenario --`: a name or `all`, then options as `--name value` or `--name=value`.
 *
 * @throws {Error} naming what is unknown or out of bounds, and what was expected.
 */
export function readArguments(
  words: readonly string[],
  scenarios: Readonly<Record<string, Scenario>>,
): Wanted[] {
  const [name = '', ...rest] = words;
  const names = name === 'all' ? Object.keys(scenarios) : [name];
  const given = readOptions(rest);
  const wanted = names.map((each) => {
    const scenario = Object.hasOwn(scenarios, each) ? scenarios[each] : undefined;
    if (!scenario) throw new Error(`unknown scenario: ${each}`);
    const known = Object.entries(scenario.options ?? {});
    const options = Object.fromEntries(
      known.map(([option, { default: fallback, minimum, maximum }]) => {
        const text = given.get(option);
        const value = text === undefined ? fallback : Number(text);
        if (!Number.isInteger(value) || value < minimum || value > maximum) {
          throw new Error(`--${option} ${text} must be a whole number from ${minimum} to ${maximum}`);
        }
        return [option, value];
      }),
    );
    return { name: each, scenario, options };
  });
  const taken = new Set(wanted.flatMap(({ options }) => Object.keys(options)));
  for (const option of given.keys()) {
    if (!taken.has(option)) throw new Error(`${name} takes no option --${option}`);
  }
  return wanted;
}

function readOptions(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index += 1) {
    const [, option, joined] = /^--([a-z-]+)(?:=(.*))?$/.exec(words[index] ?? '') ?? [];
    if (option === undefined) throw new Error(`"${words[index]}" is no option: expected --name value`);
    if (joined === undefined) index += 1;
    const value = joined ?? words[index];
    if (value === undefined || value === '') throw new Error(`--${option} needs a value`);
    options.set(option, value);
  }
  return options;
}
