import { createServer, type RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { listen } from '#runtime/listen.ts';
import { incidentId } from '../../testing/test-dispatch.ts';
import { createDispatchClient } from './dispatch-client.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A client of a dispatch that answers each request as the test says. */
async function clientOf(answer: RequestListener, options: { timeoutMs?: number } = {}) {
  const server = createServer(answer);
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'TEST_PORT' });
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return createDispatchClient({ url: `http://127.0.0.1:${port}/`, token: 'token', ...options });
}

const action = { request: 'request-0001', actor: 'p1' };
const done = { incident: incidentId(1), version: 2, changed: true };

test('an action whose kept-open connection broke is sent again with the same request id', async () => {
  const bodies: string[] = [];
  const client = await clientOf((request, response) => {
    request.on('data', (chunk) => bodies.push(String(chunk)));
    request.on('end', () =>
      bodies.length === 1 ? request.socket.destroy() : response.end(JSON.stringify(done)),
    );
  });
  expect(await client.perform('/incidents', action)).toEqual({ done: true, action: done });
  expect(bodies.map((body) => JSON.parse(body))).toEqual([action, action]);
});

test('a dispatch that takes a request and never answers is unreachable after the time-out', async () => {
  const client = await clientOf(() => undefined, { timeoutMs: 100 });
  await expect(client.perform('/incidents', action)).rejects.toMatchObject({ code: 'DISPATCH_UNREACHABLE' });
});

test.each([
  ['no JSON', 200, 'done'],
  ['something else', 200, '{"ok":true}'],
  ['a bare failure', 500, ''],
  ['a redirect', 302, ''],
])('%s from dispatch is a failure, never taken for done', async (_what, status, body) => {
  const client = await clientOf((_request, response) => {
    response.statusCode = status;
    response.end(body);
  });
  await expect(client.perform('/incidents', action)).rejects.toMatchObject({ code: 'DISPATCH_FAILED' });
});

test("dispatch's own failure keeps its code", async () => {
  const refusal = { code: 'STORAGE_FULL', message: 'the disk is full' };
  const client = await clientOf((_request, response) => {
    response.statusCode = 503;
    response.end(JSON.stringify(refusal));
  });
  expect(await client.perform('/incidents', action)).toEqual({ done: false, status: 503, refusal });
});
