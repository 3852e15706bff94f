import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listen } from '#runtime/listen.ts';
import type { TrustedProxies } from '#runtime/trusted-proxies.ts';
import { PendingConnection, type PendingConnectionDeps } from './pending-connection.ts';

/** An open listener. */
export interface Listener {
  port: number;
  /** Stops listening; accepted connections go on. */
  close(): void;
}

/** Where to listen, and what is done with new connections. */
export interface ListenerOptions {
  host: string;
  port: number;
  proxies: TrustedProxies;
  pending: PendingConnectionDeps;
}

const unknownAddress = 'unknown';
const addressOf = (socket: Socket) => socket.remoteAddress ?? unknownAddress;

/** Listens for MQTT over TCP; small packets leave at once (TCP_NODELAY). */
export async function listenTcp(options: ListenerOptions): Promise<Listener> {
  const { host, port, pending, proxies } = options;
  const server = createTcpServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 },
    (socket) => {
      const address = addressOf(socket);
      const connection = new PendingConnection(socket, address, pending);
      connection.read(socket, { proxyHeader: proxies.has(address) });
    },
  );
  return {
    port: await listen(server, { host, port, setting: 'BROKER_TCP_PORT' }),
    close: () => {
      server.close();
    },
  };
}

/**
 * Listens for MQTT over WebSocket, on any path. [MQTT-6.0.0-1] to [MQTT-6.0.0-4]
 *
 * @param options.maxMessageBytes Longest WebSocket message. It may hold many packets or part of one, and is in memory whole
 * before its first packet is read.
 */
export async function listenWebSocket(
  options: ListenerOptions & { maxMessageBytes: number },
): Promise<Listener> {
  const { host, port, pending, proxies, maxMessageBytes } = options;
  const bySocket = new WeakMap<Socket, PendingConnection>();
  // The waiting room limits the time from acceptance to CONNECT, the HTTP upgrade included.
  const timeouts = { headersTimeout: 0, requestTimeout: 0 };
  const server = createHttpServer({ noDelay: true, ...timeouts }, (_request, response) => {
    response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end();
  });
  server.on('connection', (socket) => {
    bySocket.set(socket, new PendingConnection(socket, addressOf(socket), pending));
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    const connection = bySocket.get(request.socket);
    if (!connection) return void socket.destroy();
    connection.setAddress(proxies.clientOf(request));
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      connection.place.step();
      // Registered before the stream's own listener, so that nothing of a text frame is read. [MQTT-6.0.0-1]
      webSocket.on('message', (_data, isBinary) => {
        if (!isBinary) connection.disconnect('text-frame');
      });
      connection.read(createWebSocketStream(webSocket), { proxyHeader: false });
    });
  });
  return {
    port: await listen(server, { host, port, setting: 'BROKER_WS_PORT' }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
