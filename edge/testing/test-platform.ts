import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { type Ack, type GatewayState, schemaVersion } from '#contracts/gateway-messages.ts';
import type { WireRecord } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { buildTopic } from '#contracts/topics.ts';
import { listen } from '#runtime/listen.ts';

const community = 'demo';
const gateway = 'gateway-1';

/** A broker and a tiny ingest in one, for tests of the uplink. */
export class TestPlatform {
  /** Everything received, in order. */
  readonly records: WireRecord[] = [];
  readonly states: GatewayState[] = [];
  /** Messages by topic name, with the number of their records. */
  readonly messages: { name: string; records: number }[] = [];
  /** While true, nothing is acknowledged. */
  isSilent = false;
  /** Platform time minus this machine's, ms. */
  clockOffsetMs = 0;
  /** Records the broker closes the connection on. */
  refuses: (record: WireRecord) => boolean = () => false;
  connections = 0;
  port = 0;
  #broker: Aedes | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #acknowledged = new Map<string, { epoch: string; lane: WireRecord['lane']; sequence: number }>();

  /** Listens; a second time on the port it had. */
  async open(): Promise<void> {
    const broker = await Aedes.createBroker();
    broker.authorizePublish = (_client, packet, done) => {
      const refused = recordsIn(packet).some((record) => this.refuses(record));
      done(refused ? new Error('refused') : null);
    };
    broker.on('publish', (packet, client) => {
      if (client || packet.topic.endsWith('/state')) this.#receive(packet);
    });
    broker.on('clientReady', () => {
      this.connections += 1;
    });
    this.#broker = broker;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      broker.handle(socket);
    });
    this.port = await listen(this.#server, { host: '127.0.0.1', port: this.port, setting: 'TEST_PORT' });
  }

  /** Cuts every connection, wills and all, and stops listening. */
  async close(): Promise<void> {
    const [server, broker] = [this.#server, this.#broker];
    if (!server || !broker) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    this.cut();
    await closed;
    await new Promise<void>((resolve) => broker.close(resolve));
  }

  /** Cuts every connection as a lost network does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Publishes to the gateway. */
  publish(name: 'ack' | 'command' | 'state', message: unknown): void {
    this.publishText(name, JSON.stringify(message));
  }

  /** Publishes to the gateway what need not be a message. */
  publishText(name: 'ack' | 'command' | 'state', text: string): void {
    const packet = {
      cmd: 'publish',
      topic: buildTopic({ name, community, gateway }),
      payload: text,
      qos: 1,
      retain: false,
    } as const;
    this.#broker?.publish({ ...packet, dup: false }, () => undefined);
  }

  /** Acknowledges all that came in order. */
  acknowledge(answers?: Ack['answers']): void {
    const at = toTimestamp(Date.now() + this.clockOffsetMs);
    const acks = [...this.#acknowledged.values()];
    this.publish('ack', { schemaVersion, at, acks, ...(answers && { answers }) } satisfies Ack);
  }

  #receive(packet: AedesPublishPacket): void {
    const name = packet.topic.split('/').at(-1) ?? '';
    if (name === 'state') {
      const state = JSON.parse(packet.payload.toString()) as GatewayState;
      this.states.push(state);
      if (state.status !== 'death' && !this.isSilent) {
        this.acknowledge({ session: state.session, at: state.at });
      }
      return;
    }
    const records = recordsIn(packet);
    this.messages.push({ name, records: records.length });
    for (const record of records) this.#accept(record);
    if (!this.isSilent && records.length > 0) this.acknowledge();
  }

  #accept(record: WireRecord): void {
    this.records.push(record);
    const { epoch, lane, sequence, body } = record;
    const stream = `${epoch} ${lane}`;
    const before = this.#acknowledged.get(stream)?.sequence ?? 0;
    const from = body.type === 'gap' ? body.from : sequence;
    if (from <= before + 1 && sequence > before) this.#acknowledged.set(stream, { epoch, lane, sequence });
  }
}

function recordsIn(packet: AedesPublishPacket | { topic: string; payload: unknown }): WireRecord[] {
  if (!/\/(alarm|telemetry)$/.test(packet.topic)) return [];
  const message = JSON.parse(String(packet.payload));
  return message.records ?? [message.record];
}
