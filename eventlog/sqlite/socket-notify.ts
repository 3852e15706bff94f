import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Logger } from '#runtime/log.ts';
import type { LogListener, LogNotifier } from '../notify.ts';

/** Longest path of a Unix socket that every system takes, in bytes. */
const maxPathBytes = 100;
const byte = Buffer.of(1);

/** A Unix socket beside the log's file or, where that path is too long for one, in the folder of temporary files. */
function socketPath(file: string): string {
  const name = createHash('sha256').update(resolve(file)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\shouwang-${name}`;
  const beside = resolve(`${file}.notify`);
  return Buffer.byteLength(beside) <= maxPathBytes ? beside : join(tmpdir(), `shouwang-${name}.notify`);
}

/**
 * Opens the notifier of a log's writer. Followers connect to a socket; each commit writes one byte to each of them.
 *
 * Where the file system takes no socket, followers look at their interval alone, and the log of the process says so.
 */
export async function openNotifier(file: string, log: Logger): Promise<LogNotifier> {
  const path = socketPath(file);
  const followers = new Set<Socket>();
  const server = createServer((socket) => {
    followers.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => followers.delete(socket));
    // Followers send nothing; reading shows when one has disconnected.
    socket.resume();
  });
  // A log has one writer: an existing socket file is left from a writer that was killed.
  if (process.platform !== 'win32') rmSync(path, { force: true });
  await new Promise<void>((ready) => {
    server.on('error', (error) => {
      log.warn({ err: error, path }, 'followers of the log are not notified');
      ready();
    });
    server.listen(path, ready);
  });
  return {
    notify: () => {
      // One that has not read the byte before will look anyhow.
      for (const socket of followers) if (socket.writableLength === 0) socket.write(byte);
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of followers) socket.destroy();
      }),
  };
}

/**
 * Listens for the notifier of a log, in any process or thread; waits for one that is not there yet.
 *
 * @param onNotify Also called when the connection is made: earlier growth was not notified.
 */
export function listenTo(
  file: string,
  onNotify: () => void,
  { retryMs = 500 }: { retryMs?: number } = {},
): LogListener {
  const path = socketPath(file);
  let closed = false;
  let socket: Socket;
  let retry: NodeJS.Timeout;
  const open = () => {
    socket = connect(path, onNotify);
    socket.on('data', onNotify);
    // No notifier yet, or no more: 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!closed) retry = setTimeout(open, retryMs);
    });
  };
  open();
  return {
    close: () => {
      closed = true;
      clearTimeout(retry);
      socket.destroy();
    },
  };
}
