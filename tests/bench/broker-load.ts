import { connect, type Socket } from 'node:net';
import { connectPacket, publishPacket, subscribePacket } from '#broker/testing/raw-mqtt.ts';

/** A client that signs in; `topic` is published to, or subscribed as a filter. */
export interface LoadClient {
  username: string;
  password: string;
  topic: string;
}

/** What the clients of a broker do in one round. */
export interface BrokerLoad {
  port: number;
  publishers: LoadClient[];
  subscriber: LoadClient;
  payloadBytes: number;
  /** Messages of one publisher on their way at once. */
  window: number;
  warmUpMs: number;
  measureMs: number;
}

/** What one round came to. */
export interface LoadResult {
  messages: number;
  elapsedMs: number;
}

const publishType = 3;
const pubackType = 4;
const subackType = 9;

/**
 * Publishers and a subscriber of QoS 1 with as little of their own as can be, in a process of its own. A message counts
 * when the subscriber has it; a publisher sends its next one when one has arrived and one is acknowledged.
 */
const load: BrokerLoad = JSON.parse(process.argv[2] ?? '{}');
process.send?.(await run(load));
process.exit();

async function run(plan: BrokerLoad): Promise<LoadResult> {
  let delivered = 0;
  const publishers: { acknowledged(): void; arrived(): void }[] = [];
  const subscribed = Promise.withResolvers<void>();
  const subscriber = await signIn(plan.port, plan.subscriber);
  onPackets(subscriber, ({ type, qos, body }) => {
    if (type === subackType) subscribed.resolve();
    if (type !== publishType) return;
    const idAt = 2 + body.readUInt16BE(0);
    if (qos > 0) subscriber.write(Buffer.from([pubackType << 4, 2, body[idAt] ?? 0, body[idAt + 1] ?? 0]));
    delivered++;
    publishers[body[idAt + (qos > 0 ? 2 : 0)] ?? 0]?.arrived();
  });
  subscriber.write(subscribePacket(plan.subscriber.topic, 1));
  await subscribed.promise;
  for (const [index, client] of plan.publishers.entries()) {
    publishers.push(await startPublisher(plan, index, client));
  }
  await pause(plan.warmUpMs);
  const before = delivered;
  const startedAt = performance.now();
  await pause(plan.measureMs);
  return { messages: delivered - before, elapsedMs: performance.now() - startedAt };
}

async function startPublisher(
  { port, payloadBytes, window }: BrokerLoad,
  index: number,
  client: LoadClient,
): Promise<{ acknowledged(): void; arrived(): void }> {
  const socket = await signIn(port, client);
  // The first byte of a payload says whose it is.
  const template = publishPacket(client.topic, String.fromCharCode(index).padEnd(payloadBytes, 'x'), 1);
  const idAt = template.length - payloadBytes - 2;
  let acknowledged = 0;
  let arrived = 0;
  let sent = 0;
  let isDue = false;
  const fill = () => {
    isDue = false;
    const count = window - (sent - Math.min(acknowledged, arrived));
    if (count <= 0) return;
    const packets = Buffer.allocUnsafe(count * template.length);
    for (let at = 0; at < packets.length; at += template.length) {
      template.copy(packets, at);
      packets.writeUInt16BE((sent++ % 65_535) + 1, at + idAt);
    }
    socket.write(packets);
  };
  const fillSoon = () => {
    if (isDue) return;
    isDue = true;
    setImmediate(fill);
  };
  const publisher = {
    acknowledged: () => {
      acknowledged++;
      fillSoon();
    },
    arrived: () => {
      arrived++;
      fillSoon();
    },
  };
  onPackets(socket, ({ type }) => {
    if (type === pubackType) publisher.acknowledged();
  });
  fill();
  return publisher;
}

async function signIn(port: number, { username, password }: LoadClient): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', resolve);
  });
  socket.on('close', () => process.exit(1));
  socket.write(connectPacket(username, password, 60));
  const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  if (answer[3] !== 0) throw new Error(`${username} is refused with code ${answer[3]}`);
  return socket;
}

/** Hands on each packet that has come whole; what is written meanwhile leaves at once. */
function onPackets(
  socket: Socket,
  onPacket: (packet: { type: number; qos: number; body: Buffer }) => void,
): void {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let neededBytes = 2;
  socket.on('data', (chunk) => {
    rest.push(chunk);
    restBytes += chunk.length;
    if (restBytes < neededBytes) return;
    const bytes = rest.length === 1 ? chunk : Buffer.concat(rest, restBytes);
    socket.cork();
    let at = 0;
    for (;;) {
      const head = headAt(bytes, at);
      neededBytes = head ? head.bodyAt - at + head.length : bytes.length - at + 1;
      if (!head || head.bodyAt + head.length > bytes.length) break;
      const { first, bodyAt, length } = head;
      at = bodyAt + length;
      onPacket({ type: first >> 4, qos: (first >> 1) & 3, body: bytes.subarray(bodyAt, at) });
    }
    socket.uncork();
    rest = at < bytes.length ? [bytes.subarray(at)] : [];
    restBytes = bytes.length - at;
  });
}

function headAt(bytes: Buffer, from: number): { first: number; bodyAt: number; length: number } | undefined {
  const first = bytes[from];
  let length = 0;
  for (let at = from + 1, factor = 1; at < bytes.length; at++, factor *= 128) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return { first: first ?? 0, bodyAt: at + 1, length };
  }
  return undefined;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
