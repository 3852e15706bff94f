/** What Grafana puts in the place of macros and variables. */
export interface Chosen {
  /** Range of time, epoch ms. */
  from: number;
  to: number;
  /** `$__interval`, e.g. `1m`. */
  interval: string;
  /** Values chosen for each variable; a single `.*` is the custom value of "All", which is not escaped. */
  variables: Record<string, string[]>;
}

/**
 * Expands an InfluxQL query as Grafana does: `$timeFilter`, `$__interval` and `$interval`, `${__to}`, and variables as `$name`,
 * `[[name]]`, `${name}` or `${name:regex}`, several values as one group of alternatives.
 *
 * @throws {Error} for a variable that the dashboard does not offer.
 */
export function expandGrafanaQuery(query: string, { from, to, interval, variables }: Chosen): string {
  return query
    .replaceAll('$timeFilter', `time >= ${from}ms and time <= ${to}ms`)
    .replaceAll(/\$\{__to\}/g, String(to))
    .replaceAll(/\$(__interval|interval)\b/g, interval)
    .replaceAll(/\$\{(\w+)(?::regex)?\}|\[\[(\w+)(?::regex)?\]\]|\$(\w+)/g, (all, ...names: string[]) => {
      const values = variables[names.slice(0, 3).find(Boolean) ?? ''];
      if (!values) throw new Error(`${all} is no variable of the dashboard: ${query}`);
      return patternOf(values);
    });
}

function patternOf(values: string[]): string {
  const [only = ''] = values;
  if (values.length === 1) return only === '.*' ? only : escaped(only);
  return `(${values.map(escaped).join('|')})`;
}

function escaped(value: string): string {
  return value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}
