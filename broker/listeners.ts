import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listen } from '#runtime/listen.ts';

/** An open listener. */
export interface Listener {
  port: number;
  /** Stops listening; connections already handed over go on. */
  close(): void;
}

/** Where to listen, and what to do with a connection. */
export interface ListenerOptions {
  host: string;
  port: number;
  onConnection: (connection: Duplex, address: string) => void;
}

const unknownAddress = 'unknown';

/** Listens for MQTT over TCP; small packets leave at once (TCP_NODELAY). */
export async function listenTcp({ host, port, onConnection }: ListenerOptions): Promise<Listener> {
  const server = createTcpServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 },
    (socket) => onConnection(socket, socket.remoteAddress ?? unknownAddress),
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
 * @param options.maxSockets Connections in all, those that speak no WebSocket yet included; more are dropped.
 */
export async function listenWebSocket(
  options: ListenerOptions & { maxMessageBytes: number; maxSockets: number },
): Promise<Listener> {
  const { host, port, onConnection, maxMessageBytes } = options;
  const timeouts = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 2000 };
  const server = createHttpServer({ noDelay: true, ...timeouts }, (_request, response) => {
    response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end();
  });
  server.maxConnections = options.maxSockets;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      onConnection(createWebSocketStream(webSocket), request.socket.remoteAddress ?? unknownAddress),
    );
  });
  return {
    port: await listen(server, { host, port, setting: 'BROKER_WS_PORT' }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
