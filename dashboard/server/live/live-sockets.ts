import type { Server, Socket } from 'socket.io';
import type { PageToServer, ServerToPage } from '#contracts/socket-events.ts';
import type { Logger } from '#runtime/log.ts';
import type { Viewer } from '../identity/rights.ts';
import type { SessionFacts } from '../identity/session-store.ts';
import type { DashboardMetrics } from '../metrics.ts';

/** What is kept with a page's socket. */
export interface PageData {
  viewer: Viewer;
  session: SessionFacts;
  resyncing: boolean;
}
/** The sockets of all pages. */
export type LiveIo = Server<PageToServer, ServerToPage, Record<string, never>, PageData>;
/** One page's socket. */
export type LiveSocket = Socket<PageToServer, ServerToPage, Record<string, never>, PageData>;

/** Packets that may wait for one page; beyond, it is let go and resyncs when it comes back. */
const maxWaitingPackets = 2000;
/** Disconnects pages that do not keep up. */
export function dropSlow(io: LiveIo, room: string, metrics: DashboardMetrics, log: Logger): void {
  for (const socket of socketsIn(io, room)) {
    const waiting = connectionOf(socket).writeBuffer.length;
    if (waiting <= maxWaitingPackets) continue;
    log.warn({ waiting, maxWaitingPackets }, 'slow page disconnected');
    metrics.slowPages.inc();
    closeSocket(socket);
  }
}

/** Closes a page's connection without waiting for it; the page reconnects by itself. */
export function closeSocket(socket: LiveSocket): void {
  connectionOf(socket).transport.socket?.terminate();
  socket.conn.close(true);
}

/** What socket.io's types leave out: the packets that wait for one page, and its WebSocket where it has one. */
function connectionOf(socket: LiveSocket) {
  return socket.conn as unknown as {
    writeBuffer: unknown[];
    transport: { socket?: { terminate(): void } };
  };
}

/** Tells a page that its session ended, and lets it go. */
export function signOut(socket: LiveSocket): void {
  socket.emit('signed-out');
  socket.disconnect(true);
}

/** The sockets in a room of socket.io. */
export function socketsIn(io: LiveIo, room: string): LiveSocket[] {
  const ids = [...(io.sockets.adapter.rooms.get(room) ?? [])];
  return ids.map((id) => io.sockets.sockets.get(id)).filter((socket) => socket !== undefined);
}
