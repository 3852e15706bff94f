import { createServer, type Socket } from 'node:net';
import { ConnectionLimit } from '#runtime/connection-limit.ts';
import { listen } from '#runtime/listen.ts';
import type { AdapterContext } from './adapter.ts';
import { createForeignWatch } from './foreign-protocol.ts';

/**
 * Garbage after which a connection is cut, whichever limit is met first: bytes that are no readable frame, and pieces of
 * them (a run of noise, or a frame that cannot be read). Every readable frame gives it the larger budget anew, in which
 * a picture or a long voice message fits.
 */
export const garbageLimits = {
  stranger: { bytes: 16_384, pieces: 64 },
  trusted: { bytes: 1_048_576, pieces: 1000 },
} as const;

/** What one connection may still send that cannot be read. */
interface GarbageBudget {
  /** False once it is used up. */
  spend(bytes: number): boolean;
  /** A readable frame came. */
  restore(): void;
}

/** Creates the budget of a connection that has not sent a readable frame. */
export function createGarbageBudget(): GarbageBudget {
  let left: { bytes: number; pieces: number } = { ...garbageLimits.stranger };
  return {
    spend: (bytes) => {
      left.bytes -= bytes;
      left.pieces -= 1;
      return left.bytes >= 0 && left.pieces >= 0;
    },
    restore: () => {
      left = { ...garbageLimits.trusted };
    },
  };
}

/** What a protocol makes of one connection; bytes arrive in any chunks. */
export interface TcpSession {
  onBytes(chunk: Buffer): void;
  /** The connection is over, from whichever side. */
  onEnd(): void;
}

/** One connection as its session sees it. */
export interface TcpConnection {
  /** Address of the other side, for the log. */
  readonly remote: string;
  /** Sends to the device; one that reads too slowly is disconnected. */
  write(bytes: Uint8Array): void;
  /** A readable frame came: the connection no longer gives way to newer ones, and has a new budget of garbage. */
  trust(): void;
  /** So many bytes came that are no readable frame. False where the connection is cut for it: read no further. */
  garbage(bytes: number): boolean;
}

/** Where to listen, and the limits of devices that have not identified themselves. */
export interface TcpListenerOptions {
  /** Name of the protocol listened for. */
  protocol: string;
  host: string;
  port: number;
  /** Names the port's setting in an error. */
  setting: string;
  maxConnections: number;
  /** Silence after which a connection is closed, ms. */
  idleTimeoutMs: number;
  createSession: (connection: TcpConnection) => TcpSession;
}

/** Answers a device has not read yet, beyond which it is disconnected, bytes. */
const maxUnreadBytes = 65_536;

/**
 * Listens for devices. At `maxConnections` a new one takes the place of a connection that never sent a readable frame,
 * of the address with the most of them; where there is none it is refused. One that sends only garbage is cut. Nothing
 * that a socket does ends the process.
 *
 * @throws {RuntimeError} `PORT_TAKEN` naming the setting.
 */
export async function openTcpListener(
  context: AdapterContext,
  options: TcpListenerOptions,
): Promise<{ port: number; close(): Promise<void> }> {
  const { count, log } = context;
  const limit = new ConnectionLimit(options.maxConnections, count);

  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => {
    socket.on('error', (error) => log.debug({ reason: error.message }, 'connection error'));
    if (!limit.admit(socket)) return;
    count('connections');
    serve(socket);
  });

  const serve = (socket: Socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    const remote = `${address}:${socket.remotePort}`;
    const budget = createGarbageBudget();
    const foreign = createForeignWatch(options.protocol, (found) => {
      count('foreign-protocol');
      context.foreign({ ...found, remote: address });
    });
    /** A fault of ours while reading one device must not take the others down. */
    const guarded = (step: () => void) => {
      try {
        step();
      } catch (error) {
        count('failed-connections');
        log.error({ err: error, remote }, 'session failed');
        socket.destroy();
      }
    };
    const session = options.createSession({
      remote,
      trust: () => {
        limit.prove(socket);
        budget.restore();
        foreign.stop();
      },
      garbage: (bytes) => {
        if (budget.spend(bytes)) return true;
        if (!socket.destroyed) {
          count('garbage-connections');
          log.info({ remote }, 'connection cut: it sends what cannot be read');
          socket.destroy();
        }
        return false;
      },
      write: (bytes) => {
        if (socket.destroyed) return;
        socket.write(bytes);
        if (socket.writableLength > maxUnreadBytes) {
          count('slow-connections');
          socket.destroy();
        }
      },
    });
    socket.setTimeout(options.idleTimeoutMs, () => {
      count('idle-connections');
      socket.destroy();
    });
    socket.on('data', (chunk) =>
      guarded(() => {
        foreign.inspect(chunk);
        session.onBytes(chunk);
      }),
    );
    socket.on('close', () => guarded(() => session.onEnd()));
  };

  const port = await listen(server, options);
  server.on('error', (error) => log.error({ err: error }, 'listener failed'));
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        limit.closeAll();
      }),
  };
}
