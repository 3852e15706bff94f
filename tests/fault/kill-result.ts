/** What became of the alarms of a run. */
export interface KillResult {
  offered: number;
  /** Answered by the gateway: from then on the platform owes them. */
  answered: number;
  /** Stand exactly once on exactly one timeline. */
  stored: number;
  lost: string[];
  doubled: string[];
  kills: Record<string, number>;
}

/** Compares what was offered with what stands on the timelines; what nobody offered counts as doubled. */
export function compareAlarms(
  offered: ReadonlySet<string>,
  found: ReadonlyMap<string, number>,
): Pick<KillResult, 'offered' | 'stored' | 'lost' | 'doubled'> {
  const times = [...offered].map((name) => [name, found.get(name) ?? 0] as const);
  return {
    offered: offered.size,
    stored: times.filter(([, count]) => count === 1).length,
    lost: times.filter(([, count]) => count === 0).map(([name]) => name),
    doubled: [...found].filter(([name, count]) => count > 1 || !offered.has(name)).map(([name]) => name),
  };
}

/** Prints a run for people; false where an alarm was lost or doubled. */
export function printResult(result: KillResult): boolean {
  const refused = result.offered - result.answered;
  console.log(`offered ${result.offered}  stored ${result.stored}  refused ${refused}`);
  console.log(
    `lost ${result.lost.length}  doubled ${result.doubled.length}  kills ${JSON.stringify(result.kills)}`,
  );
  for (const name of [...result.lost, ...result.doubled].slice(0, 20)) console.log(`  ${name}`);
  return result.lost.length + result.doubled.length === 0;
}
