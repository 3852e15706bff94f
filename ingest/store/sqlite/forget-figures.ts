import type { DatabaseSync } from 'node:sqlite';
import type { StorePoint } from '../store-point.ts';

/** How long the platform's own figures are kept here, in ms: Grafana reads them from InfluxDB alone. */
const figuresKeptMs = 31 * 86_400_000;

/** Each new figure removes those of its own series that are too old: there is no end to what is told every 30 s. */
export function createForgetting(db: DatabaseSync): (point: StorePoint) => void {
  const metric = db.prepare('DELETE FROM metric WHERE process = ? AND name = ? AND labels = ? AND at < ?');
  const gateway = db.prepare('DELETE FROM gateway WHERE community = ? AND gateway = ? AND at < ?');
  return (point) => {
    const before = point.at - figuresKeptMs;
    if (point.type === 'metric') metric.run(point.process, point.name, point.labels, before);
    if (point.type === 'gateway') gateway.run(point.community, point.gateway, before);
  };
}
