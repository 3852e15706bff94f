import type { CommunityPlan } from '#registry/community-plan.ts';
import { nameOfRow, type PlanChanges, type RowChange } from '#registry/plan-changes.ts';
import { type PlanTable, planTables } from '#registry/plan-rows.ts';
import { tableLines } from './known-rows.ts';

/** Most rows named for each kind of change; of the others the number is given. */
export const maxNamedChanges = 40;

const words: Record<PlanTable, string> = {
  community: 'community',
  grid: 'grids',
  building: 'buildings',
  unit: 'units',
  floor: 'floors',
  dwelling: 'dwellings',
  resident: 'residents',
  gateway: 'gateways',
  device: 'devices',
  person: 'people',
  person_right: 'rights',
  consent: 'consents',
};

/** A plan's changes as lines: counts, names, values before and after. */
export function changeLines(
  plan: CommunityPlan,
  changes: PlanChanges,
  { remove }: { remove: boolean },
): string[] {
  const { added, changed, withdrawn, leftOut, ended } = changes;
  const all = [...added, ...changed, ...withdrawn, ...leftOut, ...ended];
  const head = `${plan.community.id} (${plan.community.nameZh}): ${all.length - ended.length === 0 ? 'as the plan has it' : ''}`;
  if (all.length === 0) return [head];
  const counts = planTables
    .filter((table) => all.some((change) => change.table === table))
    .map((table) => [
      words[table],
      ...[added, changed, withdrawn, leftOut].map(
        (list) => `${list.filter((one) => one.table === table).length}`,
      ),
    ]);
  const columns = ['', 'added', 'changed', 'withdrawn', remove ? 'ended' : 'left out'];
  return [
    head.replace(/: $/, ':'),
    ...tableLines([columns, ...counts]).map((line) => `  ${line}`),
    ...named('added', added),
    ...named('changed', changed),
    ...named('withdrawn', withdrawn),
    ...named(remove ? 'ended' : 'left out, and stays (--remove ends it)', leftOut),
    ...named('ended before, and stays so (person restore takes them back)', ended),
  ];
}

function named(what: string, changes: readonly RowChange[]): string[] {
  const lines = changes.slice(0, maxNamedChanges).map((change) => {
    const fields = change.fields?.map(
      ({ column, before, after }) => `${column} ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
    );
    return `    ${change.table.replace('_', ' ')} ${nameOfRow(change)}${fields ? `: ${fields.join(', ')}` : ''}`;
  });
  const more = changes.length - lines.length;
  return changes.length === 0 ? [] : [`  ${what}:`, ...lines, ...(more > 0 ? [`    and ${more} more`] : [])];
}
