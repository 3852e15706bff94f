import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { conformanceNow, heartRate, start, storedEntry } from '../../testing/stored-entries.ts';
import type { TelemetryStore } from '../telemetry-store.ts';
import { openInfluxStore } from './influx-store.ts';

/** A request as a server sees it. */
interface Asked {
  path: string;
  authorization: string | undefined;
  body: string;
}
interface Reply {
  status: number;
  body?: string;
}

/** What InfluxDB 2.x and 3 Core are asked, where neither can run: a server of ours in their place. */
async function withServer(
  reply: (asked: Asked) => Reply,
  check: (store: TelemetryStore, asked: Asked[]) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const { url: path = '', headers } = request;
    const one = { path, authorization: headers.authorization, body: await text(request) };
    asked.push(one);
    const { status, body } = reply(one);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { url, database: 'shou wang', token: 'a-token', timeoutMs: 5000 };
  await check(openInfluxStore(options, conformanceNow), asked);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

const queryOf = ({ body }: Asked) => new URLSearchParams(body);
const isQuery = ({ path }: Asked) => path.startsWith('/query');

test('lines and questions go where 2.x and 3 Core both take them, with the token', async () => {
  const rows =
    '{"results":[{"statement_id":0,"series":[{"name":"reading","columns":["time","value"],"values":[[5,60]]}]}]}';
  await withServer(
    (asked) => (isQuery(asked) ? { status: 200, body: rows } : { status: 204 }),
    async (store, asked) => {
      await store.write([storedEntry(1, heartRate(60))]);
      const range = { community: 'c1', device: "d'1", quantity: 'heart-rate', from: start, to: start + 1000 };
      expect(await store.readings(range)).toMatchObject([{ at: 5, value: 60 }]);
      expect(asked.map(({ path, authorization }) => [path, authorization])).toEqual([
        ['/write?db=shou%20wang', 'Token a-token'],
        ['/query?db=shou+wang&epoch=ms', 'Token a-token'],
      ]);
      expect(asked[0]?.body).toBe(
        `reading,community=c1,device=d1,quantity=heart-rate position=1i,value=60,unit="/min",plausible=true,late=false ${start}000001`,
      );
      // 3 Core has no parameters here: all of the question is in its text.
      const question = queryOf(asked[1] as Asked);
      expect([...question.keys()]).toEqual(['q']);
      expect(question.get('q')).toContain("device = 'd\\'1' AND quantity = 'heart-rate'");
      expect(question.get('q')).not.toContain('$');
    },
  );
});

test.each([
  ['3 Core, in plain words', 400, 'error in InfluxQL statement: parsing error: expected a query'],
  ['3 Core, as unexpected', 500, '{"error":"this feature is not implemented: DELETE"}'],
  ['2.x, with a statement that failed', 200, '{"results":[{"statement_id":0,"error":"not implemented"}]}'],
])('what %s refuses to remove is left to the server', async (_, status, body) => {
  await withServer(
    () => ({ status, body }),
    async (store) => {
      await expect(store.expire({ community: 'c1', class: 'location', before: start })).rejects.toMatchObject(
        {
          code: 'INGEST_STORE_KEEPS_ALL',
        },
      );
    },
  );
});

test.each([
  [401, '{"code":"unauthorized","message":"unauthorized access"}', /answered 401: unauthorized access/],
  [503, '<html>', /answered 503/],
  [200, '<html>', /answered 200: no JSON: <html>/],
])('a server that answers %i says nothing of what it could remove', async (status, body, message) => {
  await withServer(
    () => ({ status, body }),
    async (store) => {
      const removal = store.expire({ community: 'c1', class: 'location', before: start });
      await expect(removal).rejects.toMatchObject({ code: 'INGEST_STORE_UNREACHABLE' });
      await expect(removal).rejects.toThrow(message);
    },
  );
});

test('2.x without a bucket for the database says what makes one', async () => {
  await withServer(
    (asked) =>
      isQuery(asked)
        ? { status: 200, body: '{"results":[{"statement_id":0,"error":"not implemented: CREATE DATABASE"}]}' }
        : { status: 404, body: '{"code":"not found","message":"no dbrp mapping found"}' },
    async (store) => {
      const write = store.write([storedEntry(1, heartRate(60))]);
      await expect(write).rejects.toMatchObject({ code: 'INGEST_STORE_UNREACHABLE' });
      await expect(write).rejects.toThrow(/npm run provision -- influx/);
    },
  );
});
