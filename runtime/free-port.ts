import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { RuntimeError } from './errors.ts';
import { listen } from './listen.ts';

/**
 * Ports below those that a system gives to whoever asks for any (Linux from 32768 on, others from 49152): one that is
 * free stays free until it is used, also while a program is being started again.
 */
const lowestPort = 20_000;
const ports = 12_000;

/** How often a program is started on other ports before what it says is believed. */
const maxStarts = 5;

/** A TCP port of loopback that was free a moment ago, for a program that needs a number. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = lowestPort + randomInt(ports);
    const server = createServer();
    try {
      await listen(server, { host: '127.0.0.1', port, setting: 'any' });
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'PORT_TAKEN') continue;
      throw error;
    }
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/**
 * Starts a program on ports that were free a moment ago; where another was quicker on one of them, again on others.
 *
 * @param start Chooses the ports anew each time; `problem` is what the program printed where it ended instead of
 * running.
 */
export async function startOnFreePorts<T extends { problem: string | undefined }>(
  start: () => Promise<T>,
): Promise<T> {
  for (let left = maxStarts; ; left--) {
    const started = await start();
    if (left === 1 || !isPortTaken(started.problem)) return started;
  }
}

/** In the words of influxd, of mosquitto's MQTT and WebSocket listeners, and of Node.js. */
function isPortTaken(problem = ''): boolean {
  return /address already in use|unable to create websockets listener/i.test(problem);
}
