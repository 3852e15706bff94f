import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

/**
 * An `influxd` that answers on the command line and over HTTP as InfluxDB 2.7 does, as far as we ask it: no package of
 * 2.x can be had by every machine that runs the tests. What is written and asked it hands to a real InfluxDB 1.x, a
 * bucket being a database there.
 *
 * It refuses what 2.x refuses: 1.x's `-config`, everything without a token, `CREATE DATABASE`, and a database that no
 * mapping leads to.
 *
 * @see https://docs.influxdata.com/influxdb/v2/api/
 */
interface Kept {
  token?: string;
  org?: { id: string; name: string };
  buckets: { id: string; name: string; orgID: string; retentionRules: unknown[] }[];
  dbrps: { id: string; database: string; default: boolean; bucketID: string; orgID: string }[];
}
type Reply = [status: number, answer?: unknown];

const [first = ''] = process.argv.slice(2);
if (first === 'version') {
  process.stdout.write('InfluxDB v2.7.12 (git: ec9dcde5d6) build_date: 2025-05-20T22:48:48Z\n');
  process.exit(0);
}
if (/^-[^-]/.test(first)) {
  process.stderr.write(
    `Error: unknown shorthand flag: '${first[1]}' in ${first}\nSee 'influxd -h' for help\n`,
  );
  process.exit(1);
}
const { values } = parseArgs({
  options: {
    'bolt-path': { type: 'string' },
    'engine-path': { type: 'string' },
    'http-bind-address': { type: 'string' },
    'reporting-disabled': { type: 'boolean' },
  },
});
const bolt = values['bolt-path'] ?? '';
const engine = values['engine-path'] ?? '';
const [host, port] = (values['http-bind-address'] ?? '').split(':');
mkdirSync(engine, { recursive: true });

const kept: Kept = existsSync(bolt) ? JSON.parse(readFileSync(bolt, 'utf8')) : { buckets: [], dbrps: [] };
const save = () => writeFileSync(bolt, JSON.stringify(kept));
const { startInfluxd } = await import('#ingest/store/influx/influxd.ts');
const points = await startInfluxd({ dataDir: join(engine, 'data') });

async function hand(path: string, body: string): Promise<Reply> {
  const answer = await fetch(`${points.url}/${path}`, {
    method: 'POST',
    body,
    ...(path.startsWith('query') && { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  });
  const said = await answer.text();
  return [answer.status, said === '' ? undefined : JSON.parse(said)];
}

async function addBucket(asked: Pick<Kept['buckets'][number], 'name' | 'orgID' | 'retentionRules'>) {
  const bucket = { ...asked, id: randomUUID().replaceAll('-', '').slice(0, 16) };
  await hand('query', new URLSearchParams({ q: `CREATE DATABASE "${bucket.id}"` }).toString());
  kept.buckets.push(bucket);
  save();
  return bucket;
}

async function setUp(asked: Record<string, string>): Promise<Reply> {
  if (kept.token) return [422, { code: 'conflict', message: 'onboarding has already been completed' }];
  if ((asked.password ?? '').length < 8)
    return [400, { code: 'invalid', message: 'passwords must be at least 8 characters long' }];
  kept.token = asked.token ?? randomUUID();
  kept.org = { id: '0a1b2c3d4e5f6071', name: asked.org ?? '' };
  const bucket = await addBucket({ name: asked.bucket ?? '', orgID: kept.org.id, retentionRules: [] });
  return [201, { user: { name: asked.username }, bucket, org: kept.org, auth: { token: kept.token } }];
}

const mapped = (database: string | null) =>
  kept.dbrps.find((mapping) => mapping.default && mapping.database === database)?.bucketID;

const routes: Record<string, (url: URL, body: string) => Reply | Promise<Reply>> = {
  'GET /api/v2/orgs': () => [200, { orgs: kept.org ? [kept.org] : [] }],
  'GET /api/v2/buckets': (url) => {
    const found = kept.buckets.filter(({ name }) => name === url.searchParams.get('name'));
    return found.length > 0
      ? [200, { buckets: found }]
      : [404, { code: 'not found', message: 'bucket not found' }];
  },
  'POST /api/v2/buckets': async (_, body) => [201, await addBucket(JSON.parse(body))],
  'GET /api/v2/dbrps': (url) => [
    200,
    { content: kept.dbrps.filter(({ database }) => database === url.searchParams.get('db')) },
  ],
  'POST /api/v2/dbrps': (_, body) => {
    const mapping = { ...JSON.parse(body), id: randomUUID().replaceAll('-', '').slice(0, 16) };
    kept.dbrps.push(mapping);
    save();
    return [201, mapping];
  },
  'POST /write': (url, body) => {
    const database = mapped(url.searchParams.get('db'));
    return database ? hand(`write?db=${database}`, body) : notMapped(url);
  },
  'POST /query': (url, body) => {
    const database = mapped(url.searchParams.get('db'));
    const q = new URLSearchParams(body).get('q') ?? '';
    if (/^\s*CREATE DATABASE/i.test(q)) {
      return [200, { results: [{ statement_id: 0, error: 'not implemented: create database' }] }];
    }
    url.searchParams.set('db', database ?? '');
    return database ? hand(`query?${url.searchParams}`, body) : notMapped(url);
  },
};

function notMapped(url: URL): Reply {
  return [404, { code: 'not found', message: `no dbrp mapping found for ${url.searchParams.get('db')}` }];
}

async function reply(request: IncomingMessage): Promise<Reply> {
  const url = new URL(request.url ?? '', 'http://host');
  const body = await text(request);
  if (url.pathname === '/ping') return [204];
  if (url.pathname === '/api/v2/setup') {
    return request.method === 'GET' ? [200, { allowed: !kept.token }] : await setUp(JSON.parse(body));
  }
  if (request.headers.authorization !== `Token ${kept.token}`) {
    return [401, { code: 'unauthorized', message: 'unauthorized access' }];
  }
  return (await routes[`${request.method} ${url.pathname}`]?.(url, body)) ?? [404, { code: 'not found' }];
}

const server = createServer(async (request, response) => {
  const [status, answer] = await reply(request);
  response.writeHead(status, { 'x-influxdb-version': 'v2.7.12', 'x-influxdb-build': 'OSS' });
  response.end(answer === undefined ? undefined : JSON.stringify(answer));
}).listen(Number(port), host);
process.once('SIGTERM', async () => {
  server.closeAllConnections();
  server.close();
  await points.stop();
  process.exit(0);
});
