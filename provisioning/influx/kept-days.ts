import { existsSync } from 'node:fs';
import {
  keptDays,
  platformMetricsDays,
  type Retention,
  retentionClasses,
  retentionClassNames,
} from '#contracts/facts/retention.ts';
import { openSqlite } from '#runtime/sqlite.ts';

/** Retention of each community, by its id. */
export type Retentions = ReadonlyMap<string, Retention>;

/** Reads retentions from a registry; none where there is no registry yet or it is from before plans had them. */
export function readRetentions(registryFile: string): Retentions {
  if (!existsSync(registryFile)) return new Map();
  const db = openSqlite(registryFile, { readOnly: true });
  try {
    const isKnown = db.prepare("SELECT 1 FROM pragma_table_info('community') WHERE name = 'retention'").get();
    if (!isKnown) return new Map();
    const rows = db.prepare('SELECT id, retention FROM community ORDER BY id').all();
    return new Map(
      rows.map(({ id, retention }) => [
        String(id),
        retention === null ? {} : (JSON.parse(String(retention)) as Retention),
      ]),
    );
  } finally {
    db.close();
  }
}

/** The longest retention of any class in any community: no backstop of a server may be shorter. */
export function longestDays(retentions: Retentions): number {
  const plans = retentions.size > 0 ? [...retentions.values()] : [{}];
  return Math.max(...plans.flatMap((plan) => retentionClassNames.map((name) => keptDays(plan, name))));
}

/** A line for each class: its days, and the communities that chose otherwise. */
export function retentionLines(retentions: Retentions): string[] {
  const lines = retentionClassNames.map((name) => {
    const days = retentionClasses[name].days;
    const others = [...retentions]
      .map(([community, plan]) => [community, keptDays(plan, name)] as const)
      .filter(([, chosen]) => chosen !== days)
      .map(([community, chosen]) => `${community} ${chosen}`);
    return tellClass(name, days, others.length > 0 ? `; ${others.join(', ')}` : '');
  });
  return [...lines, tellClass('metrics', platformMetricsDays, ", of the platform's own processes")];
}

function tellClass(name: string, days: number, more: string): string {
  return `  ${name.padEnd(10)}${String(days).padStart(5)} days${more}`;
}
