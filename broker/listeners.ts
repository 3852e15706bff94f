import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listen } from '#runtime/listen.ts';
import type { TrustedProxies } from '#runtime/trusted-proxies.ts';
import { Stranger, type StrangerDeps } from './stranger.ts';

/** An open listener. */
export interface Listener {
  port: number;
  /** Stops listening; connections already handed over go on. */
  close(): void;
}

/** Where to listen, and how strangers are met. */
export interface ListenerOptions {
  host: string;
  port: number;
  proxies: TrustedProxies;
  strangers: StrangerDeps;
}

const unknownAddress = 'unknown';
const addressOf = (socket: Socket) => socket.remoteAddress ?? unknownAddress;

/** Listens for MQTT over TCP; small packets leave at once (TCP_NODELAY). */
export async function listenTcp(options: ListenerOptions): Promise<Listener> {
  const { host, port, strangers, proxies } = options;
  const server = createTcpServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 },
    (socket) => {
      const address = addressOf(socket);
      const stranger = new Stranger(socket, address, strangers);
      stranger.read(socket, { proxyHeader: proxies.has(address) });
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
 * @param options.maxMessageBytes Longest WebSocket message: it may hold many packets, or a part of one, and is in
 * memory whole before the first of them is read.
 */
export async function listenWebSocket(
  options: ListenerOptions & { maxMessageBytes: number },
): Promise<Listener> {
  const { host, port, strangers, proxies, maxMessageBytes } = options;
  const bySocket = new WeakMap<Socket, Stranger>();
  // The waiting room's time counts from accepting the socket, and ends requests as it ends CONNECTs.
  const timeouts = { headersTimeout: 0, requestTimeout: 0 };
  const server = createHttpServer({ noDelay: true, ...timeouts }, (_request, response) => {
    response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end();
  });
  server.on('connection', (socket) => {
    bySocket.set(socket, new Stranger(socket, addressOf(socket), strangers));
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    const stranger = bySocket.get(request.socket);
    if (!stranger) return void socket.destroy();
    stranger.isFrom(proxies.clientOf(request));
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      stranger.place.step();
      // Before the stream's own listener, so that nothing of it is read. [MQTT-6.0.0-1]
      webSocket.on('message', (_data, isBinary) => {
        if (!isBinary) stranger.cut('text-frame');
      });
      stranger.read(createWebSocketStream(webSocket), { proxyHeader: false });
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
