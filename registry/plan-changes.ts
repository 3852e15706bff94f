import { keyOf, type PlanRow, type PlanRows, type PlanTable, planTables } from './plan-rows.ts';

/** A row that a plan adds, changes or leaves out. */
export interface RowChange {
  table: PlanTable;
  row: PlanRow;
  /** Of a changed row, the values before and after. */
  fields?: { column: string; before: PlanRow[string]; after: PlanRow[string] }[];
}

/** The changes a plan makes to its community in the registry. */
export interface PlanChanges {
  added: RowChange[];
  changed: RowChange[];
  /** Rights that the plan no longer gives to people it names: removed in any case. */
  withdrawn: RowChange[];
  /** Rows of the registry that the plan leaves out: they stay, unless the plan is applied with `remove`. */
  leftOut: RowChange[];
  /** People of the plan who were ended; only `provision -- person restore` restores them. */
  ended: RowChange[];
  /** Rows that equal the plan's. */
  unchanged: number;
}

/** Compares what the registry holds with what a plan wants. */
export function compareRows(stored: PlanRows, planned: PlanRows): PlanChanges {
  const changes: PlanChanges = {
    added: [],
    changed: [],
    withdrawn: [],
    leftOut: [],
    ended: [],
    unchanged: 0,
  };
  const named = new Set(planned.person.map(({ id }) => id));
  const gone = new Set(stored.person.flatMap(({ id, enabled }) => (enabled === 0 ? [id] : [])));
  const isOfEnded = (row: PlanRow) => row.person !== undefined && gone.has(row.person);
  for (const table of planTables) {
    const before = new Map(stored[table].map((row) => [keyOf(table, row), row]));
    const wanted = new Map(planned[table].map((row) => [keyOf(table, row), row]));
    for (const [key, row] of wanted) {
      const known = before.get(key);
      if (table === 'person' && gone.has(row.id ?? null)) changes.ended.push({ table, row });
      else if (isOfEnded(row)) continue;
      else if (!known) changes.added.push({ table, row });
      else {
        const fields = fieldsThatDiffer(known, row);
        if (fields.length > 0) changes.changed.push({ table, row, fields });
        else changes.unchanged++;
      }
    }
    for (const [key, row] of before) {
      if (wanted.has(key) || isOfEnded(row) || (table === 'person' && row.enabled === 0)) continue;
      // Rights and consents of somebody who is left out go with them.
      if (row.person !== undefined && !named.has(row.person)) continue;
      changes[table === 'person_right' ? 'withdrawn' : 'leftOut'].push({ table, row });
    }
  }
  return changes;
}

function fieldsThatDiffer(known: PlanRow, wanted: PlanRow): NonNullable<RowChange['fields']> {
  return Object.entries(wanted).flatMap(([column, after]) => {
    const before = known[column] ?? null;
    return before === after ? [] : [{ column, before, after }];
  });
}

/** A row's name in a list of changes: its id, and the name people use. */
export function nameOfRow({ table, row }: Pick<RowChange, 'table' | 'row'>): string {
  if (table === 'person_right')
    return `${row.person}: ${row.role}${row.scope === '' ? '' : ` of ${row.scope}`}`;
  if (table === 'consent') return `${row.resident} → ${row.person}: ${row.classes || 'nothing'}`;
  if (table === 'device') return `${row.id} (${row.name}, ${row.address})`;
  const words = row.name ?? row.name_zh ?? row.door;
  return words === undefined || words === null || words === row.id ? `${row.id}` : `${row.id} (${words})`;
}
