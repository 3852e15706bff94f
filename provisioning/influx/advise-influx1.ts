import { fieldTypes } from '#ingest/store/influx/field-types.ts';
import { askInflux, type InfluxRow, type InfluxServer } from './ask-influx.ts';

/** Names told at once. */
const maxNamed = 5;

/** Measurements of a database that are none of ours, so that another program writes or wrote there. */
export async function foreignMeasurements(server: InfluxServer, database: string): Promise<string[]> {
  const rows = await askInflux(server, `SHOW MEASUREMENTS ON "${database}"`);
  return rows.map(({ name }) => String(name)).filter((name) => !Object.hasOwn(fieldTypes, name));
}

/** A line for each of our measurements that has a field of another type: what is written there is refused. */
export async function adviseTypes(server: InfluxServer, database: string): Promise<string[]> {
  const advice: string[] = [];
  for (const [measurement, fields] of Object.entries(fieldTypes)) {
    const rows = await askInflux(server, `SHOW FIELD KEYS ON "${database}" FROM "${measurement}"`);
    const wrong = rows.filter(({ fieldKey, fieldType }) => {
      const ours = Object.hasOwn(fields, String(fieldKey)) ? fields[String(fieldKey)] : undefined;
      return ours !== undefined && ours !== fieldType;
    });
    if (wrong.length === 0) continue;
    const named = wrong.map(
      ({ fieldKey, fieldType }) => `${fieldKey} is ${fieldType}, ours ${fields[String(fieldKey)]}`,
    );
    advice.push(
      `measurement ${measurement} was made by another program (${named.join('; ')}): ours are refused there and not ` +
        `stored. Give STORE_INFLUX_DATABASE a new name, or, where nobody needs it, DROP MEASUREMENT "${measurement}"`,
    );
  }
  return advice;
}

/** What to know of policies beside the default one, which alone is written and read by us. */
export function advisePolicies(policies: readonly InfluxRow[]): string[] {
  const others = policies.filter((row) => row.default !== true).map(({ name }) => String(name));
  return others.length === 0
    ? []
    : [`other retention policies (${named(others)}) are left alone: we write and read the default one`];
}

/** Some names of many. */
export function named(names: readonly string[]): string {
  const more = names.length - maxNamed;
  return names.slice(0, maxNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
