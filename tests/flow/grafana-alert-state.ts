/** A rule as it stands in the provisioned file, as far as its states hang on it. */
export interface ProvisionedRule {
  uid: string;
  /** How long it must hold, e.g. `5m`. */
  for: string;
  noDataState: 'OK' | 'Alerting';
  annotations: { summary: string };
  data: { model: { query?: string; type?: string; reducer?: string; expression?: string } }[];
}

type State = 'normal' | 'pending' | 'alerting';

/** What Grafana makes of a rule from one evaluation to the next. */
export interface AlertStates {
  /**
   * Takes over an evaluation: whether each series that the query answered with is beyond its bound.
   *
   * @returns The series that fire now.
   */
  evaluate(at: number, beyond: ReadonlyMap<string, boolean>): string[];
}

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };
/** So many evaluations a series may be missing before its state is given up. */
const missingEvaluations = 2;

/**
 * Grafana's states of a rule: beyond its bound a series is pending, and alerting once an evaluation finds that it has
 * been so for as long as `for` says; within its bound it is normal at once; without any series the rule has no data.
 *
 * @see https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/
 */
export function createAlertStates(rule: ProvisionedRule): AlertStates {
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(rule.for) ?? [];
  const holdMs = Number(count) * (unitMs[unit] ?? Number.NaN);
  const series = new Map<string, { state: State; since: number; missing: number }>();
  const next = (name: string, at: number, isBeyond: boolean) => {
    const known = series.get(name);
    const since = isBeyond && known && known.state !== 'normal' ? known.since : at;
    const state = !isBeyond ? 'normal' : at - since >= holdMs ? 'alerting' : 'pending';
    series.set(name, { state, since, missing: 0 });
  };
  return {
    evaluate: (at, beyond) => {
      const hasNone = beyond.size === 0;
      if (hasNone) next('no data', at, rule.noDataState === 'Alerting');
      else series.delete('no data');
      for (const [name, isBeyond] of beyond) next(name, at, isBeyond);
      for (const [name, known] of series) {
        if (name === 'no data' || beyond.has(name)) continue;
        known.missing += 1;
        if (hasNone || known.missing >= missingEvaluations) series.delete(name);
      }
      return [...series].filter(([, { state }]) => state === 'alerting').map(([name]) => name);
    },
  };
}

/** Compares the newest value of each series, as the rule's expressions do. */
export function beyondBound(
  rule: ProvisionedRule,
  rows: readonly Record<string, unknown>[],
  valueColumns: readonly string[],
): Map<string, boolean> {
  const [, sign, bound] = /^\$B ([<>]) ([0-9.]+)$/.exec(rule.data[2]?.model.expression ?? '') ?? [];
  const beyond = new Map<string, boolean>();
  for (const row of rows) {
    const column = valueColumns.find((name) => row[name] !== undefined) ?? '';
    const tags = Object.entries(row).filter(([name]) => name !== 'time' && name !== column);
    const value = Number(row[column]);
    const name = tags.map(([, tag]) => String(tag)).join(' ');
    beyond.set(name, sign === '>' ? value > Number(bound) : value < Number(bound));
  }
  return beyond;
}
