import { askInterface } from './ask-influx.ts';
import { createBucket, createMapping, findBucket, findMapping, findOrganization } from './influx-buckets.ts';

const name = 'shouwang';

/**
 * Sets up an InfluxDB 2.x of our own by its API, with a password and a token that are chosen and kept beforehand, and
 * sees to the bucket and to the mapping by which InfluxQL finds it. A server that is set up already is left as it is.
 *
 * The bucket keeps everything: our store writer removes what is old.
 *
 * @throws {Error} where the server is set up with another token, or refuses.
 * @see https://docs.influxdata.com/influxdb/v2/api/#operation/PostSetup
 */
export async function setUpInflux2(options: {
  url: string;
  database: string;
  password: string;
  token: string;
  timeoutMs: number;
}): Promise<void> {
  const { url, database, password, token, timeoutMs } = options;
  const { answer } = await askInterface({ url, timeoutMs }, { method: 'GET', path: 'api/v2/setup' });
  if ((answer as { allowed?: boolean } | undefined)?.allowed) {
    const body = { username: name, password, token, org: name, bucket: database, retentionPeriodSeconds: 0 };
    await askInterface({ url, timeoutMs }, { method: 'POST', path: 'api/v2/setup', body });
  }
  const server = { url, token, timeoutMs };
  const orgID = await findOrganization(server, name);
  const bucket =
    (await findBucket(server, orgID, database)) ??
    (await createBucket(server, { orgID, name: database, keptSeconds: 0 }));
  if (await findMapping(server, orgID, database)) return;
  await createMapping(server, { orgID, database, bucketID: bucket.id });
}
