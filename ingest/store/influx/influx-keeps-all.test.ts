import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import { conformanceNow } from '../../testing/stored-entries.ts';
import { describeRetention } from '../describe-retention.ts';
import { createInfluxQuery } from './influx-query.ts';
import { openInfluxStore } from './influx-store.ts';
import { type Influxd, startInfluxd } from './influxd.ts';

let folder: string;
let influxd: Influxd;
let proxy: Server;
let databases = 0;

/** A real server behind one that refuses DELETE in plain words, as 3 Core does; all else passes. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir: folder });
  proxy = createServer(async (request, response) => {
    const body = await buffer(request);
    if (new URLSearchParams(body.toString()).get('q')?.startsWith('DELETE')) {
      response.writeHead(400).end('error in InfluxQL statement: parsing error: DELETE is not supported');
      return;
    }
    const headers = { 'content-type': request.headers['content-type'] ?? 'text/plain' };
    const answer = await fetch(`${influxd.url}${request.url}`, { method: 'POST', body, headers });
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

describeRetention(
  'an InfluxDB that removes nothing',
  async (check) => {
    databases += 1;
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const options = { url, database: `db${databases}`, timeoutMs: 10_000 };
    const query = createInfluxQuery(options);
    await query(`CREATE DATABASE "${options.database}"`);
    const store = openInfluxStore(options, conformanceNow);
    await check(store, async () => (await query('SELECT * FROM /.*/')).length);
    await store.close();
  },
  { removes: false },
);
