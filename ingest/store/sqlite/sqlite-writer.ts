import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { StorePoint } from '../store-point.ts';

/** Columns of each table, in the order of its migration. */
const widths = { reading: 10, location: 9, event: 12, gap: 8, incident: 12, gateway: 11, metric: 6 } as const;
type Table = keyof typeof widths;

/** Writes points by their key, so that writing one again replaces it by itself. */
export function createPointWriter(db: DatabaseSync): (point: StorePoint) => void {
  const prepare = (table: Table) => {
    const places = Array.from({ length: widths[table] }, () => '?').join(', ');
    return db.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${places})`);
  };
  const statements = {
    reading: prepare('reading'),
    location: prepare('location'),
    event: prepare('event'),
    gap: prepare('gap'),
    incident: prepare('incident'),
    gateway: prepare('gateway'),
    metric: prepare('metric'),
  };
  const addSeries = db.prepare('INSERT OR IGNORE INTO series (community, device, quantity) VALUES (?, ?, ?)');
  /** Series known to exist; as many as devices measure. */
  const series = new Set<string>();
  const keepSeries = ({ device, quantity, community }: Extract<StorePoint, { type: 'reading' }>) => {
    const key = `${community} ${device} ${quantity}`;
    if (series.has(key)) return;
    addSeries.run(community, device, quantity);
    series.add(key);
  };
  return (point) => {
    if (point.type === 'reading') keepSeries(point);
    const [table, row] = rowOf(point);
    statements[table].run(...row);
  };
}

function rowOf(point: StorePoint): [Table, SQLInputValue[]] {
  const { at, position } = point;
  if (point.type === 'metric') {
    const { process, name, labels, value } = point;
    return ['metric', [process, name, labels, at, position, value]];
  }
  const { community } = point;
  switch (point.type) {
    case 'reading': {
      const { device, quantity, part, value, unit } = point;
      const flags = [flag(point.plausible), flag(point.late)];
      return ['reading', [device, quantity, at, position, part, community, value, unit, ...flags]];
    }
    case 'position': {
      const { device, latitude, longitude, accuracyM, source, late } = point;
      const where = [latitude, longitude, accuracyM ?? null, source];
      return ['location', [device, at, position, community, ...where, flag(late)]];
    }
    case 'event': {
      const { device, kind, active, late, possibleRepeat = false, saidByOther = false } = point;
      const { level = null, code = null, means = null } = point;
      const rest = [level, code, means, flag(possibleRepeat), flag(saidByOther)];
      return ['event', [device, at, position, kind, community, flag(active), flag(late), ...rest]];
    }
    case 'gap': {
      const { gateway, lane, from, to, reason } = point;
      return ['gap', [community, gateway, at, position, lane, from, to, reason]];
    }
    case 'gateway': {
      const { gateway, status, heartbeatMs, alarmHeld, telemetryHeld, clock, clockOffsetMs } = point;
      const held = [heartbeatMs ?? null, alarmHeld ?? null, telemetryHeld ?? null];
      const rest = [clock ?? null, clockOffsetMs ?? null, JSON.stringify(point.counters)];
      return ['gateway', [community, gateway, at, position, status, ...held, ...rest]];
    }
    case 'incident': {
      const { incident, change, transition, kind, level, drill, outcome, building, responseMs } = point;
      const optional = [outcome ?? null, building ?? null, responseMs ?? null];
      const rest = [transition, kind, level, flag(drill), ...optional];
      return ['incident', [community, at, position, incident, change, ...rest]];
    }
  }
}

function flag(value: boolean): number {
  return value ? 1 : 0;
}
