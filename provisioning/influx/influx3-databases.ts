import { askInterface, type InfluxServer } from './ask-influx.ts';

/**
 * Makes a database on InfluxDB 3; false where it is there already, which is left as it is.
 *
 * @param keptDays Its retention period; for ever without.
 * @see https://docs.influxdata.com/influxdb3/core/api/database/
 */
export async function createDatabase(
  server: InfluxServer,
  database: string,
  keptDays?: number,
): Promise<boolean> {
  const body = { db: database, ...(keptDays !== undefined && { retention_period: `${keptDays}d` }) };
  const path = 'api/v3/configure/database';
  const { status } = await askInterface(server, { method: 'POST', path, body }, [409]);
  return status !== 409;
}

/** Whether a database is there. */
export async function hasDatabase(server: InfluxServer, database: string): Promise<boolean> {
  const path = 'api/v3/configure/database?format=json';
  const { answer } = await askInterface(server, { method: 'GET', path });
  // A row a database; its documents also have a list of names.
  const rows = Array.isArray(answer) ? answer : ((answer as { databases?: unknown[] }).databases ?? []);
  return rows.some(
    (row) => row === database || (row as Record<string, unknown>)['iox::database'] === database,
  );
}

/** A database's retention in days, `for ever`, or undefined where the server does not report it. */
export async function readKeptDays(
  server: InfluxServer,
  database: string,
): Promise<number | 'for ever' | undefined> {
  const body = {
    db: '_internal',
    q: 'SELECT database_name, retention_period_ns FROM system.databases WHERE deleted = false',
    format: 'json',
  };
  // Not every release has this table.
  const { status, answer } = await askInterface(
    server,
    { method: 'POST', path: 'api/v3/query_sql', body },
    [400, 404, 500],
  );
  if (status >= 400 || !Array.isArray(answer)) return undefined;
  const row = answer.find((one) => one.database_name === database);
  if (!row) return undefined;
  const nanos = row.retention_period_ns;
  return nanos === null || nanos === undefined ? 'for ever' : Number(nanos) / 86_400e9;
}

/** Removes a database with all its data. */
export async function removeDatabase(server: InfluxServer, database: string): Promise<void> {
  const path = `api/v3/configure/database?${new URLSearchParams({ db: database, hard_delete_at: 'now' })}`;
  await askInterface(server, { method: 'DELETE', path });
}
