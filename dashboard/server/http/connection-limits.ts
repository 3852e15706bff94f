import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '#runtime/network-of.ts';

/** Who holds the web server's TCP connections. */
export interface ConnectionLimits {
  /**
   * Somebody signed in asks over a connection: no stranger costs it any more. A session keeps so many; what it
   * opens beyond stays a stranger's.
   */
  known(socket: Socket, session: string): void;
  readonly open: number;
}

/** Bounds of the connections; what is cut is told to `onCut`. */
export interface ConnectionLimitOptions {
  /** Connections in total; at it the most crowded network of strangers loses its oldest. */
  maxConnections: number;
  /** Connections of one network over which nobody signed in has asked yet; at it the oldest of them is cut. */
  maxAnonymousPerNetwork: number;
  /** Connections that a session keeps safe from being cut. */
  maxKnownPerSession: number;
  /** A proxy stands for everybody, so its connections are counted in total alone. */
  isProxy: (address: string | undefined) => boolean;
  onCut: (address: string) => void;
}

/**
 * Bounds the connections of a web server by who holds them. A newcomer always gets in while any stranger's connection
 * can be cut for it, so that however many connections one place opens, others are answered.
 */
export function limitConnections(server: HttpServer, options: ConnectionLimitOptions): ConnectionLimits {
  const open = new Set<Socket>();
  const anonymous = new Map<string, Set<Socket>>();
  const networks = new WeakMap<Socket, string>();
  const knownOf = new Map<string, Set<Socket>>();

  const forget = (groups: Map<string, Set<Socket>>, key: string, socket: Socket) => {
    const group = groups.get(key);
    group?.delete(socket);
    if (group?.size === 0) groups.delete(key);
  };
  const cutOldest = (group: Set<Socket> | undefined): boolean => {
    const [oldest] = group ?? [];
    if (!oldest) return false;
    options.onCut(oldest.remoteAddress ?? 'unknown');
    leave(oldest);
    oldest.destroy();
    return true;
  };
  const leave = (socket: Socket) => {
    open.delete(socket);
    forget(anonymous, networks.get(socket) ?? '', socket);
  };

  server.on('connection', (socket: Socket) => {
    if (open.size >= options.maxConnections && !cutOldest(mostCrowded(anonymous))) {
      options.onCut(socket.remoteAddress ?? 'unknown');
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => leave(socket));
    if (options.isProxy(socket.remoteAddress)) return;
    const network = networkOf(socket.remoteAddress ?? 'unknown');
    const group = anonymous.get(network) ?? new Set();
    if (group.size >= options.maxAnonymousPerNetwork) cutOldest(group);
    group.add(socket);
    anonymous.set(network, group);
    networks.set(socket, network);
  });

  return {
    known: (socket, session) => {
      const network = networks.get(socket);
      if (network === undefined || !anonymous.get(network)?.has(socket)) return;
      const kept = knownOf.get(session) ?? new Set();
      if (kept.size >= options.maxKnownPerSession) return;
      forget(anonymous, network, socket);
      kept.add(socket);
      knownOf.set(session, kept);
      socket.once('close', () => forget(knownOf, session, socket));
    },
    get open() {
      return open.size;
    },
  };
}

function mostCrowded(groups: Map<string, Set<Socket>>): Set<Socket> | undefined {
  let most: Set<Socket> | undefined;
  for (const group of groups.values()) if (group.size > (most?.size ?? 0)) most = group;
  return most;
}
