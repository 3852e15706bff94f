import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server that stands between ingest and InfluxDB answers. */
export type ProxyMode = 'pass' | 'answers-500' | 'answers-429' | 'answers-garbage' | 'cuts';

/** An HTTP server in front of InfluxDB that can be told to answer badly. */
export interface FaultyProxy {
  url: string;
  mode: ProxyMode;
  close(): Promise<void>;
}

/** Starts the proxy; `target` is asked at every request, since InfluxDB may come back elsewhere. */
export async function startFaultyProxy(target: () => string): Promise<FaultyProxy> {
  const proxy = { mode: 'pass' as ProxyMode };
  const server = createServer((request, response) => {
    answer(proxy.mode, target(), request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

async function answer(
  mode: ProxyMode,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  switch (mode) {
    case 'answers-500':
      response.writeHead(500).end('{"error":"engine: error writing"}');
      return;
    case 'answers-429':
      response.writeHead(429, { 'retry-after': '1' }).end('{"error":"too many requests"}');
      return;
    case 'answers-garbage':
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>\u0000 bad gateway');
      return;
    case 'cuts':
      // The server takes the request, and nobody hears that it did.
      await forward(target, request, chunks);
      response.destroy();
      return;
    case 'pass': {
      const { status, headers, body } = await forward(target, request, chunks);
      response.writeHead(status, headers).end(body);
    }
  }
}

async function forward(target: string, request: IncomingMessage, chunks: Buffer[]) {
  const { method = 'GET', url = '/' } = request;
  const type = request.headers['content-type'];
  const encoding = request.headers['content-encoding'];
  const answered = await fetch(`${target}${url}`, {
    method,
    headers: { ...(type && { 'content-type': type }), ...(encoding && { 'content-encoding': encoding }) },
    ...(method !== 'GET' && { body: Buffer.concat(chunks) }),
  });
  const contentType = answered.headers.get('content-type');
  return {
    status: answered.status,
    headers: contentType ? { 'content-type': contentType } : {},
    body: Buffer.from(await answered.arrayBuffer()),
  };
}
