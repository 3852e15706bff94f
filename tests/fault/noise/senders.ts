import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connectPacket, field, packet, subscribePacket } from '#broker/testing/raw-mqtt.ts';
import { buildTopic } from '#contracts/topics.ts';

/** Where a sender's noise goes, and as whom. */
export interface NoiseTarget {
  mqttPort: number;
  /** MQTT over WebSocket. */
  wsPort: number;
  /** The pages; absent at a broker that has none. */
  pagesPort?: number;
  community: string;
  /** A gateway that may sign in. */
  gateway: string;
  password: string;
}

/** What a sender did, by what it is called. */
export type NoiseCounts = Record<string, number>;

/** Noise that goes on until it is stopped. */
export interface Sender {
  readonly counts: NoiseCounts;
  stop(): void;
}

/** Everybody who is noisy, by name. */
export const senders = {
  /** 500 kB of junk on its own alarm topic, ten times a second. */
  junk: sendJunk,
  /** 1,000 SUBSCRIBE a second, and its connection reset after each 400. */
  subscribes: sendSubscribes,
  /** 2,000 sockets that say nothing, in three ways; whichever is closed comes again. */
  silent: holdSilentSockets,
  /** 200 connections a second that fail to sign in. */
  'failed sign-ins': failSignIns,
  /** 1,001 pages that nobody signed in to, over WebSocket; whichever is closed comes again. */
  'anonymous pages': holdAnonymousPages,
} satisfies Record<string, (target: NoiseTarget) => Sender>;
export type SenderName = keyof typeof senders;

const junkBytes = 500_000;
const subscribesPerConnection = 400;
const silentSockets = 2000;
const anonymousPages = 1001;
/** At most so many sockets come again a second. */
const reopenedPerS = 400;

function sendJunk(target: NoiseTarget): Sender {
  const counts: NoiseCounts = { connections: 0, junk: 0 };
  const topic = field(buildTopic({ name: 'alarm', community: target.community, gateway: target.gateway }));
  const junk = packet(0x32, topic, Buffer.from([0, 1]), randomBytes(junkBytes));
  const line = keepConnected(target.mqttPort, counts, (socket) => signIn(socket, target));
  return repeat(100, counts, line, () => {
    // A socket that is read slower takes no more than a real client would hold.
    if (!line.current?.writable || line.current.writableLength > 4 * junkBytes) return;
    line.current.write(junk);
    add(counts, 'junk');
  });
}

function sendSubscribes(target: NoiseTarget): Sender {
  const counts: NoiseCounts = { connections: 0, subscribes: 0 };
  const filter = `sw/1/${target.community}/warning/+`;
  let sent = 0;
  const line = keepConnected(target.mqttPort, counts, (socket) => {
    sent = 0;
    signIn(socket, target);
  });
  return repeat(20, counts, line, () => {
    const socket = line.current;
    if (!socket?.writable || socket.connecting) return;
    for (let each = 0; each < 20; each++) socket.write(subscribePacket(filter, (sent++ % 65_000) + 1));
    add(counts, 'subscribes', 20);
    if (sent >= subscribesPerConnection) socket.resetAndDestroy();
  });
}

function holdSilentSockets(target: NoiseTarget): Sender {
  const counts: NoiseCounts = { sockets: 0 };
  return holdSockets(silentSockets, counts, (number) => {
    if (number % 2 === 0) return connect(target.mqttPort, '127.0.0.1');
    const socket = connect(target.wsPort, '127.0.0.1');
    if (number % 4 === 1) socket.write(upgradeRequest('/', 'mqtt'));
    return socket;
  });
}

function failSignIns(target: NoiseTarget): Sender {
  const counts: NoiseCounts = { connections: 0, unreachable: 0 };
  const open = new Set<Socket>();
  let number = 0;
  const known = `${target.community}.${target.gateway}`;
  const line = { end: () => open.forEach((socket) => void socket.destroy()) };
  return repeat(5, counts, line, () => {
    number += 1;
    const socket = connect(target.mqttPort, '127.0.0.1');
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.once('error', () => add(counts, 'unreachable'));
    socket.resume();
    socket.write(connectPacket(number % 2 === 0 ? known : `${known}-${number}`, 'not the secret'));
    add(counts, 'connections');
  });
}

function holdAnonymousPages(target: NoiseTarget): Sender {
  const counts: NoiseCounts = { sockets: 0 };
  return holdSockets(anonymousPages, counts, () => {
    const socket = connect(target.pagesPort ?? 0, '127.0.0.1');
    socket.write(upgradeRequest('/live/?EIO=4&transport=websocket'));
    return socket;
  });
}

function signIn(socket: Socket, { community, gateway, password }: NoiseTarget): void {
  socket.write(connectPacket(`${community}.${gateway}`, password));
}

function upgradeRequest(path: string, protocol?: string): string {
  const headers = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ];
  return `${headers.join('\r\n')}\r\n\r\n`;
}

interface Line {
  end(): void;
}

/** One connection that comes again 100 ms after it was closed. */
function keepConnected(port: number, counts: NoiseCounts, onConnect: (socket: Socket) => void) {
  const line: Line & { current?: Socket } = { end: () => undefined };
  let timer: NodeJS.Timeout | undefined;
  const open = () => {
    const socket = connect(port, '127.0.0.1');
    line.current = socket;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      timer = setTimeout(open, 100);
    });
    socket.resume();
    add(counts, 'connections');
    onConnect(socket);
  };
  open();
  line.end = () => {
    line.current?.removeAllListeners('close');
    line.current?.destroy();
    clearTimeout(timer);
  };
  return line;
}

function holdSockets(count: number, counts: NoiseCounts, open: (number: number) => Socket): Sender {
  const held = new Set<Socket>();
  let number = 0;
  const line = { end: () => held.forEach((socket) => void socket.destroy()) };
  return repeat(50, counts, line, () => {
    for (let room = reopenedPerS / 20; room > 0 && held.size < count; room--) {
      const socket = open(number++);
      held.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => held.delete(socket));
      socket.resume();
      add(counts, 'sockets');
    }
  });
}

/** Does something every so many ms, however long it takes, and what was left out at once. */
function repeat(everyMs: number, counts: NoiseCounts, line: Line, work: () => void): Sender {
  let due = performance.now() + everyMs;
  const timer = setInterval(
    () => {
      for (const now = performance.now(); due <= now; due += everyMs) work();
    },
    Math.max(1, everyMs / 4),
  );
  return {
    counts,
    stop: () => {
      clearInterval(timer);
      line.end();
    },
  };
}

function add(counts: NoiseCounts, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by;
}
