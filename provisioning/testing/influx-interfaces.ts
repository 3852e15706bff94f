import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that changes something, or asks InfluxQL. */
export interface Told {
  what: string;
  authorization: string | undefined;
  body: unknown;
}
type Reply = [status: number, answer?: unknown];
type Requested = { method: string; url: URL; body: Record<string, unknown> };

/** The parts of InfluxDB 2.x that `/api/v2` has for buckets, as its documents describe them, in memory. */
export function influx2(options: { organizations?: string[]; mapsItself?: boolean; oldest?: number } = {}) {
  const orgs = (options.organizations ?? ['estate']).map((name, index) => ({ id: `org${index}`, name }));
  const buckets = new Map<string, { id: string; name: string; orgID: string; retentionRules: unknown }>();
  const dbrps = new Map<string, { id: string; database: string; default: boolean; bucketID: string }>();
  const map = (database: string, bucketID: string) => {
    const mapping = { id: `map${dbrps.size}`, database, default: true, bucketID };
    dbrps.set(mapping.id, mapping);
    return mapping;
  };
  const routes: Record<string, (asked: Requested, id: string) => Reply> = {
    'GET orgs': () => [200, { orgs }],
    'GET buckets': ({ url }, id) => {
      if (id) return [200, buckets.get(id)];
      const found = [...buckets.values()].filter(({ name }) => name === url.searchParams.get('name'));
      return found.length > 0
        ? [200, { buckets: found }]
        : [404, { code: 'not found', message: 'bucket not found' }];
    },
    'POST buckets': ({ body }) => {
      const bucket = {
        id: `bucket${buckets.size}`,
        ...(body as { name: string; orgID: string; retentionRules: unknown }),
      };
      buckets.set(bucket.id, bucket);
      if (options.mapsItself) map(bucket.name, bucket.id);
      return [201, bucket];
    },
    'PATCH buckets': ({ body }, id) => [200, Object.assign(buckets.get(id) ?? {}, body)],
    'DELETE buckets': (_, id) => [buckets.delete(id) ? 204 : 404],
    'GET dbrps': ({ url }) => {
      const content = [...dbrps.values()].filter(({ database }) => database === url.searchParams.get('db'));
      return [200, { content: content.length > 0 ? content : null }];
    },
    'POST dbrps': ({ body }) => [201, map(String(body.database), String(body.bucketID))],
    'DELETE dbrps': (_, id) => [dbrps.delete(id) ? 204 : 404],
  };
  const reply = (asked: Requested): Reply => {
    const [, , , kind = '', id = ''] = asked.url.pathname.split('/');
    if (asked.url.pathname === '/ping') return [204];
    if (asked.url.pathname === '/query') return [200, oldestAnswer(options.oldest)];
    return routes[`${asked.method} ${kind}`]?.(asked, id) ?? [404];
  };
  return { version: 'v2.7.10', reply, buckets, dbrps };
}

/** The parts of InfluxDB 3 Core for databases. */
export function influx3(options: { tellsPeriods?: boolean } = {}) {
  const databases = new Map<string, number | null>();
  const reply = ({ method, url, body }: Requested): Reply => {
    if (url.pathname === '/ping') return [200, { version: '3.8.0' }];
    if (url.pathname === '/api/v3/query_sql') {
      if (!options.tellsPeriods) return [400, { error: "table 'system.databases' not found" }];
      const rows = [...databases].map(([name, ns]) => ({ database_name: name, retention_period_ns: ns }));
      return [200, rows];
    }
    if (method === 'GET') return [200, [...databases.keys()].map((name) => ({ 'iox::database': name }))];
    if (method === 'DELETE') return [databases.delete(url.searchParams.get('db') ?? '') ? 200 : 404];
    if (databases.has(String(body.db))) return [409, { error: 'database already exists' }];
    const days = Number(/^(\d+)d$/.exec(String(body.retention_period))?.[1] ?? Number.NaN);
    databases.set(String(body.db), Number.isNaN(days) ? null : days * 86_400e9);
    return [200];
  };
  return { version: '3.8.0', reply, databases };
}

/** Serves one of them; `told` grows with every request that is no plain look. */
export async function withInterface(
  { version, reply }: { version: string; reply: (asked: Requested) => Reply },
  use: (url: string, told: Told[]) => Promise<void>,
): Promise<void> {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://host');
    const { method = '' } = request;
    const sent = await text(request);
    const body = url.pathname === '/query' || sent === '' ? {} : JSON.parse(sent);
    if (method !== 'GET' && url.pathname !== '/api/v3/query_sql') {
      const { authorization } = request.headers;
      told.push({ what: `${method} ${url.pathname}${url.search}`, authorization, body });
    }
    const [status, answer] = reply({ method, url, body });
    response.writeHead(status, { 'x-influxdb-version': version });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, told);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

function oldestAnswer(oldest: number | undefined): unknown {
  const series = [{ name: 'event', columns: ['time', 'position'], values: [[oldest, 1]] }];
  return { results: [{ statement_id: 0, ...(oldest !== undefined && { series }) }] };
}
