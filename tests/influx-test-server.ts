import { randomUUID } from 'node:crypto';
import type { StoreCheck } from '#ingest/store/describe-expiry.ts';
import { createInfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { openInfluxStore } from '#ingest/store/influx/influx-store.ts';
import { conformanceNow } from '#ingest/testing/stored-entries.ts';
import { askInflux, type InfluxServer, influxVersion } from '#provisioning/influx/ask-influx.ts';
import {
  createBucket,
  createMapping,
  findOrganization,
  removeBucket,
} from '#provisioning/influx/influx-buckets.ts';
import { createDatabase, removeDatabase } from '#provisioning/influx/influx3-databases.ts';

/** A server that conformance suites run on. */
export interface InfluxTestServer {
  name: string;
  /** False of 3 Core, which leaves everything to its databases' retention period. */
  removes: boolean;
  /** Lets a check have a store on a database of its own, which is gone afterwards, come what may. */
  use(check: StoreCheck): Promise<void>;
}

const timeoutMs = 15_000;

/**
 * Meets the server at an address, of whichever version.
 *
 * @param organization Of 2.x, where the token sees several.
 * @throws {Error} where nothing answers, or the token may not do what is needed.
 */
export async function connectInfluxTestServer(at: {
  url: string;
  token?: string | undefined;
  organization?: string | undefined;
}): Promise<InfluxTestServer> {
  const server = { url: at.url, timeoutMs, ...(at.token && { token: at.token }) };
  const version = await influxVersion(server);
  const makers: Record<string, MakeDatabase> = {
    1: makeOn1,
    2: await makeOn2(server, version, at),
    3: makeOn3,
  };
  const make = makers[version[0] ?? ''];
  if (!make) throw new Error(`InfluxDB ${version} is none of 1.x, 2.x and 3 Core`);
  return {
    name: `InfluxDB ${version} at ${at.url}`,
    removes: !version.startsWith('3.'),
    use: async (check) => {
      const database = `shouwang-test-${randomUUID()}`;
      const remove = await make(server, database);
      try {
        const options = { ...server, database };
        const query = createInfluxQuery(options);
        const store = openInfluxStore(options, conformanceNow);
        await check(store, async () => (await query('SELECT * FROM /.*/')).length);
        await store.close();
      } finally {
        await remove();
      }
    },
  };
}

/** Makes a database; answers what removes it. */
type MakeDatabase = (server: InfluxServer, database: string) => Promise<() => Promise<unknown>>;

const makeOn1: MakeDatabase = async (server, database) => {
  await askInflux(server, `CREATE DATABASE "${database}"`);
  return () => askInflux(server, `DROP DATABASE "${database}"`);
};

async function makeOn2(
  server: InfluxServer,
  version: string,
  { organization }: { organization?: string | undefined },
): Promise<MakeDatabase> {
  if (!version.startsWith('2.')) return makeOn1;
  const orgID = await findOrganization(server, organization);
  return async (_, database) => {
    const bucket = await createBucket(server, { orgID, name: database, keptSeconds: 0 });
    const mapping = await createMapping(server, { orgID, database, bucketID: bucket.id });
    return () => removeBucket(server, orgID, mapping);
  };
}

const makeOn3: MakeDatabase = async (server, database) => {
  await createDatabase(server, database);
  return () => removeDatabase(server, database);
};
