import { askInterface, type InfluxServer } from './ask-influx.ts';

/** A bucket of InfluxDB 2.x; kept for ever where `keptSeconds` is 0. */
export interface Bucket {
  id: string;
  name: string;
  keptSeconds: number;
}

/** The mapping by which InfluxQL finds a bucket: a database with its default retention policy. */
export interface Mapping {
  id: string;
  bucketId: string;
}

interface BucketAnswer {
  id: string;
  name: string;
  retentionRules?: { everySeconds?: number }[];
}

/**
 * The organization of a name, or the only one that the token sees.
 *
 * @throws {Error} where there is none, or several and none was named.
 * @see https://docs.influxdata.com/influxdb/v2/api/
 */
export async function findOrganization(server: InfluxServer, name: string | undefined): Promise<string> {
  const { answer } = await askInterface(server, { method: 'GET', path: 'api/v2/orgs' });
  const { orgs = [] } = answer as { orgs?: { id: string; name: string }[] };
  const found = name === undefined ? orgs : orgs.filter((org) => org.name === name);
  const [only] = found;
  if (only && found.length === 1) return only.id;
  const seen = orgs.map((org) => org.name).join(', ') || 'none';
  throw new Error(
    name === undefined
      ? `the token sees the organizations ${seen}: add org=<name>, or take a token of one of them`
      : `the token sees no organization ${name}, but ${seen}`,
  );
}

/** A bucket by its name in an organization. */
export async function findBucket(
  server: InfluxServer,
  orgID: string,
  name: string,
): Promise<Bucket | undefined> {
  const path = `api/v2/buckets?${new URLSearchParams({ orgID, name })}`;
  // An unknown name is "not found" in some releases and an empty list in others.
  const { status, answer } = await askInterface(server, { method: 'GET', path }, [404]);
  const { buckets = [] } = status === 404 ? {} : (answer as { buckets?: BucketAnswer[] });
  const found = buckets.find((bucket) => bucket.name === name);
  return found && bucketOf(found);
}

/** A bucket by its id. */
export async function readBucket(server: InfluxServer, id: string): Promise<Bucket> {
  const { answer } = await askInterface(server, { method: 'GET', path: `api/v2/buckets/${id}` });
  return bucketOf(answer as BucketAnswer);
}

/** Creates a bucket with this retention, 0 for ever. */
export async function createBucket(
  server: InfluxServer,
  { orgID, name, keptSeconds }: { orgID: string; name: string; keptSeconds: number },
): Promise<Bucket> {
  const body = { orgID, name, retentionRules: rulesOf(keptSeconds) };
  const { answer } = await askInterface(server, { method: 'POST', path: 'api/v2/buckets', body });
  return bucketOf(answer as BucketAnswer);
}

/** Changes a bucket's retention. */
export async function setBucketRetention(
  server: InfluxServer,
  id: string,
  keptSeconds: number,
): Promise<void> {
  const body = { retentionRules: rulesOf(keptSeconds) };
  await askInterface(server, { method: 'PATCH', path: `api/v2/buckets/${id}`, body });
}

/** The default mapping of a database, whether made by somebody or, for a bucket of its name, by the server. */
export async function findMapping(
  server: InfluxServer,
  orgID: string,
  database: string,
): Promise<Mapping | undefined> {
  const path = `api/v2/dbrps?${new URLSearchParams({ orgID, db: database, default: 'true' })}`;
  const { answer } = await askInterface(server, { method: 'GET', path });
  const { content } = answer as {
    content?: { id: string; database: string; default: boolean; bucketID: string }[] | null;
  };
  const found = content?.find((mapping) => mapping.database === database && mapping.default);
  return found && { id: found.id, bucketId: found.bucketID };
}

/** Maps a bucket as the default of a database. */
export async function createMapping(
  server: InfluxServer,
  { orgID, database, bucketID }: { orgID: string; database: string; bucketID: string },
): Promise<Mapping> {
  const body = { orgID, database, bucketID, retention_policy: 'backstop', default: true };
  const { answer } = await askInterface(server, { method: 'POST', path: 'api/v2/dbrps', body });
  return { id: (answer as { id: string }).id, bucketId: bucketID };
}

/** Removes a mapping and its bucket with all its data. */
export async function removeBucket(server: InfluxServer, orgID: string, mapping: Mapping): Promise<void> {
  const path = `api/v2/dbrps/${mapping.id}?${new URLSearchParams({ orgID })}`;
  await askInterface(server, { method: 'DELETE', path });
  await askInterface(server, { method: 'DELETE', path: `api/v2/buckets/${mapping.bucketId}` });
}

function bucketOf({ id, name, retentionRules = [] }: BucketAnswer): Bucket {
  return { id, name, keptSeconds: retentionRules[0]?.everySeconds ?? 0 };
}

function rulesOf(keptSeconds: number): { type: 'expire'; everySeconds: number }[] {
  return keptSeconds === 0 ? [] : [{ type: 'expire', everySeconds: keptSeconds }];
}
